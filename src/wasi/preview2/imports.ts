import type { FileTree } from '../files.ts';
import { createEnvironment, createStderr, createStdin, createStdout, exit, terminals } from './cli.ts';
import { createMonotonicClock, timezone, wallClock } from './clocks.ts';
import * as denied from './denied.ts';
import { createPreopens, filesystemTypes } from './filesystem.ts';
import type { GuestContext } from './guest-context.ts';
import { createDeniedOutgoingHandler } from './http-outgoing.ts';
import { createHttpTypes } from './http-types.ts';
import { InputStream } from './input-stream.ts';
import { IoError } from './io-error.ts';
import { OutputStream } from './output-stream.ts';
import { createPoll, Pollable } from './poll.ts';
import { insecure, insecureSeed, random } from './random.ts';

/** The host side of one interface: functions and WIT resource classes by their JavaScript names. */
export type HostInterface = Readonly<Record<string, unknown>>;

interface KnownInterface {
  readonly support: 'granted' | 'denied';
  /** The versions that have the shape this host speaks. */
  readonly versions: RegExp;
  readonly make: (context: GuestContext, files: FileTree | null) => HostInterface;
}

const WASI_0_2 = /^0\.2\.\d+$/;
const DRAFTS = /^0\.2\.0-(draft\d*|rc\.\d+)$/;
const LOGGING_DRAFTS = /^0\.\d+\.0(-draft)?$/;

const granted = (make: KnownInterface['make'], versions = WASI_0_2): KnownInterface => ({ support: 'granted', versions, make });
const deniedHost = (make: KnownInterface['make'], versions = WASI_0_2): KnownInterface => ({ support: 'denied', versions, make });

/** wasi:logging/logging (WIT: wasi-logging/logging.wit, 0.1.0-draft): it only reaches the App's own log, so it is granted. */
function createLogging(context: GuestContext): HostInterface {
  return {
    log(level: string, topic: string, message: string) {
      context.host.log('stderr', topic === '' ? `[${level}] ${message}` : `[${level}] ${topic}: ${message}`);
    },
  };
}

const INTERFACES: ReadonlyMap<string, KnownInterface> = new Map([
  ['wasi:io/error', granted(() => ({ Error: IoError }))],
  ['wasi:io/poll', granted((context) => ({ Pollable, poll: createPoll(context) }))],
  ['wasi:io/streams', granted(() => ({ InputStream, OutputStream }))],
  ['wasi:clocks/monotonic-clock', granted(createMonotonicClock)],
  ['wasi:clocks/wall-clock', granted(() => wallClock)],
  ['wasi:clocks/timezone', granted(() => timezone)],
  ['wasi:random/random', granted(() => random)],
  ['wasi:random/insecure', granted(() => insecure)],
  ['wasi:random/insecure-seed', granted(() => insecureSeed)],
  ['wasi:cli/environment', granted(createEnvironment)],
  ['wasi:cli/exit', granted(() => exit)],
  ['wasi:cli/stdin', granted(createStdin)],
  ['wasi:cli/stdout', granted(createStdout)],
  ['wasi:cli/stderr', granted(createStderr)],
  ['wasi:cli/terminal-input', granted(() => terminals.terminalInput)],
  ['wasi:cli/terminal-output', granted(() => terminals.terminalOutput)],
  ['wasi:cli/terminal-stdin', granted(() => terminals.terminalStdin)],
  ['wasi:cli/terminal-stdout', granted(() => terminals.terminalStdout)],
  ['wasi:cli/terminal-stderr', granted(() => terminals.terminalStderr)],
  ['wasi:filesystem/types', granted(() => filesystemTypes)],
  ['wasi:filesystem/preopens', granted(createPreopens)],
  ['wasi:http/types', granted(createHttpTypes)],
  ['wasi:logging/logging', granted(createLogging, LOGGING_DRAFTS)],
  ['wasi:http/outgoing-handler', deniedHost(createDeniedOutgoingHandler)],
  ['wasi:sockets/network', deniedHost(() => denied.deniedNetwork)],
  ['wasi:sockets/instance-network', deniedHost(() => denied.deniedInstanceNetwork)],
  ['wasi:sockets/ip-name-lookup', deniedHost(denied.createDeniedNameLookup)],
  ['wasi:sockets/tcp', deniedHost(() => denied.deniedTcp)],
  ['wasi:sockets/tcp-create-socket', deniedHost(denied.createDeniedTcpCreateSocket)],
  ['wasi:sockets/udp', deniedHost(() => denied.deniedUdp)],
  ['wasi:sockets/udp-create-socket', deniedHost(denied.createDeniedUdpCreateSocket)],
  ['wasi:keyvalue/store', deniedHost(denied.createDeniedStore, DRAFTS)],
  ['wasi:keyvalue/atomics', deniedHost(denied.createDeniedAtomics, DRAFTS)],
  ['wasi:keyvalue/batch', deniedHost(denied.createDeniedBatch, DRAFTS)],
  ['wasi:config/store', deniedHost(denied.createDeniedConfig, DRAFTS)],
  ['wasi:config/runtime', deniedHost(denied.createDeniedConfig, DRAFTS)],
  ['wasi:blobstore/types', deniedHost(() => denied.deniedBlobTypes, DRAFTS)],
  ['wasi:blobstore/container', deniedHost(() => denied.deniedContainer, DRAFTS)],
  ['wasi:blobstore/blobstore', deniedHost(denied.createDeniedBlobstore, DRAFTS)],
]);

/** `wasi:http/types@0.2.4` as its name and version; the version is null when there is none. */
function splitVersion(name: string): [string, string | null] {
  const at = name.indexOf('@');
  return at === -1 ? [name, null] : [name.slice(0, at), name.slice(at + 1)];
}

/**
 * Whether a component's import `name`, such as `wasi:http/types@0.2.4`, has a host that works, one that denies, or none.
 * Every patch version of 0.2 has one host: they only ever added to each other. A name without a version is taken for 0.2.
 */
export function judgeImport(name: string): 'granted' | 'denied' | 'unknown' {
  const [interfaceName, version] = splitVersion(name);
  const known = INTERFACES.get(interfaceName);
  return known && (version === null || known.versions.test(version)) ? known.support : 'unknown';
}

/** One sentence on why Swerve has no host for `name`; null when it has one. */
export function importProblem(name: string): string | null {
  if (judgeImport(name) !== 'unknown') return null;
  const [interfaceName, version] = splitVersion(name);
  if (INTERFACES.has(interfaceName)) return `Swerve has ${interfaceName} in another version than ${version}: build the component for WASI 0.2.`;
  if (interfaceName.startsWith('wasi:')) return `Swerve has no ${interfaceName}.`;
  return `${name} is not a WASI interface, and Swerve has no host for it: compose the component with one that exports it.`;
}

/** The imports of one guest instance: a host for each of `names`, under that very name. Cheap: it is done for every request. */
export function createImports(names: readonly string[], context: GuestContext, files: FileTree | null): Record<string, HostInterface> {
  const imports: Record<string, HostInterface> = {};
  for (const name of names) {
    const known = INTERFACES.get(splitVersion(name)[0]);
    if (known) imports[name] = known.make(context, files);
  }
  return imports;
}
