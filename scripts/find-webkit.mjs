/** Finds the WebKitGTK that the tests of engines drive, or installs one: its driver, its small browser, and a display for it. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { installByApt, isExecutable, placesOf } from './programs.mjs';

/** @typedef {{ driver: string, browser: string, display: string }} WebKitPrograms paths of WebKitWebDriver, MiniBrowser and Xvfb */

/** Where distributions put MiniBrowser, which is in no `PATH`: `<lib>[/<architecture>]/webkit2gtk-4.1/MiniBrowser`, newest API first. @returns {string[]} */
function browserPlaces() {
  const roots = ['/usr/lib', '/usr/libexec', '/usr/lib64'].filter((root) => existsSync(root));
  const folders = roots.flatMap((root) => [
    root,
    ...readdirSync(root)
      .filter((name) => name.includes('-linux-'))
      .map((name) => join(root, name)),
  ]);
  return ['webkitgtk-6.0', 'webkit2gtk-4.1', 'webkit2gtk-4.0'].flatMap((api) => folders.map((folder) => join(folder, api, 'MiniBrowser')));
}

/** @returns {{ programs: WebKitPrograms | null, missing: string[] }} */
function search() {
  const named = (/** @type {string} */ name, /** @type {string[]} */ places) => (env[name] ? [env[name]] : places);
  const driver = named('WEBKIT_DRIVER_PATH', placesOf(['WebKitWebDriver'])).find(isExecutable);
  const browser = named('WEBKIT_PATH', browserPlaces()).find(isExecutable);
  const display = placesOf(['Xvfb']).find(isExecutable);
  if (driver && browser && display) return { programs: { driver, browser, display }, missing: [] };
  const missing = Object.entries({ WebKitWebDriver: driver, MiniBrowser: browser, Xvfb: display }).flatMap(([name, path]) => (path ? [] : [name]));
  return { programs: null, missing };
}

/**
 * The programs that WebKitGTK is driven with, or the reason why they are not all there. Looks at `WEBKIT_DRIVER_PATH` and
 * `WEBKIT_PATH` (MiniBrowser), then the usual places of a Linux system. What is missing `install: true` installs by apt-get as root on Debian.
 *
 * @param {{ install?: boolean, say?: import('./programs.mjs').Say }} [options] `say` defaults to `console.log`
 * @returns {{ programs: WebKitPrograms, reason: null } | { programs: null, reason: string }}
 */
export function findWebKit({ install = false, say = console.log } = {}) {
  let { programs, missing } = search();
  if (programs === null && install && installByApt('WebKitGTK', ['webkit2gtk-driver', 'xvfb'], say)) ({ programs, missing } = search());
  if (programs === null) return { programs, reason: `no WebKitGTK to drive: ${missing.join(', ')} not found (Debian: apt-get install webkit2gtk-driver xvfb)` };
  say(`Browser: WebKitGTK at ${programs.browser}`);
  return { programs, reason: null };
}
