import { INTERFACES_0_3, isPreview3 } from '../preview3/imports.ts';

/**
 * Which interfaces Swerve has a host for. Apart from the hosts themselves, because the service worker judges modules
 * and runs none.
 */

interface KnownInterface {
  readonly support: 'granted' | 'denied';
  /** The versions that have the shape the host speaks. */
  readonly versions: RegExp;
}

const WASI_0_2 = /^0\.2\.\d+$/;
/** Also the dated ones that Spin has. */
const DRAFTS = /^0\.2\.0-(draft\d*|draft-\d{4}-\d\d-\d\d|rc\.\d+)$/;
const LOGGING_DRAFTS = /^0\.\d+\.0(-draft)?$/;

const granted = (versions = WASI_0_2): KnownInterface => ({ support: 'granted', versions });
const denied = (versions = WASI_0_2): KnownInterface => ({ support: 'denied', versions });

const INTERFACES: ReadonlyMap<string, KnownInterface> = new Map([
  ['wasi:io/error', granted()],
  ['wasi:io/poll', granted()],
  ['wasi:io/streams', granted()],
  ['wasi:clocks/monotonic-clock', granted()],
  ['wasi:clocks/wall-clock', granted()],
  ['wasi:clocks/timezone', granted()],
  ['wasi:random/random', granted()],
  ['wasi:random/insecure', granted()],
  ['wasi:random/insecure-seed', granted()],
  ['wasi:cli/environment', granted()],
  ['wasi:cli/exit', granted()],
  ['wasi:cli/stdin', granted()],
  ['wasi:cli/stdout', granted()],
  ['wasi:cli/stderr', granted()],
  ['wasi:cli/terminal-input', granted()],
  ['wasi:cli/terminal-output', granted()],
  ['wasi:cli/terminal-stdin', granted()],
  ['wasi:cli/terminal-stdout', granted()],
  ['wasi:cli/terminal-stderr', granted()],
  ['wasi:filesystem/types', granted()],
  ['wasi:filesystem/preopens', granted()],
  ['wasi:http/types', granted()],
  ['wasi:logging/logging', granted(LOGGING_DRAFTS)],
  ['wasi:http/outgoing-handler', denied()],
  ['wasi:sockets/network', denied()],
  ['wasi:sockets/instance-network', denied()],
  ['wasi:sockets/ip-name-lookup', denied()],
  ['wasi:sockets/tcp', denied()],
  ['wasi:sockets/tcp-create-socket', denied()],
  ['wasi:sockets/udp', denied()],
  ['wasi:sockets/udp-create-socket', denied()],
  ['wasi:keyvalue/store', denied(DRAFTS)],
  ['wasi:keyvalue/atomics', denied(DRAFTS)],
  ['wasi:keyvalue/batch', denied(DRAFTS)],
  ['wasi:config/store', denied(DRAFTS)],
  ['wasi:config/runtime', denied(DRAFTS)],
  ['wasi:blobstore/types', denied(DRAFTS)],
  ['wasi:blobstore/container', denied(DRAFTS)],
  ['wasi:blobstore/blobstore', denied(DRAFTS)],
]);

/** Names of all interfaces that have a host, without versions. */
export const KNOWN_INTERFACES: readonly string[] = [...INTERFACES.keys()];

/** `wasi:http/types@0.2.4` as its name and version; the version is null when there is none. */
export function splitVersion(name: string): [string, string | null] {
  const at = name.indexOf('@');
  return at === -1 ? [name, null] : [name.slice(0, at), name.slice(at + 1)];
}

/**
 * Whether a component's import `name`, such as `wasi:http/types@0.2.4`, has a host that works, one that denies, or none.
 * Every patch version of 0.2 has one host, and so has every one of 0.3: they only ever added to each other. A name without a version is taken for 0.2.
 */
export function judgeImport(name: string): 'granted' | 'denied' | 'unknown' {
  const [interfaceName, version] = splitVersion(name);
  if (version !== null && isPreview3(version)) return INTERFACES_0_3.get(interfaceName) ?? 'unknown';
  const known = INTERFACES.get(interfaceName);
  return known && (version === null || known.versions.test(version)) ? known.support : 'unknown';
}

/** One sentence on why Swerve has no host for `name`; null when it has one. */
export function importProblem(name: string): string | null {
  if (judgeImport(name) !== 'unknown') return null;
  const [interfaceName, version] = splitVersion(name);
  if (INTERFACES.has(interfaceName)) return `Swerve has ${interfaceName} in another version than ${version}: build the component for WASI 0.2 or 0.3.`;
  if (interfaceName.startsWith('wasi:')) return `Swerve has no ${interfaceName}.`;
  return `${name} is not a WASI interface, and Swerve has no host for it: compose the component with one that exports it.`;
}
