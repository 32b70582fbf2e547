import { RuntimeError } from '../core/errors.ts';
import { readSections, type Section, WASM_MAGIC } from './binary.ts';
import { type MemoryDeclaration, PAGES_PER_MIB, readMemories } from './core-memories.ts';
import { refusalError } from './refusal.ts';

/** Magic, version 1, layer 0. */
const CORE_PREAMBLE = [...WASM_MAGIC, 0x01, 0x00, 0x00, 0x00] as const;
const LIMITS_MAX = 0x01;
const LIMITS_64 = 0x04;

function lebOf(value: bigint): number[] {
  const out: number[] = [];
  let rest = value;
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    out.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return out;
}

function limitsOf(memory: MemoryDeclaration, maxPages: bigint): Uint8Array {
  return Uint8Array.from([LIMITS_MAX | (memory.is64 ? LIMITS_64 : 0), ...lebOf(memory.minPages), ...lebOf(maxPages)]);
}

const toMiB = (pages: bigint) => Number((pages + BigInt(PAGES_PER_MIB) - 1n) / BigInt(PAGES_PER_MIB));

function overLimit(pages: bigint, maxMiB: number, what: string): RuntimeError {
  const needMiB = toMiB(pages);
  return new RuntimeError('memory-limit', `${what} ${needMiB} MiB and its limit is ${maxMiB} MiB. To allow it, set spec.limits.memoryMiB: ${needMiB}`, {
    details: { minimumMiB: needMiB, limitMiB: maxMiB },
  });
}

/** The maximum, in pages, that each memory of the module may declare. */
function maximaFor(memories: readonly MemoryDeclaration[], maxMiB: number): bigint[] {
  const capPages = BigInt(maxMiB * PAGES_PER_MIB);
  const own = memories.filter((memory) => !memory.imported);
  const startPages = own.reduce((sum, memory) => sum + memory.minPages, 0n);
  if (startPages > capPages) throw overLimit(startPages, maxMiB, 'The module starts with');
  let sparePages = capPages - startPages;
  return memories.map((memory) => {
    if (memory.shared) {
      throw refusalError({
        found: 'This WebAssembly module uses shared memory (threads).',
        fix: 'Build it without threads: target wasm32-wasip1 instead of wasm32-wasip1-threads, or leave out -pthread. Shared memory needs SharedArrayBuffer, which browsers withhold from pages without cross-origin isolation.',
        offset: memory.start,
      });
    }
    if (memory.imported) {
      if (memory.minPages > capPages) throw overLimit(memory.minPages, maxMiB, 'The module imports a memory of at least');
      return memory.maxPages !== null && memory.maxPages < capPages ? memory.maxPages : capPages;
    }
    const room = memory.minPages + sparePages;
    const maxPages = memory.maxPages !== null && memory.maxPages < room ? memory.maxPages : room;
    // A maximum below the minimum is invalid, but that is for the engine to say: never lend what was not there.
    if (maxPages > memory.minPages) sparePages -= maxPages - memory.minPages;
    return maxPages;
  });
}

interface Edit {
  /** Bytes `[start, end)` of the input make way for `bytes`. */
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

function editsOf(section: Section, memories: readonly MemoryDeclaration[], maxima: readonly bigint[]): Edit[] {
  const edits: Edit[] = [];
  let growth = 0;
  memories.forEach((memory, index) => {
    const maxPages = maxima[index];
    if (maxPages === undefined || maxPages === memory.maxPages) return;
    const bytes = limitsOf(memory, maxPages);
    growth += bytes.length - (memory.end - memory.start);
    edits.push({ start: memory.start, end: memory.end, bytes });
  });
  if (edits.length === 0) return edits;
  const size = BigInt(section.bodyEnd - section.bodyStart + growth);
  return [{ start: section.start + 1, end: section.bodyStart, bytes: Uint8Array.from(lebOf(size)) }, ...edits];
}

/**
 * The core module `bytes` with the maximum of its memory lowered to `maxMiB` (1 to 65536), so that growing beyond it
 * fails inside the guest, as the module was told when it was compiled: `memory.grow` answers -1, malloc answers null.
 * Memories that the module declares share one budget: together they cannot exceed `maxMiB`, the first taking the room
 * to grow. An imported memory is counted where it is declared; its maximum is lowered so that the two still fit.
 *
 * Everything else stays byte for byte, code and data included; the answer is `bytes` itself when nothing had to change.
 * Reads section headers only, and trusts the engine to have validated the rest.
 * @throws RuntimeError `memory-limit` when it starts with more; `module-invalid` for shared memory and what is no core module
 */
export function limitMemory(bytes: Uint8Array<ArrayBuffer>, maxMiB: number): Uint8Array<ArrayBuffer> {
  if (!CORE_PREAMBLE.every((byte, index) => bytes[index] === byte)) {
    throw new RuntimeError('module-invalid', 'Only a core module has a memory to limit: these bytes do not begin with 00 61 73 6d 01 00 00 00 (byte 0)', {
      details: { offset: 0 },
    });
  }
  const found: { section: Section; memories: MemoryDeclaration[] }[] = [];
  for (const section of readSections(bytes)) {
    const memories = readMemories(bytes, section);
    if (memories.length > 0) found.push({ section, memories });
  }
  const maxima = maximaFor(
    found.flatMap(({ memories }) => memories),
    maxMiB,
  );
  let first = 0;
  const edits = found.flatMap(({ section, memories }) => {
    const own = maxima.slice(first, first + memories.length);
    first += memories.length;
    return editsOf(section, memories, own);
  });
  if (edits.length === 0) return bytes;

  const length = edits.reduce((sum, edit) => sum + edit.bytes.length - (edit.end - edit.start), bytes.length);
  const limited = new Uint8Array(length);
  let from = 0;
  let to = 0;
  const copy = (piece: Uint8Array) => {
    limited.set(piece, to);
    to += piece.length;
  };
  for (const edit of edits) {
    copy(bytes.subarray(from, edit.start));
    copy(edit.bytes);
    from = edit.end;
  }
  copy(bytes.subarray(from));
  return limited;
}
