import { RuntimeError } from '../core/errors.ts';
import type { HandlerAbi, ImportSupport, ModuleImport, ModuleInterface, ModuleReport } from '../core/module.ts';
import type { MemoryDeclaration } from './core-memories.ts';
import { type CoreSections, readCoreSections } from './core-sections.ts';
import { compileModule } from './engine.ts';
import { type CoreFacts, FOREIGN_MODULES, PREVIEW_0 } from './foreign-modules.ts';
import type { ImportJudge, SniffedModule } from './import-judge.ts';
import { listed, refusalError } from './refusal.ts';

const EXPORTS_LISTED_MAX = 1000;

const WASI_COMMAND = 'Build a WASI command instead: cargo build --target wasm32-wasip1, GOOS=wasip1 GOARCH=wasm go build, or clang from wasi-sdk.';

function refuseMemories(memories: readonly MemoryDeclaration[]): void {
  const shared = memories.find((memory) => memory.shared);
  if (shared) {
    throw refusalError({
      found: 'This WebAssembly module uses shared memory (threads), which needs SharedArrayBuffer.',
      fix: 'Build it without threads: wasm32-wasip1 instead of wasm32-wasip1-threads, without -pthread.',
      offset: shared.start,
    });
  }
  const wide = memories.find((memory) => memory.is64);
  if (wide) {
    throw refusalError({
      found: 'This WebAssembly module has 64-bit memory (memory64), which WASI has no calling convention for.',
      fix: 'Build it for a 32-bit target: wasm32-wasip1 or wasm32-wasip2.',
      offset: wide.start,
    });
  }
}

/**
 * Compiles the core module at `bytes[start, end)`: the whole file, or a part of a component. Offsets in errors are those
 * of `bytes`. @throws RuntimeError `module-invalid` with the engine's own message
 */
export async function validateCore(
  bytes: Uint8Array<ArrayBuffer>,
  start = 0,
  end = bytes.length,
): Promise<{ module: WebAssembly.Module; sections: CoreSections }> {
  const inside = start > 0;
  let sections: CoreSections | null = null;
  let problem: RuntimeError | null = null;
  try {
    sections = readCoreSections(bytes, start, end);
    refuseMemories(sections.memories);
  } catch (error) {
    if (!(error instanceof RuntimeError) || 'found' in error.details) throw error;
    // The engine's message is better known to people who search for it; ours is kept for when it has none.
    problem = error;
  }
  const module = await compileModule(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
  if (module instanceof WebAssembly.Module && sections !== null) return { module, sections };
  const subject = inside ? `A core module inside this component (at byte ${start})` : 'This WebAssembly module';
  if (module instanceof WebAssembly.Module) {
    throw refusalError({
      found: `${subject} is valid, but uses something that Swerve cannot read: ${problem?.message ?? 'unknown'}.`,
      fix: 'Build it for wasm32-wasip1 without experimental features.',
      ...(typeof problem?.details.offset === 'number' ? { offset: problem.details.offset } : {}),
      cause: problem,
    });
  }
  const offset = module.offset === undefined ? undefined : module.offset + start;
  const place = inside && offset !== undefined ? ` (byte ${offset} of the file)` : '';
  throw refusalError({
    found: `${subject} is not valid: ${module.message}${place}.`,
    fix:
      problem === null
        ? 'Build or download it again. If it is whole, it uses a feature that this browser does not have: update the browser, or build for plain wasm32-wasip1.'
        : 'The file was cut or changed on the way: build or download it again.',
    ...(offset === undefined ? {} : { offset }),
    cause: module.cause,
  });
}

function judgeImports(imports: readonly WebAssembly.ModuleImportDescriptor[], judge: ImportJudge): ModuleImport[] {
  const groups = new Map<string, { name: string; support: ImportSupport; items: Set<string> }>();
  for (const { module, name, kind } of imports) {
    // WASI is functions only: a memory, table or global would have to come from another module.
    const support = kind === 'function' ? judge.core(module, name) : 'unknown';
    const key = `${support} ${module}`;
    const group = groups.get(key) ?? { name: module, support, items: new Set<string>() };
    groups.set(key, group);
    group.items.add(name);
  }
  return [...groups.values()].map(({ name, support, items }) => ({ name, items: [...items], support }));
}

function refuseIfNotServing(facts: CoreFacts, imports: readonly ModuleImport[]): void {
  for (const { is, refusal } of FOREIGN_MODULES) if (is(facts)) throw refusalError(refusal);
  const usesWasi = facts.hasImport(/^wasi_/);
  if (imports.some(({ name, support }) => name === PREVIEW_0 && support === 'unknown')) {
    throw refusalError({
      found: 'This is a WASI preview 0 module (it imports wasi_unstable), older than the preview 1 that Swerve runs.',
      fix: 'Rebuild it with a toolchain from 2020 or later, for wasm32-wasip1.',
    });
  }
  if (facts.isCommand) {
    if (usesWasi && facts.sections.exportedMemory === null) {
      throw refusalError({
        found: 'This is a WASI preview 1 command without its memory: WASI requires an export named "memory".',
        fix: 'Link it so that it exports its memory (wasm-ld does by default; leave out --import-memory, or add --export-memory).',
      });
    }
    return;
  }
  if (facts.exports.some(({ name, kind }) => name === '_initialize' && kind === 'function')) {
    throw refusalError({
      found: 'This is a WASI preview 1 reactor: a library with _initialize, but without the _start that would answer a request.',
      fix: 'Build a program with a main function: without -mexec-model=reactor, -buildmode=c-shared or crate-type cdylib. Or make it a component that exports wasi:http/incoming-handler.',
    });
  }
  if (usesWasi) {
    throw refusalError({
      found: 'This module imports WASI preview 1 but exports no _start, so there is nothing to run for a request.',
      fix: 'Build a program with a main function, or make it a component that exports wasi:http/incoming-handler.',
    });
  }
  const importNames = [...new Set(facts.imports.map(({ module }) => module))];
  throw refusalError({
    found: `This is a WebAssembly module without WASI: it ${importNames.length > 0 ? `imports from ${listed(importNames)}` : 'imports nothing'} and exports no _start.`,
    fix: WASI_COMMAND,
  });
}

function memoryOf({ memories, exportedMemory }: CoreSections): ModuleReport['memory'] {
  const memory = memories[exportedMemory ?? 0];
  if (memory === undefined) return null;
  return { minPages: Number(memory.minPages), maxPages: memory.maxPages === null ? null : Number(memory.maxPages) };
}

/** The clause that a summary ends in when nothing serves some of the imports. */
export function unknownClause(imports: readonly ModuleImport[]): string {
  const names = imports
    .filter(({ support }) => support === 'unknown')
    .flatMap(({ name, items }) => (items === undefined ? [name] : items.map((item) => `${name}.${item}`)));
  return names.length === 0 ? '' : `; imports ${listed(names, 3)}, which Swerve does not have`;
}

/** {@link import('./sniff.ts').sniffModule} for a file whose preamble is that of a core module. */
export async function sniffCore(bytes: Uint8Array<ArrayBuffer>, judge: ImportJudge): Promise<SniffedModule> {
  const { module, sections } = await validateCore(bytes);
  const imported = WebAssembly.Module.imports(module);
  const exported = WebAssembly.Module.exports(module);
  const matches = (text: string, pattern: string | RegExp) => (typeof pattern === 'string' ? text === pattern : pattern.test(text));
  const facts: CoreFacts = {
    imports: imported,
    exports: exported,
    sections,
    isCommand: exported.some(({ name, kind }) => name === '_start' && kind === 'function'),
    hasImport: (from, name) => imported.some((entry) => matches(entry.module, from) && (name === undefined || name.test(entry.name))),
  };
  const imports = judgeImports(imported, judge);
  refuseIfNotServing(facts, imports);
  const abi: HandlerAbi = 'wagi';
  const preview = facts.hasImport(PREVIEW_0) ? 'WASI preview 0 command' : 'WASI preview 1 command';
  const exports: ModuleInterface[] = exported.slice(0, EXPORTS_LISTED_MAX).map(({ name }) => ({ name }));
  return {
    sizeBytes: bytes.length,
    kind: 'command',
    abi,
    summary: `${preview}, serves HTTP as a WAGI (CGI/1.1) handler${unknownClause(imports)}`,
    imports,
    exports,
    memory: memoryOf(sections),
  };
}
