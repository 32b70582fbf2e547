import { ByteReader, type Section } from './binary.ts';

/** 64 KiB pages of linear memory in one MiB. */
export const PAGES_PER_MIB = 16;

const SECTION_IMPORT = 2;
const SECTION_MEMORY = 5;

const EXTERNAL_FUNCTION = 0;
const EXTERNAL_TABLE = 1;
const EXTERNAL_MEMORY = 2;
const EXTERNAL_GLOBAL = 3;
const EXTERNAL_TAG = 4;

const LIMITS_MAX = 0x01;
const LIMITS_SHARED = 0x02;
const LIMITS_64 = 0x04;

/** More than any toolchain makes; a bound on what a hostile file can make the reader keep. */
export const MEMORIES_MAX = 100;
/** Reports list every import. WASI has a hundred; programs that import more do so from hosts of their own. */
const IMPORTS_MAX = 10_000;

/** One memory that a core module declares or imports. */
export interface MemoryDeclaration {
  readonly imported: boolean;
  readonly shared: boolean;
  readonly is64: boolean;
  /** In 64 KiB pages. */
  readonly minPages: bigint;
  readonly maxPages: bigint | null;
  /** The bytes `[start, end)` of the file that hold its limits, flags first. */
  readonly start: number;
  readonly end: number;
}

/** Reads the limits of a table or memory (core spec, "Limits", with the threads and memory64 proposals). */
function readMemory(reader: ByteReader, imported: boolean): MemoryDeclaration {
  const start = reader.offset;
  const flags = reader.byte('the limits of a memory');
  if (flags > (LIMITS_MAX | LIMITS_SHARED | LIMITS_64)) reader.fail(`memory limits with flags 0x${flags.toString(16)} are not known to Swerve`, start);
  const is64 = (flags & LIMITS_64) !== 0;
  const pages = (what: string) => (is64 ? reader.u64(what) : BigInt(reader.u32(what)));
  const minPages = pages('the minimum of a memory');
  const maxPages = (flags & LIMITS_MAX) === 0 ? null : pages('the maximum of a memory');
  return { imported, shared: (flags & LIMITS_SHARED) !== 0, is64, minPages, maxPages, start, end: reader.offset };
}

/** Passes over a value or reference type: one byte, or 0x63/0x64 and a heap type (GC proposal). */
export function skipType(reader: ByteReader): void {
  const code = reader.byte('a value type');
  if (code === 0x63 || code === 0x64) reader.skipS33('a heap type');
}

function readImportedMemories(reader: ByteReader): MemoryDeclaration[] {
  const memories: MemoryDeclaration[] = [];
  const count = reader.u32('the number of imports');
  if (count > IMPORTS_MAX) reader.fail(`the module has ${count} imports and Swerve reads at most ${IMPORTS_MAX}`);
  for (let left = count; left > 0; left--) {
    reader.skip(reader.u32('the length of a module name'), 'the module name of an import');
    reader.skip(reader.u32('the length of an import name'), 'the name of an import');
    const kindOffset = reader.offset;
    const kind = reader.byte('the kind of an import');
    switch (kind) {
      case EXTERNAL_FUNCTION:
        reader.u32('the type of an imported function');
        break;
      case EXTERNAL_TABLE:
        skipType(reader);
        readMemory(reader, true);
        break;
      case EXTERNAL_MEMORY:
        if (memories.length === MEMORIES_MAX) reader.fail(`the module imports more than ${MEMORIES_MAX} memories`, kindOffset);
        memories.push(readMemory(reader, true));
        break;
      case EXTERNAL_GLOBAL:
        skipType(reader);
        reader.byte('the mutability of an imported global');
        break;
      case EXTERNAL_TAG:
        reader.byte('the attribute of an imported tag');
        reader.u32('the type of an imported tag');
        break;
      default:
        reader.fail(`an import of kind 0x${kind.toString(16)} is not known to Swerve`, kindOffset);
    }
  }
  return memories;
}

/** The memories that `section` of a core module imports or declares, in index order; none for other sections. @throws RuntimeError `module-invalid` */
export function readMemories(bytes: Uint8Array<ArrayBuffer>, section: Section): MemoryDeclaration[] {
  if (section.id !== SECTION_IMPORT && section.id !== SECTION_MEMORY) return [];
  const reader = new ByteReader(bytes, section.bodyStart, section.bodyEnd);
  if (section.id === SECTION_IMPORT) return readImportedMemories(reader);
  const memories: MemoryDeclaration[] = [];
  const count = reader.u32('the number of memories');
  if (count > MEMORIES_MAX) reader.fail(`the module declares ${count} memories and Swerve reads at most ${MEMORIES_MAX}`, section.bodyStart);
  for (let index = 0; index < count; index++) memories.push(readMemory(reader, false));
  return memories;
}
