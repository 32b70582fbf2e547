/** The cases of preview1.wasm, with what each is run with. */
import { fileURLToPath } from 'node:url';

export interface Preview1Case {
  readonly name: string;
  /** All of argv. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What it finds as `/`, to be written to; null: nothing is preopened. */
  readonly root: readonly { readonly path: string; readonly text: string }[] | null;
  readonly exitCode: number;
  readonly stdout: string;
}

const ROOT = [
  { path: '/given.txt', text: 'given' },
  { path: '/dir/inner.txt', text: 'inner' },
];

const FILES = [
  'preopen',
  'contents',
  'sizes',
  'append',
  'opening',
  'escape',
  'directories',
  'directory-descriptor',
  'symbolic-links',
  'hard-links',
  'renaming',
  'rights',
  'times',
  'listing',
  'renumbering',
  'removed',
  'polling',
  'sockets',
  'pointers',
];

function plain(name: string, parts: Partial<Preview1Case> = {}): Preview1Case {
  return { name, args: ['preview1', name], env: {}, root: null, exitCode: 0, stdout: '', ...parts };
}

export const PREVIEW1_GUEST = fileURLToPath(new URL('preview1.wasm', import.meta.url));

/** Bounds the root's files together; the case `sizes` asks for more. */
export const ROOT_MAX_BYTES = 1024 * 1024;

export const PREVIEW1_CASES: readonly Preview1Case[] = [
  plain('args', { args: ['preview1', 'args', 'the "second" arg', 'é'] }),
  plain('environment', { env: { a: 'text', b: 'escap"ing', c: 'new\nline' } }),
  plain('no-environment'),
  plain('clocks'),
  plain('random'),
  plain('process'),
  plain('exit', { exitCode: 33 }),
  plain('stdio', { stdout: 'hello' }),
  plain('no-preopen'),
  ...FILES.map((name) => plain(name, { root: ROOT })),
  // What the guest says of a case that it does not have, so that a case cannot pass for want of checks.
  plain('no-such-case', { exitCode: 64 }),
];
