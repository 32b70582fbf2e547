/** Reads a checkout of WebAssembly/wasi-testsuite (branch prod/testsuite-base). Format: doc/specification.md there. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';

import type { ServiceRequest, Step } from './program-runner.ts';

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
  readonly steps: readonly Step[];
  /** Of a service. */
  readonly requests: readonly ServiceRequest[] | null;
  readonly answers: readonly { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }[];
}

/** Folders of `tests/<language>/testsuite`. */
const VERSIONS = { 'wasm32-wasip1': 'preview 1', 'wasm32-wasip3': '0.3' } as const;

/** Of the 0.3 programs: what the runner does, in this order. */
interface Operation {
  type: 'run' | 'wait' | 'write' | 'read' | 'request' | 'kill' | 'connect' | 'send' | 'recv';
  args?: string[];
  env?: Record<string, string>;
  id?: string;
  payload?: string;
  exit_code?: number;
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
  response?: { status: number; headers?: Record<string, string>; body?: string };
}

interface Configuration {
  world?: string;
  servers?: unknown[];
  operations?: Operation[];

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
  const { args = [], env = {}, root, exit_code = 0, stdout = null, stderr = null, operations = [], world } = configuration;
  const name = `${language}/${basename(file, '.wasm')}`;
  const run = operations.find(({ type }) => type === 'run');
  const wait = operations.find(({ type }) => type === 'wait');
  const requests = operations.filter(({ type }) => type === 'request');
  return {
    name,
    file,
    wasi,
    // The suite calls them by their file's name.
    args: [wasi === '0.3' ? basename(file) : name, ...args, ...(run?.args ?? [])],
    env: { ...env, ...run?.env },
    root: root === undefined ? null : join(file, '..', root),
    exitCode: wait?.exit_code ?? exit_code,
    stdout,
    stderr,
    steps: operations.flatMap(toStep),
    requests: world === 'wasi:http/service' ? requests.map(toRequest) : null,
    answers: requests.map(({ response }) => response ?? { status: 200 }),
  };
}

function toStep({ type, id, payload = '' }: Operation): Step[] {
  if (type === 'write' && id === 'stdin') return [{ write: payload }];
  if (type === 'read' && (id === 'stdout' || id === 'stderr')) return [{ read: id, text: payload }];
  return [];
}

function toRequest({ method = 'GET', path = '/', headers = {}, body }: Operation): ServiceRequest {
  return { method, path, headers: Object.entries(headers), body: body ?? null };
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
