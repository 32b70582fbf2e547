/** Finds the Chromium that the browser tests drive, or installs one. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { argv, env, execPath, platform } from 'node:process';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { installByApt, isExecutable, placesOf, run, versionOf } from './programs.mjs';

/** What Chromium needs to run unattended, as root too. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The first Chromium with JSPI switched on (docs/platform-notes). */
const OLDEST_MAJOR = 137;

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/** @returns {string[]} */
function usualPlaces() {
  if (platform === 'darwin') {
    return ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];
  }
  if (platform === 'win32') {
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => {
      const folder = env[name];
      return folder ? [join(folder, 'Google/Chrome/Application/chrome.exe'), join(folder, 'Chromium/Application/chrome.exe')] : [];
    });
  }
  return placesOf(COMMANDS);
}

/** @param {string} path @param {(line: string) => void} say @returns {boolean} whether the tests can use it */
function fits(path, say) {
  if (!isExecutable(path)) return false;
  const version = versionOf(path, ['--version', '--no-sandbox']);
  if (version === null && platform !== 'win32') return false;
  const major = Number(version?.match(/(\d+)\.\d/)?.[1] ?? OLDEST_MAJOR);
  if (major < OLDEST_MAJOR) {
    say(`Passing over ${path}: it is ${version}, and the tests need ${OLDEST_MAJOR} or newer.`);
    return false;
  }
  say(`Browser: ${version ?? 'Chromium'} at ${path}`);
  return true;
}

/** @param {(line: string) => void} say @returns {string | null} */
function search(say) {
  const candidates = [...new Set([...usualPlaces(), chromium.executablePath()])];
  return candidates.find((path) => fits(path, say)) ?? null;
}

/** @param {(line: string) => void} say */
function install(say) {
  if (installByApt('Chromium', ['chromium'], say)) return;
  say("Fetching the test runner's own Chromium: npx playwright-core install chromium");
  const cli = join(dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')), 'cli.js');
  if (!run(execPath, [cli, 'install', 'chromium'])) say('playwright-core could not fetch Chromium.');
}

/**
 * Resolves to the path of a Chromium that can run Swerve, and says which one it is. Looks at `CHROMIUM_PATH`, then the usual
 * places of the system, then playwright's own download. Where there is none, `install: true` installs one: by apt-get as root
 * on Debian, else by playwright-core.
 *
 * @param {{ install?: boolean, say?: (line: string) => void }} [options] `say` defaults to `console.log`
 * @returns {Promise<string>}
 */
export async function findChromium({ install: mayInstall = false, say = console.log } = {}) {
  const named = env['CHROMIUM_PATH'];
  if (named) {
    if (fits(named, say)) return named;
    throw new Error(`CHROMIUM_PATH is ${named}, which is not a Chromium of version ${OLDEST_MAJOR} or newer. Correct it, or unset it to have one found.`);
  }
  const found = search(say);
  if (found) return found;
  if (mayInstall) {
    install(say);
    const installed = search(say);
    if (installed) return installed;
  }
  throw new Error(
    `No Chromium of version ${OLDEST_MAJOR} or newer was found. Install one (Debian: apt-get install chromium; elsewhere: npx playwright-core install --with-deps chromium), or name yours: CHROMIUM_PATH=/path/to/chromium npm test`,
  );
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) {
  try {
    await findChromium({ install: true });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
