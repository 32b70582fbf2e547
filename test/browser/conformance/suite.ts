/** Reads a checkout of WebAssembly/wasi-testsuite (branch prod/testsuite-base). Format: doc/specification.md there. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';

/** One program of the suite, with what is expected of it. */
export interface SuiteProgram {
  /** `rust/fd_advise`. */
  readonly name: string;
  readonly file: string;
  readonly wasi: 'preview 1' | '0.3';
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The folder that it finds as `/`. */
  readonly root: string | null;
  readonly exitCode: number;
  /** null: any. */
  readonly stdout: string | null;
  readonly stderr: string | null;
}

/** Folders of `tests/<language>/testsuite`. */
const VERSIONS = { 'wasm32-wasip1': 'preview 1', 'wasm32-wasip3': '0.3' } as const;

interface Configuration {
  args?: string[];
  env?: Record<string, string>;
  root?: string;
  exit_code?: number;
  stdout?: string;
  stderr?: string;
}

/** All programs below `folder`, by name. @throws Error where there are none */
export async function readSuite(folder: string): Promise<SuiteProgram[]> {
  const programs: SuiteProgram[] = [];
  for (const language of await readdir(join(folder, 'tests'))) {
    for (const [target, wasi] of Object.entries(VERSIONS)) {
      const place = join(folder, 'tests', language, 'testsuite', target);
      const files = (await readdirOrNothing(place)).filter((file) => file.endsWith('.wasm')).sort();
      for (const file of files) programs.push(await readProgram(join(place, file), language, wasi));
    }
  }
  if (programs.length === 0)
    throw new Error(`${folder} is no checkout of WebAssembly/wasi-testsuite, branch prod/testsuite-base: it has no tests/*/testsuite/*/*.wasm`);
  return programs;
}

async function readProgram(file: string, language: string, wasi: SuiteProgram['wasi']): Promise<SuiteProgram> {
  const json = await readFile(file.replace(/\.wasm$/, '.json'), 'utf8').catch(() => '{}');
  const configuration = JSON.parse(json) as Configuration;
  // The 0.3 programs have operations, which are read when there is something to run them.
  if (wasi === 'preview 1' && 'operations' in configuration) throw new Error(`${file}: its configuration has "operations", which this runner does not read`);
  const { args = [], env = {}, root, exit_code = 0, stdout = null, stderr = null } = configuration;
  const name = `${language}/${basename(file, '.wasm')}`;
  return { name, file, wasi, args, env, root: root === undefined ? null : join(file, '..', root), exitCode: exit_code, stdout, stderr };
}

/** The files of `folder`, each under its absolute path in it. */
export async function readRoot(folder: string): Promise<{ path: string; base64: string }[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (file) => ({ path: `/${relative(folder, file)}`, base64: await readFile(file, 'base64') })));
}

async function readdirOrNothing(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** Programs that docs/wasi-support.md lists as failing, each with its reason. @throws Error when the list is not there */
export async function readKnownFailures(): Promise<Map<string, string>> {
  const text = await readFile(new URL('../../../docs/wasi-support.md', import.meta.url), 'utf8');
  const section = text.split(/^### Programs that fail$/m)[1]?.split(/^#/m)[0];
  if (section === undefined) throw new Error('docs/wasi-support.md has no section "Programs that fail"');
  return new Map([...section.matchAll(/^\| `([\w./-]+)` +\| (.+?) +\|$/gm)].map(([, name = '', reason = '']) => [name, reason]));
}
