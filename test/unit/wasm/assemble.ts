import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { RuntimeError } from '../../../src/core/errors.ts';
import type { ImportSupport } from '../../../src/core/module.ts';
import type { ImportJudge, SniffedModule } from '../../../src/wasm/import-judge.ts';
import { sniffModule } from '../../../src/wasm/sniff.ts';

/** The binary of WebAssembly text, core module or component. */
export async function assemble(wat: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await parse(wat));
}

/** A file of the checkout, for example `node_modules/…/php-cgi-8.2.0.wasm`. */
export function readRepositoryFile(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url))));
}

export function bytesOf(...parts: (string | number | readonly number[] | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : typeof part === 'number' ? [part] : [...part])),
  );
}

export const CORE_PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
export const COMPONENT_PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];

/** Knows preview 1 without sock_open, and every `wasi:` interface but sockets, which it denies. */
export const judge: ImportJudge = {
  core: (module: string, name: string): ImportSupport => (module === 'wasi_snapshot_preview1' && name !== 'sock_open' ? 'granted' : 'unknown'),
  component: (name: string): ImportSupport => (name.startsWith('wasi:sockets/') ? 'denied' : name.startsWith('wasi:') ? 'granted' : 'unknown'),
};

export interface RefusalDetails {
  found: string;
  runs: string;
  fix: string;
  offset?: number;
}

/** The details of the refusal that sniffing `bytes` must end in. */
export async function refusalOf(bytes: Uint8Array<ArrayBuffer>): Promise<RefusalDetails> {
  const outcome: SniffedModule | unknown = await sniffModule(bytes, judge).catch((error: unknown) => error);
  if (!(outcome instanceof RuntimeError)) throw new Error(`expected a refusal, got ${JSON.stringify(outcome)}`);
  if (outcome.code !== 'module-invalid') throw outcome;
  const { found, runs, fix, offset } = outcome.details;
  if (typeof found !== 'string' || typeof runs !== 'string' || typeof fix !== 'string') throw new Error(`incomplete details: ${outcome.message}`);
  if (outcome.message !== `${found} ${runs} ${fix}`) throw new Error(`message and details differ: ${outcome.message}`);
  return { found, runs, fix, ...(typeof offset === 'number' ? { offset } : {}) };
}
