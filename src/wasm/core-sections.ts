import { ByteReader, customSectionName, readSections, type Section } from './binary.ts';
import { MEMORIES_MAX, type MemoryDeclaration, readMemories, skipType } from './core-memories.ts';
import { refusalError } from './refusal.ts';

const SECTION_CUSTOM = 0;
const SECTION_EXPORT = 7;
const SECTION_CODE = 10;
const EXTERNAL_MEMORY = 2;
/** The engine makes an object of each when it is asked what a module exports. */
const EXPORTS_MAX = 100_000;
/** Of all functions together. V8 checks some five hundred million in a second; ten megabytes can declare fifty billion. */
const LOCALS_MAX = 10_000_000;

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

/** Refuses a module that declares more locals than engines should have to lay out: a few kilobytes can say billions. Functions are passed over by their size; what does not read is left to the engine. */
function refuseLocals(bytes: Uint8Array<ArrayBuffer>, { bodyStart, bodyEnd }: Section): void {
  const reader = new ByteReader(bytes, bodyStart, bodyEnd);
  let locals = 0;
  for (let left = reader.u32('the number of functions'); left > 0; left--) {
    const size = reader.u32('the size of a function');
    const start = reader.offset;
    for (let groups = reader.u32('the number of groups of locals'); groups > 0; groups--) {
      locals += reader.u32('the number of locals');
      if (locals > LOCALS_MAX) {
        throw refusalError({
          found: `This WebAssembly module declares more than ${LOCALS_MAX} local variables in all, which costs a browser minutes to check.`,
          fix: 'No toolchain writes that: build it again, with optimisation switched on.',
          offset: start,
        });
      }
      skipType(reader);
    }
    reader.skip(Math.max(0, start + size - reader.offset), 'a function');
  }
}

/** Reads the headers of the core module at `bytes[start, end)`; code and data are passed over, but for the locals of functions. @throws RuntimeError `module-invalid` */
export function readCoreSections(bytes: Uint8Array<ArrayBuffer>, start: number, end: number): CoreSections {
  const memories: MemoryDeclaration[] = [];
  const customNames = new Set<string>();
  let exportedMemory: number | null = null;
  for (const section of readSections(bytes, start, end)) {
    memories.push(...readMemories(bytes, section));
    if (memories.length > MEMORIES_MAX) {
      new ByteReader(bytes, section.bodyStart, section.bodyEnd).fail(`the module has more than ${MEMORIES_MAX} memories`);
    }
    if (section.id === SECTION_CODE) refuseLocals(bytes, section);
    if (section.id === SECTION_EXPORT) exportedMemory = readExportedMemory(bytes, section.bodyStart, section.bodyEnd);
    if (section.id === SECTION_CUSTOM) customNames.add(customSectionName(bytes, section));
  }
  return { memories, exportedMemory, customNames };
}
