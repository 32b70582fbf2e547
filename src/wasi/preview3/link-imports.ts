import { exit, terminals } from '../preview2/cli.ts';
import type { GuestContext } from '../preview2/guest-context.ts';
import type { HostInterface, Provision } from '../preview2/link-imports.ts';
import { createEnvironment3, createStderr3, createStdin3, createStdout3 } from './cli.ts';
import { createMonotonicClock3, createSystemClock3, timezone3 } from './clocks.ts';
import { createPreopens3, filesystemTypes3 } from './filesystem.ts';
import { createClient3 } from './http-client.ts';
import { Fields3 } from './http-fields.ts';
import { Request3, RequestOptions3 } from './http-request.ts';
import { Response3 } from './http-response.ts';
import { createInsecure3, createInsecureSeed3, createRandom3 } from './random.ts';
import { createDeniedNameLookup3, createDeniedSockets3 } from './sockets.ts';

type MakeInterface = (context: GuestContext, provision: Provision) => HostInterface;

const NOTHING = {};
const httpTypes = { Fields: Fields3, Request: Request3, RequestOptions: RequestOptions3, Response: Response3 };

/** Maker of the host of each 0.3 interface that `preview2/imports.ts` knows. */
export const HOSTS3: ReadonlyMap<string, MakeInterface> = new Map<string, MakeInterface>([
  ['wasi:cli/environment', createEnvironment3],
  ['wasi:cli/exit', () => exit],
  ['wasi:cli/types', () => NOTHING],
  ['wasi:cli/stdin', createStdin3],
  ['wasi:cli/stdout', createStdout3],
  ['wasi:cli/stderr', createStderr3],
  ['wasi:cli/terminal-input', () => terminals.terminalInput],
  ['wasi:cli/terminal-output', () => terminals.terminalOutput],
  ['wasi:cli/terminal-stdin', () => terminals.terminalStdin],
  ['wasi:cli/terminal-stdout', () => terminals.terminalStdout],
  ['wasi:cli/terminal-stderr', () => terminals.terminalStderr],
  ['wasi:clocks/types', () => NOTHING],
  ['wasi:clocks/monotonic-clock', createMonotonicClock3],
  ['wasi:clocks/system-clock', createSystemClock3],
  ['wasi:clocks/timezone', () => timezone3],
  ['wasi:random/random', createRandom3],
  ['wasi:random/insecure', createInsecure3],
  ['wasi:random/insecure-seed', createInsecureSeed3],
  ['wasi:filesystem/types', () => filesystemTypes3],
  ['wasi:filesystem/preopens', (context, { mounts }) => createPreopens3(context, mounts)],
  ['wasi:http/types', () => httpTypes],
  ['wasi:http/client', createClient3],
  ['wasi:sockets/types', createDeniedSockets3],
  ['wasi:sockets/ip-name-lookup', createDeniedNameLookup3],
]);
