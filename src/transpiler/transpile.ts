import { $init, generate } from '@bytecodealliance/jco-transpile/component';
import { RuntimeError } from '../core/errors.ts';
import type { TranspiledComponent } from '../protocol/sw-host.ts';
import { SUSPENDING_SOURCE_MARK } from '../protocol/transpiled-source.ts';
import { TRANSPILER_LOST, transpilerName } from '../protocol/transpiler.ts';
import { onGuestLoop } from './guest-loop-hooks.ts';

/**
 * Imports that can wait. Each suspends the guest and costs two microtasks even when nothing has to be waited for, so only those
 * are listed whose WIT says that they block, and those of files, which a volume answers later; reading and writing streams and
 * asking a pollable never do.
 */
const BLOCKING_IMPORTS = [
  'wasi:io/poll#poll',
  'wasi:io/poll#[method]pollable.block',
  'wasi:io/streams#[method]input-stream.blocking-read',
  'wasi:io/streams#[method]input-stream.blocking-skip',
  'wasi:io/streams#[method]output-stream.blocking-flush',
  'wasi:io/streams#[method]output-stream.blocking-write-and-flush',
  'wasi:io/streams#[method]output-stream.blocking-write-zeroes-and-flush',
  'wasi:io/streams#[method]output-stream.blocking-splice',
  'wasi:keyvalue/store#[method]bucket.get',
  'wasi:keyvalue/store#[method]bucket.set',
  'wasi:keyvalue/store#[method]bucket.delete',
  'wasi:keyvalue/store#[method]bucket.exists',
  'wasi:keyvalue/store#[method]bucket.list-keys',
  'wasi:keyvalue/atomics#increment',
  'wasi:keyvalue/atomics#[static]cas.new',
  'wasi:keyvalue/atomics#swap',
  'wasi:keyvalue/batch#get-many',
  'wasi:keyvalue/batch#set-many',
  'wasi:keyvalue/batch#delete-many',
  'wasi:blobstore/blobstore#create-container',
  'wasi:blobstore/blobstore#get-container',
  'wasi:blobstore/blobstore#delete-container',
  'wasi:blobstore/blobstore#container-exists',
  'wasi:blobstore/blobstore#copy-object',
  'wasi:blobstore/blobstore#move-object',
  'wasi:blobstore/container#[method]container.info',
  'wasi:blobstore/container#[method]container.get-data',
  'wasi:blobstore/container#[method]container.write-data',
  'wasi:blobstore/container#[method]container.list-objects',
  'wasi:blobstore/container#[method]container.delete-object',
  'wasi:blobstore/container#[method]container.delete-objects',
  'wasi:blobstore/container#[method]container.has-object',
  'wasi:blobstore/container#[method]container.object-info',
  'wasi:blobstore/container#[method]container.clear',
  'wasi:blobstore/container#[method]stream-object-names.read-stream-object-names',
  'wasi:blobstore/container#[method]stream-object-names.skip-stream-object-names',
  'wasi:blobstore/types#[static]outgoing-value.finish',
  'wasi:blobstore/types#[static]incoming-value.incoming-value-consume-sync',
  // As in drafts before August 2024.
  'wasi:blobstore/types#[method]incoming-value.incoming-value-consume-sync',
  ...[
    'create-directory-at',
    'link-at',
    'metadata-hash',
    'metadata-hash-at',
    'open-at',
    'read',
    'read-directory',
    'readlink-at',
    'remove-directory-at',
    'rename-at',
    'set-size',
    'set-times',
    'set-times-at',
    'stat',
    'stat-at',
    'symlink-at',
    'sync',
    'sync-data',
    'unlink-file-at',
    'write',
  ].map((name) => `wasi:filesystem/types#[method]descriptor.${name}`),
];
/** Exports that a guest may be suspended in. */
const SUSPENDING_EXPORTS = ['wasi:http/incoming-handler#handle', 'wasi:http/handler#handle', 'wasi:cli/run#run'];

/** Releases of WASI 0.3 that there may be. */
const PATCH_VERSIONS = 32;
/** jco leaves versions out of import names, and 0.2 and 0.3 have interfaces of the same name: those of 0.3 keep `@0.3`. */
const IMPORT_NAMES: [string, string][] = Array.from({ length: PATCH_VERSIONS }, (_, patch) => [`wasi:*@0.3.${patch}`, 'wasi:*@0.3']);

const COMPONENT_NAME = 'component';

/** `export function instantiate` and `export const _util` as statements that `new Function` takes. */
function toScript(module: string): string {
  return module.replace(/^export (?=(?:async )?function |const )/gm, '');
}

/** Of JavaScript for one component: StarlingMonkey's has 1 MB. Every instance compiles it anew. */
const SOURCE_MAX_BYTES = 8_388_608;

/**
 * jco tries `WebAssembly.promising` in every mode and catches its absence. V8 reads the whole of a component's text again to
 * word each such error: 12 ms for every guest. What is left is what its `catch` would do.
 */
function withoutPromising(source: string): string {
  return source.replaceAll('WebAssembly.promising(', '(');
}

function messageOf(error: unknown): string {
  if (error instanceof Error) {
    // jco wraps what bindgen said in a ComponentError: the words are its payload.
    const { payload } = error as { payload?: unknown };
    return typeof payload === 'string' ? payload : error.message;
  }
  return typeof error === 'string' ? error : JSON.stringify(error);
}

/** jco itself broke, and did not merely refuse: a trap, or a stack that ran out. */
function isTrap(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
}

/** Where it stopped, when the words tell: `… (at offset 0x1f)`. */
function offsetIn(message: string): number | undefined {
  const match = /at offset (0x[0-9a-f]+|\d+)/i.exec(message);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

function needsJspi(): RuntimeError {
  return new RuntimeError(
    'engine-unsupported',
    'Components of WASI 0.3 need a browser that can suspend WebAssembly (JSPI), and this one cannot. Use Chrome or Edge 137, Firefox 153, Safari 27 or newer.',
  );
}

/** Resolves once jco is there. */
export async function prepareTranspiler(): Promise<void> {
  await $init;
}

function tooLarge(sizeBytes: number): RuntimeError {
  return new RuntimeError(
    'module-invalid',
    `The component cannot be made ready to run: it would take ${sizeBytes} bytes of JavaScript, and at most ${SOURCE_MAX_BYTES} are taken. Build it with fewer instances and smaller types`,
  );
}

/**
 * Makes JavaScript and core modules of a component, by jco. With `jspi` its blocking imports suspend the guest; without, they
 * answer with values, and whoever implements them blocks the thread. CPU-bound for up to seconds: run it in a worker.
 * @throws RuntimeError `module-invalid` with jco's words, and `details.offset` when they name one
 */
export async function transpileComponent(bytes: Uint8Array, options: { jspi: boolean }): Promise<TranspiledComponent> {
  await $init;
  let output: ReturnType<typeof generate>;
  try {
    output = generate(bytes, {
      name: COMPONENT_NAME,
      noTypescript: true,
      instantiation: { tag: 'sync' },
      noNodejsCompat: true,
      base64Cutoff: 0,
      map: IMPORT_NAMES,
      ...(options.jspi ? { asyncMode: { tag: 'jspi', val: { imports: BLOCKING_IMPORTS, exports: SUSPENDING_EXPORTS } } } : {}),
    });
  } catch (cause) {
    const message = messageOf(cause);
    const offset = offsetIn(message);
    const details = { ...(offset === undefined ? {} : { offset }), ...(isTrap(cause) ? { [TRANSPILER_LOST]: true } : {}) };
    throw new RuntimeError('module-invalid', `The component cannot be made ready to run: ${message}`, { cause, details });
  }
  const exports = output.exports.map(([name]) => name);
  const isPreview3 = [...output.imports, ...exports].some((name) => /@0\.3(\.|$)/.test(name));
  if (isPreview3 && !options.jspi) throw needsJspi();
  const cores: TranspiledComponent['cores'] = [];
  let source: string | null = null;
  for (const [name, content] of output.files) {
    if (name.endsWith('.wasm')) cores.push({ name, bytes: new Uint8Array(content) });
    else if (name === `${COMPONENT_NAME}.js`) {
      if (content.length > SOURCE_MAX_BYTES) throw tooLarge(content.length);
      const script = toScript(new TextDecoder().decode(content));
      source = isPreview3 ? onGuestLoop(script) : script;
    }
  }
  if (source === null) throw new RuntimeError('internal', 'jco answered without the component’s JavaScript.');
  return {
    transpiler: transpilerName(options),
    source: options.jspi ? `${SUSPENDING_SOURCE_MARK}${source}` : withoutPromising(source),
    cores,
    imports: output.imports,
    exports,
  };
}
