import { RuntimeError } from '../core/errors.ts';

/** Where the engine stopped reading: Chromium says `@+12`, Firefox `at offset 12`, Safari `at byte 12`. */
export function offsetIn(message: string): number | undefined {
  const match = /@\+(\d+)|\bat offset (\d+)|\bat byte (\d+)/.exec(message);
  const digits = match?.[1] ?? match?.[2] ?? match?.[3];
  return digits === undefined ? undefined : Number(digits);
}

/** What the engine says against a module. */
export interface EngineFault {
  /** In the engine's own words. */
  readonly message: string;
  /** From the start of the bytes it was given, when it says so. */
  readonly offset?: number;
  readonly cause: unknown;
}

/**
 * Compiles `bytes`, which validates every function. A fault of the module is returned, not thrown.
 * @throws RuntimeError `engine-unsupported` when the browser refuses it for another reason than the module (a content
 * security policy without 'wasm-unsafe-eval', or no memory left)
 */
export async function compileModule(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module | EngineFault> {
  const outcome = await WebAssembly.compile(bytes).catch((cause: unknown) => ({ cause }));
  if (outcome instanceof WebAssembly.Module) return outcome;
  const { cause } = outcome;
  const message = cause instanceof Error ? cause.message : String(cause);
  // Asking `validate` would tell as well, but at once and on this thread, for as long as a hostile module makes it take.
  if (!(cause instanceof WebAssembly.CompileError) || !(await compilesAnything())) {
    throw new RuntimeError('engine-unsupported', `The module may be valid, but this browser refuses to compile it: ${message}`, { cause });
  }
  const offset = offsetIn(message);
  return offset === undefined ? { message, cause } : { message, offset, cause };
}

/** False where a content security policy forbids WebAssembly altogether. */
function compilesAnything(): Promise<boolean> {
  return WebAssembly.compile(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00)).then(
    () => true,
    () => false,
  );
}
