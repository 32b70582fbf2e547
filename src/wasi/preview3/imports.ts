/** Which 0.3 interfaces Swerve has a host for; the hosts are in link-imports.ts. A table of names alone, for the service worker judges modules by it. */
export const INTERFACES_0_3: ReadonlyMap<string, 'granted' | 'denied'> = new Map([
  ['wasi:cli/environment', 'granted'],
  ['wasi:cli/exit', 'granted'],
  ['wasi:cli/types', 'granted'],
  ['wasi:cli/stdin', 'granted'],
  ['wasi:cli/stdout', 'granted'],
  ['wasi:cli/stderr', 'granted'],
  ['wasi:cli/terminal-input', 'granted'],
  ['wasi:cli/terminal-output', 'granted'],
  ['wasi:cli/terminal-stdin', 'granted'],
  ['wasi:cli/terminal-stdout', 'granted'],
  ['wasi:cli/terminal-stderr', 'granted'],
  ['wasi:clocks/types', 'granted'],
  ['wasi:clocks/monotonic-clock', 'granted'],
  ['wasi:clocks/system-clock', 'granted'],
  ['wasi:clocks/timezone', 'granted'],
  ['wasi:random/random', 'granted'],
  ['wasi:random/insecure', 'granted'],
  ['wasi:random/insecure-seed', 'granted'],
  ['wasi:filesystem/types', 'granted'],
  ['wasi:filesystem/preopens', 'granted'],
  ['wasi:http/types', 'granted'],
  ['wasi:http/client', 'denied'],
  ['wasi:sockets/types', 'denied'],
  ['wasi:sockets/ip-name-lookup', 'denied'],
]);

/** A release of WASI 0.3; `0.3` alone is how the transpiler names all of them (src/transpiler/transpile.ts). */
export function isPreview3(version: string): boolean {
  return /^0\.3(\.\d+)?$/.test(version);
}
