import { readFile } from 'node:fs/promises';
import { exampleFile, guestFile, PACKAGED } from '../browser/harness/wasm-files.ts';
import type { Seed } from './corpus.ts';
import { type Bytes, concat, readFile as readSections, writeFile } from './wasm-bytes.ts';

const SECTION_CODE = 10;
const SECTION_DATA = 11;

/** php-cgi with all but the first of its code and data left away: the imports, types and exports of a large program in some kilobytes. */
function headOf(program: Bytes): Bytes {
  const file = readSections(program);
  const sections = file.sections.flatMap((one) => {
    if (one.id === SECTION_CODE || one.id === SECTION_DATA || one.id === 0) return [{ id: one.id, body: one.body.subarray(0, 2_000) }];
    return [one];
  });
  return writeFile({ preamble: file.preamble, sections, rest: new Uint8Array() });
}

const file = async (path: string): Promise<Bytes> => Uint8Array.from(await readFile(path));

/** Modules and components of every kind that the tests have: written in C and Rust and by hand, for WAGI and wasi:http. */
export async function readSeeds(): Promise<Seed[]> {
  const example = async (name: string, weight: number): Promise<Seed> => ({ name, bytes: await file(exampleFile(name)), weight });
  const guest = async (name: string, weight: number): Promise<Seed> => ({ name, bytes: await file(guestFile(name)), weight });
  const php = await file(PACKAGED.phpCgi());
  const seeds = await Promise.all([
    example('hello-c', 12),
    example('misbehave', 8),
    example('hello-rust', 6),
    example('misbehave-http', 5),
    example('stream-rust', 3),
    guest('exit3', 14),
    guest('cli-component', 22),
    guest('headers', 6),
    guest('reactor', 3),
    guest('unknown-import', 3),
    guest('unknown-component-import', 8),
    guest('no-handler-component', 4),
    guest('big-min-memory', 4),
  ]);
  // An empty custom section keeps it a file of its own, so that a mutation that changes nothing is seen as such.
  return [...seeds, { name: 'head of php-cgi', bytes: concat(headOf(php)), weight: 3 }];
}
