import type { HandlerAbi, ModuleImport, ModuleInterface } from '../core/module.ts';
import { ByteReader, PREAMBLE_LENGTH, readSections, type Section } from './binary.ts';
import { unknownClause, validateCore } from './core-module.ts';
import type { ImportJudge, SniffedModule } from './import-judge.ts';
import { listed, refusalError } from './refusal.ts';

/**
 * A walk over the binary format of components (component-model, design/mvp/Binary.md), which no JavaScript engine reads.
 * It knows sections, names, imports and exports; everything else is passed over by its size.
 */

const SECTION_CUSTOM = 0;
const SECTION_CORE_MODULE = 1;
const SECTION_COMPONENT = 4;
const SECTION_IMPORT = 10;
const SECTION_EXPORT = 11;
const SECTION_VALUE = 12;

const SORT_CORE = 0x00;
const SORT_TYPE = 0x03;
const SORT_INSTANCE = 0x05;
const SORT_LAST = 0x05;

const COMPONENT_VERSION_AND_LAYER = [0x0d, 0x00, 0x01, 0x00] as const;

/** Bounds on what a hostile file can make the walk do; wasm-tools allows as much at most. */
const DEPTH_MAX = 32;
const CORE_MODULES_MAX = 1000;
const NAMES_MAX = 10_000;

const HANDLER_0_3 = /^wasi:http\/handler@0\.3\.\d+$/;
const CLI_RUN_0_3 = /^wasi:cli\/run@0\.3\.\d+$/;
const INCOMING_HANDLER = /^wasi:http\/incoming-handler@0\.2\.\d+$/;
const CLI_RUN = /^wasi:cli\/run@0\.2\.\d+$/;

interface Walk {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the core modules lie, those of nested components included. */
  readonly cores: { start: number; end: number }[];
  components: number;
}

interface Interfaces {
  readonly imports: string[];
  readonly exports: { name: string; sort: number }[];
}

/** `nameattributes`: the name and, for form 0x02, its attributes; a version suffix (`@0.2` + `.4`) is put back on. */
function readName(reader: ByteReader, what: string): string {
  const formOffset = reader.offset;
  const form = reader.byte(what);
  if (form > 0x02) reader.fail(`${what} has the unknown form 0x${form.toString(16)}`, formOffset);
  let name = reader.name(what);
  if (form < 0x02) return name;
  for (let left = reader.u32('the number of name attributes'); left > 0; left--) {
    const attributeOffset = reader.offset;
    const attribute = reader.byte('a name attribute');
    if (attribute > 0x02) reader.fail(`a name attribute of kind 0x${attribute.toString(16)} is not known to Swerve`, attributeOffset);
    const text = reader.name('a name attribute');
    if (attribute === 0x01) name += text;
  }
  return name;
}

/** Passes over an `externtype`. Answers its sort, and whether it names a type that exists already: such an import needs no host. */
function readExternType(reader: ByteReader): { sort: number; isAlias: boolean } {
  const offset = reader.offset;
  const sort = reader.byte('the type of an import or export');
  let isAlias = false;
  if (sort === SORT_CORE) {
    if (reader.byte('a core sort') !== 0x11) reader.fail('only core modules can be imported or exported', offset);
    reader.u32('a type index');
  } else if (sort === 0x02 || sort === SORT_TYPE) {
    const bound = reader.byte('a bound');
    if (bound > 0x01) reader.fail(`a bound of kind 0x${bound.toString(16)} is not known to Swerve`, offset + 1);
    isAlias = bound === 0x00;
    if (bound === 0x00) reader.u32('an index');
    else if (sort === 0x02) reader.skipS33('a value type');
  } else if (sort <= SORT_LAST) {
    reader.u32('a type index');
  } else {
    reader.fail(`a type of sort 0x${sort.toString(16)} is not known to Swerve`, offset);
  }
  return { sort, isAlias };
}

function readCount(reader: ByteReader, what: string, soFar: number): number {
  const offset = reader.offset;
  const count = reader.u32(`the number of ${what}`);
  if (soFar + count > NAMES_MAX) reader.fail(`the component has more than ${NAMES_MAX} ${what}`, offset);
  return count;
}

function readImports(reader: ByteReader, imports: string[]): void {
  for (let left = readCount(reader, 'imports', imports.length); left > 0; left--) {
    const name = readName(reader, 'the name of an import');
    const { sort, isAlias } = readExternType(reader);
    if (!(sort === SORT_TYPE && isAlias)) imports.push(name);
  }
}

function readExports(reader: ByteReader, exports: Interfaces['exports']): void {
  for (let left = readCount(reader, 'exports', exports.length); left > 0; left--) {
    const name = readName(reader, 'the name of an export');
    const sortOffset = reader.offset;
    const sort = reader.byte('the sort of an export');
    if (sort > SORT_LAST) reader.fail(`an export of sort 0x${sort.toString(16)} is not known to Swerve`, sortOffset);
    if (sort === SORT_CORE) reader.byte('a core sort');
    reader.u32('the index of an export');
    const hasType = reader.byte('the optional type of an export');
    if (hasType > 0x01) reader.fail('the optional type of an export begins with neither 0 nor 1', reader.offset - 1);
    if (hasType === 0x01) readExternType(reader);
    exports.push({ name, sort });
  }
}

function expectEnd(reader: ByteReader, what: string): void {
  if (!reader.atEnd) reader.fail(`${what} has bytes left over`);
}

function walkComponent(walk: Walk, start: number, end: number, depth: number): Interfaces {
  const { bytes } = walk;
  const found: Interfaces = { imports: [], exports: [] };
  for (const section of readSections(bytes, start, end)) visitSection(walk, section, found, depth);
  return found;
}

function visitSection(walk: Walk, section: Section, found: Interfaces, depth: number): void {
  const reader = new ByteReader(walk.bytes, section.bodyStart, section.bodyEnd);
  switch (section.id) {
    case SECTION_CUSTOM:
      reader.name('the name of a custom section');
      return;
    case SECTION_CORE_MODULE:
      if (walk.cores.length === CORE_MODULES_MAX) reader.fail(`the component holds more than ${CORE_MODULES_MAX} core modules`, section.start);
      walk.cores.push({ start: section.bodyStart, end: section.bodyEnd });
      return;
    case SECTION_COMPONENT:
      if (depth === DEPTH_MAX) reader.fail(`components are nested more than ${DEPTH_MAX} deep`, section.start);
      walk.components++;
      if (walk.components > CORE_MODULES_MAX) reader.fail(`the component holds more than ${CORE_MODULES_MAX} components`, section.start);
      expectNestedPreamble(walk.bytes, section);
      walkComponent(walk, section.bodyStart, section.bodyEnd, depth + 1);
      return;
    case SECTION_IMPORT:
      readImports(reader, found.imports);
      expectEnd(reader, 'the import section');
      return;
    case SECTION_EXPORT:
      readExports(reader, found.exports);
      expectEnd(reader, 'the export section');
      return;
    default:
      if (section.id > SECTION_VALUE) reader.fail(`a section of id ${section.id} does not exist in components`, section.start);
  }
}

function expectNestedPreamble(bytes: Uint8Array<ArrayBuffer>, section: Section): void {
  const reader = new ByteReader(bytes, section.bodyStart, section.bodyEnd);
  reader.skip(PREAMBLE_LENGTH, 'the preamble of a nested component');
  const isComponent = COMPONENT_VERSION_AND_LAYER.every((byte, index) => bytes[section.bodyStart + 4 + index] === byte);
  if (!isComponent) reader.fail('a nested component does not begin as one', section.bodyStart);
}

/** The way a component serves requests; a refusal when it has none that Swerve can run. */
function handlerOf(exports: Interfaces['exports'], hasCode: boolean): { abi: HandlerAbi; summary: string } {
  const instances = exports.filter(({ sort }) => sort === SORT_INSTANCE).map(({ name }) => name);
  const handler3 = instances.find((name) => HANDLER_0_3.test(name));
  if (handler3 !== undefined) return { abi: 'wasi-http', summary: `WASI 0.3 component, serves HTTP through ${handler3}` };
  const handler = instances.find((name) => INCOMING_HANDLER.test(name));
  if (handler !== undefined) return { abi: 'wasi-http', summary: `WASI 0.2 component, serves HTTP through ${handler}` };
  // First: what is built for 0.3 by way of 0.2 exports a `run` of 0.2 that does nothing.
  const run3 = instances.find((name) => CLI_RUN_0_3.test(name));
  if (run3 !== undefined) return { abi: 'wagi', summary: `WASI 0.3 component, serves HTTP as a WAGI (CGI/1.1) handler through ${run3}` };
  const run = instances.find((name) => CLI_RUN.test(name));
  if (run !== undefined) return { abi: 'wagi', summary: `WASI 0.2 component, serves HTTP as a WAGI (CGI/1.1) handler through ${run}` };

  if (!hasCode) {
    throw refusalError({
      found: 'This component holds no code: it is a WIT package in binary form, a description of interfaces.',
      fix: 'Implement its world (wit-bindgen, jco componentize, cargo build --target wasm32-wasip2) and drop the component that comes out.',
    });
  }
  const newer = instances.find((name) => /^wasi:(?:http\/(?:handler|service)|cli\/run)@0\.[3-9]/.test(name));
  if (newer !== undefined) {
    throw refusalError({
      found: `This component exports ${newer}, a version that is no release of WASI 0.3.`,
      fix: 'Rebuild it with bindings for WASI 0.3.0 or a later 0.3: export wasi:http/handler@0.3 (the wasi:http/service world).',
    });
  }
  const older = instances.find((name) => /^wasi:(?:http\/incoming-handler|cli\/run)(?:@|$)/.test(name));
  if (older !== undefined) {
    throw refusalError({
      found: `This component exports ${older}, a version from before or beside the WASI 0.2 release.`,
      fix: 'Rebuild it with bindings for WASI 0.2.0 or later.',
    });
  }
  const names = exports.map(({ name }) => name);
  throw refusalError({
    found: `This is a component that serves no requests: it exports ${names.length > 0 ? listed(names) : 'nothing'}.`,
    fix: 'Export wasi:http/incoming-handler (the wasi:http/proxy world) or wasi:cli/run (the wasi:cli/command world), or compose it into a component that does.',
  });
}

/** {@link import('./sniff.ts').sniffModule} for a file whose preamble is that of a component. */
export async function sniffComponent(bytes: Uint8Array<ArrayBuffer>, judge: ImportJudge): Promise<SniffedModule> {
  const walk: Walk = { bytes, cores: [], components: 0 };
  const { imports: importNames, exports: exported } = walkComponent(walk, 0, bytes.length, 0);
  for (const { start, end } of walk.cores) await validateCore(bytes, start, end);
  const { abi, summary } = handlerOf(exported, walk.cores.length > 0);
  const imports: ModuleImport[] = importNames.map((name) => ({ name, support: judge.component(name) }));
  const exports: ModuleInterface[] = exported.filter(({ sort }) => sort !== SORT_TYPE).map(({ name }) => ({ name }));
  return { sizeBytes: bytes.length, kind: 'component', abi, summary: `${summary}${unknownClause(imports)}`, imports, exports, memory: null };
}
