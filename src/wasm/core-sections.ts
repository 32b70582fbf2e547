import { ByteReader, customSectionName, readSections } from './binary.ts';
import { MEMORIES_MAX, type MemoryDeclaration, readMemories } from './core-memories.ts';

const SECTION_CUSTOM = 0;
const SECTION_EXPORT = 7;
const EXTERNAL_MEMORY = 2;
/** The engine makes an object of each when it is asked what a module exports. */
const EXPORTS_MAX = 100_000;

/** What the sections of a core module say that the JavaScript API does not. */
export interface CoreSections {
  readonly memories: MemoryDeclaration[];
  /** Index of the memory exported as "memory". */
  readonly exportedMemory: number | null;
  readonly customNames: ReadonlySet<string>;
}

function readExportedMemory(bytes: Uint8Array<ArrayBuffer>, start: number, end: number): number | null {
  const reader = new ByteReader(bytes, start, end);
  const count = reader.u32('the number of exports');
  if (count > EXPORTS_MAX) reader.fail(`the module has ${count} exports and Swerve reads at most ${EXPORTS_MAX}`);
  for (let left = count; left > 0; left--) {
    const length = reader.u32('the length of an export name');
    const nameStart = reader.offset;
    reader.skip(length, 'the name of an export');
    const kind = reader.byte('the kind of an export');
    const index = reader.u32('the index of an export');
    if (kind === EXTERNAL_MEMORY && length === 6 && String.fromCharCode(...bytes.subarray(nameStart, nameStart + 6)) === 'memory') return index;
  }
  return null;
}

/** Reads the headers of the core module at `bytes[start, end)`; code and data are passed over. @throws RuntimeError `module-invalid` */
export function readCoreSections(bytes: Uint8Array<ArrayBuffer>, start: number, end: number): CoreSections {
  const memories: MemoryDeclaration[] = [];
  const customNames = new Set<string>();
  let exportedMemory: number | null = null;
  for (const section of readSections(bytes, start, end)) {
    memories.push(...readMemories(bytes, section));
    if (memories.length > MEMORIES_MAX) {
      new ByteReader(bytes, section.bodyStart, section.bodyEnd).fail(`the module has more than ${MEMORIES_MAX} memories`);
    }
    if (section.id === SECTION_EXPORT) exportedMemory = readExportedMemory(bytes, section.bodyStart, section.bodyEnd);
    if (section.id === SECTION_CUSTOM) customNames.add(customSectionName(bytes, section));
  }
  return { memories, exportedMemory, customNames };
}
