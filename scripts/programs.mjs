/** Programs of this machine: where they are, which version they are, and how missing ones are installed. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { env, platform } from 'node:process';

/** @typedef {(line: string) => void} Say */

/** @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there or not a program: both mean "look elsewhere".
    return false;
  }
}

/** Where `commands` would be, in the order of the commands: `/usr/bin` first, then the folders of `PATH`. @param {string[]} commands @returns {string[]} */
export function placesOf(commands) {
  const folders = ['/usr/bin', ...(env['PATH'] ?? '').split(delimiter)].filter((folder) => folder !== '');
  return [...new Set(commands.flatMap((command) => folders.map((folder) => join(folder, command))))];
}

/** The program's own words, for example `Chromium 156.0.1234.0`; null where it does not say (Windows). @param {string} path @param {string[]} [args] @returns {string | null} */
export function versionOf(path, args = ['--version']) {
  if (platform === 'win32') return null;
  const { stdout } = spawnSync(path, args, { encoding: 'utf8', timeout: 20_000 });
  return stdout?.trim() || null;
}

/** Whether it ended well. Its output goes to stderr: the callers' stdout may be read by a program. @param {string} command @param {string[]} args */
export function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2], env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } });
  return error === undefined && status === 0;
}

export function isRootOnDebian() {
  if (process.getuid?.() !== 0 || !existsSync('/etc/os-release')) return false;
  return /^ID=("?)debian\1$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** Installs packages of Debian and says so. False elsewhere, without root, and when apt-get fails. @param {string} what @param {string[]} packages @param {Say} say */
export function installByApt(what, packages, say) {
  if (!isRootOnDebian()) return false;
  say(`No ${what} found. Installing one: apt-get update && apt-get install -y ${packages.join(' ')}`);
  if (run('apt-get', ['update', '-qq']) && run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages])) return true;
  say(`apt-get could not install ${packages.join(' ')}.`);
  return false;
}
