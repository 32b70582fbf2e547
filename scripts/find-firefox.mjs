/** Finds the Firefox that the tests of engines drive, or installs one. */
import { join } from 'node:path';
import { env, platform } from 'node:process';
import { installByApt, isExecutable, placesOf, versionOf } from './programs.mjs';

/** The first Firefox with JSPI switched on (docs/platform-notes), and the oldest that these tests were run with. */
const OLDEST_MAJOR = 153;

/** @returns {string[]} */
function usualPlaces() {
  if (platform === 'darwin') return ['/Applications/Firefox.app/Contents/MacOS/firefox'];
  if (platform === 'win32') {
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)'].flatMap((name) => (env[name] ? [join(env[name], 'Mozilla Firefox/firefox.exe')] : []));
  }
  return placesOf(['firefox-esr', 'firefox']);
}

/** @param {string} path @param {import('./programs.mjs').Say} say */
function fits(path, say) {
  if (!isExecutable(path)) return false;
  const version = versionOf(path);
  if (version === null && platform !== 'win32') return false;
  const major = Number(version?.match(/(\d+)\.\d/)?.[1] ?? OLDEST_MAJOR);
  if (major < OLDEST_MAJOR) {
    say(`Passing over ${path}: it is ${version}, and the tests need ${OLDEST_MAJOR} or newer.`);
    return false;
  }
  say(`Browser: ${version ?? 'Firefox'} at ${path}`);
  return true;
}

/**
 * The path of a Firefox that the tests can drive, or the reason why there is none. Looks at `FIREFOX_PATH`, then the usual
 * places of the system. Where there is none, `install: true` installs one by apt-get as root on Debian.
 *
 * @param {{ install?: boolean, say?: import('./programs.mjs').Say }} [options] `say` defaults to `console.log`
 * @returns {{ path: string, reason: null } | { path: null, reason: string }}
 */
export function findFirefox({ install = false, say = console.log } = {}) {
  const named = env['FIREFOX_PATH'];
  if (named) {
    if (fits(named, say)) return { path: named, reason: null };
    return { path: null, reason: `FIREFOX_PATH is ${named}, which is not a Firefox of version ${OLDEST_MAJOR} or newer` };
  }
  const search = () => usualPlaces().find((path) => fits(path, say)) ?? null;
  const path = search() ?? (install && installByApt('Firefox', ['firefox-esr'], say) ? search() : null);
  if (path !== null) return { path, reason: null };
  return { path: null, reason: `no Firefox of version ${OLDEST_MAJOR} or newer (Debian: apt-get install firefox-esr; or FIREFOX_PATH=/path/to/firefox)` };
}
