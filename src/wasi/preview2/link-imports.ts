import type { InstanceSpec } from '../../core/instance-spec.ts';
import type { HandlerHost } from '../handler.ts';
import type { Mounts } from '../mounts.ts';
import { isPreview3 } from '../preview3/imports.ts';
import { HOSTS3 } from '../preview3/link-imports.ts';
import { createBlobContainer, createBlobstore, createBlobTypes } from './blobstore.ts';
import { createEnvironment, createStderr, createStdin, createStdout, exit, terminals } from './cli.ts';
import { createMonotonicClock, createWallClock, timezone } from './clocks.ts';
import { createConfig } from './config.ts';
import * as denied from './denied.ts';
import { createPreopens, filesystemTypes } from './filesystem.ts';
import type { GuestContext } from './guest-context.ts';
import { createOutgoingHandler } from './http-outgoing-handler.ts';
import { createHttpTypes } from './http-types.ts';
import { splitVersion } from './imports.ts';
import { InputStream } from './input-stream.ts';
import { IoError } from './io-error.ts';
import { createAtomics, createBatch, createStore } from './keyvalue.ts';
import { OutputStream } from './output-stream.ts';
import { createPoll, Pollable } from './poll.ts';
import { createInsecure, createInsecureSeed, createRandom } from './random.ts';

/** The host side of one interface: functions and WIT resource classes by their JavaScript names. */
export type HostInterface = Readonly<Record<string, unknown>>;

/** What the guests of one worker share. */
export interface Provision {
  readonly spec: InstanceSpec;
  readonly host: HandlerHost;
  readonly mounts: Mounts;
}

type MakeInterface = (context: GuestContext, provision: Provision) => HostInterface;

/** wasi:logging/logging (WIT: wasi-logging/logging.wit, 0.1.0-draft): it only reaches the App's own log, so it is granted. */
function createLogging(context: GuestContext): HostInterface {
  return {
    log(level: string, topic: string, message: string) {
      context.host.log('stderr', topic === '' ? `[${level}] ${message}` : `[${level}] ${topic}: ${message}`);
    },
  };
}

/** Maker of the host of each interface that `imports.ts` knows. */
export const HOSTS: ReadonlyMap<string, MakeInterface> = new Map<string, MakeInterface>([
  ['wasi:io/error', () => ({ Error: IoError })],
  ['wasi:io/poll', (context) => ({ Pollable, poll: createPoll(context) })],
  ['wasi:io/streams', () => ({ InputStream, OutputStream })],
  ['wasi:clocks/monotonic-clock', createMonotonicClock],
  ['wasi:clocks/wall-clock', createWallClock],
  ['wasi:clocks/timezone', () => timezone],
  ['wasi:random/random', createRandom],
  ['wasi:random/insecure', createInsecure],
  ['wasi:random/insecure-seed', createInsecureSeed],
  ['wasi:cli/environment', createEnvironment],
  ['wasi:cli/exit', () => exit],
  ['wasi:cli/stdin', createStdin],
  ['wasi:cli/stdout', createStdout],
  ['wasi:cli/stderr', createStderr],
  ['wasi:cli/terminal-input', () => terminals.terminalInput],
  ['wasi:cli/terminal-output', () => terminals.terminalOutput],
  ['wasi:cli/terminal-stdin', () => terminals.terminalStdin],
  ['wasi:cli/terminal-stdout', () => terminals.terminalStdout],
  ['wasi:cli/terminal-stderr', () => terminals.terminalStderr],
  ['wasi:filesystem/types', () => filesystemTypes],
  ['wasi:filesystem/preopens', (context, { mounts }) => createPreopens(context, mounts)],
  ['wasi:http/types', createHttpTypes],
  ['wasi:logging/logging', createLogging],
  ['wasi:http/outgoing-handler', createOutgoingHandler],
  ['wasi:sockets/network', () => denied.deniedNetwork],
  ['wasi:sockets/instance-network', () => denied.deniedInstanceNetwork],
  ['wasi:sockets/ip-name-lookup', denied.createDeniedNameLookup],
  ['wasi:sockets/tcp', () => denied.deniedTcp],
  ['wasi:sockets/tcp-create-socket', denied.createDeniedTcpCreateSocket],
  ['wasi:sockets/udp', () => denied.deniedUdp],
  ['wasi:sockets/udp-create-socket', denied.createDeniedUdpCreateSocket],
  ['wasi:keyvalue/store', createStore],
  ['wasi:keyvalue/atomics', createAtomics],
  ['wasi:keyvalue/batch', createBatch],
  ['wasi:config/store', createConfig],
  ['wasi:config/runtime', createConfig],
  ['wasi:blobstore/types', createBlobTypes],
  ['wasi:blobstore/container', createBlobContainer],
  ['wasi:blobstore/blobstore', createBlobstore],
]);

/** The imports of one guest instance: a host for each of `names`, under that very name. Cheap: it is done for every request. */
export function createImports(names: readonly string[], context: GuestContext, provision: Provision): Record<string, HostInterface> {
  const imports: Record<string, HostInterface> = {};
  for (const name of names) {
    const [interfaceName, version] = splitVersion(name);
    const make = (version !== null && isPreview3(version) ? HOSTS3 : HOSTS).get(interfaceName);
    if (make) imports[name] = make(context, provision);
  }
  return imports;
}
