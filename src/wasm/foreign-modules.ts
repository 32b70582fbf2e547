import type { CoreSections } from './core-sections.ts';
import type { Refusal } from './refusal.ts';

/** Import module names of the two WASI previews that core modules use. */
export const PREVIEW_1 = 'wasi_snapshot_preview1';
export const PREVIEW_0 = 'wasi_unstable';

/** A compiled core module, as the tests of {@link FOREIGN_MODULES} see it. */
export interface CoreFacts {
  readonly imports: readonly WebAssembly.ModuleImportDescriptor[];
  readonly exports: readonly WebAssembly.ModuleExportDescriptor[];
  readonly sections: CoreSections;
  readonly isCommand: boolean;
  /** Whether it imports from `module`, and under a name like `name`. A text must match whole. */
  hasImport(module: string | RegExp, name?: RegExp): boolean;
}

interface Foreign {
  is(facts: CoreFacts): boolean;
  readonly refusal: Refusal;
}

/** Modules that are WebAssembly made for something else than WASI. The first that fits names it. */
export const FOREIGN_MODULES: readonly Foreign[] = [
  {
    // wasm-ld --emit-relocs leaves these sections in finished programs, which have exports; objects have none.
    is: ({ sections, exports }) => sections.customNames.has('linking') && exports.length === 0,
    refusal: {
      found: 'This is a WebAssembly object file (.o): compiled, but not linked.',
      fix: 'Link it: clang --target=wasm32-wasip1 file.o -o program.wasm, or wasm-ld.',
    },
  },
  {
    is: ({ sections }) => sections.customNames.has('dylink.0') || sections.customNames.has('dylink'),
    refusal: {
      found: 'This is a WebAssembly shared library: it waits for a main program to load it.',
      fix: 'Link it statically: leave out -shared, -fPIC or -sSIDE_MODULE.',
    },
  },
  {
    is: ({ hasImport }) => hasImport(/^(?:gojs|go)$/),
    refusal: {
      found: 'This is a Go program built for JavaScript (GOOS=js); it needs wasm_exec.js around it.',
      fix: 'Build it for WASI: GOOS=wasip1 GOARCH=wasm go build -o handler.wasm.',
    },
  },
  {
    is: ({ hasImport, exports }) =>
      hasImport(/^(?:wbg|__wbindgen.*|.*_bg\.js)$/) || hasImport(/./, /^__wbindgen_/) || exports.some(({ name }) => /^__wbindgen_(?!export_)/.test(name)),
    refusal: {
      found: 'This is a wasm-bindgen module: it needs the JavaScript that was generated beside it.',
      fix: 'Build the crate for wasm32-wasip1 without wasm-bindgen (a target of wasm32-unknown-unknown is for web pages).',
    },
  },
  {
    is: ({ hasImport, exports, sections, isCommand }) =>
      hasImport('$root') ||
      hasImport(/^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*\//) ||
      exports.some(({ name }) => /^(?:cm32p2\||[a-z][a-z0-9-]*:[a-z][a-z0-9-]*\/[^#]*#)/.test(name)) ||
      (!isCommand && [...sections.customNames].some((name) => name.startsWith('component-type'))),
    refusal: {
      found: 'This is the core module of a component that has not been put together yet: it uses WIT interfaces directly.',
      fix: 'Wrap it: jco new module.wasm --wasi-reactor -o component.wasm, or wasm-tools component new; cargo does so for --target wasm32-wasip2.',
    },
  },
  {
    is: ({ hasImport, imports }) =>
      hasImport('env', /^(?:_?emscripten_|_embind_|_emval_|invoke_|__syscall_|__cxa_|_?_?asm_const|DYNAMICTOP_PTR|STACKTOP)/) ||
      hasImport(/^GOT\.(?:mem|func)$/) ||
      // Emscripten's optimised output: one import module "a" with one- and two-letter names.
      (imports.length > 0 && imports.every(({ module, name }) => (module === 'a' && name.length <= 2) || module === PREVIEW_1) && hasImport('a')),
    refusal: {
      found: 'This is an Emscripten module: it needs the JavaScript that was generated beside it.',
      fix: 'Build it for WASI: clang from wasi-sdk (--target=wasm32-wasip1), or emcc -sSTANDALONE_WASM when the program uses nothing of JavaScript.',
    },
  },
  {
    is: ({ hasImport, isCommand }) => hasImport('env', /^abort$/) && !hasImport(/^wasi_/) && !isCommand,
    refusal: {
      found: 'This looks like an AssemblyScript module without WASI: it imports env.abort.',
      fix: 'Build it with @assemblyscript/wasi-shim: asc handler.ts --config node_modules/@assemblyscript/wasi-shim/asconfig.json.',
    },
  },
];
