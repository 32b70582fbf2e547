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
 * @throws RuntimeError `engine-unsupported` when the module is valid and the browser refuses it all the same (a content
 * security policy without 'wasm-unsafe-eval', or no memory left)
 */
export async function compileModule(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module | EngineFault> {
  const outcome = await WebAssembly.compile(bytes).catch((cause: unknown) => ({ cause }));
  if (outcome instanceof WebAssembly.Module) return outcome;
  const { cause } = outcome;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (WebAssembly.validate(bytes)) {
    throw new RuntimeError('engine-unsupported', `The module is valid, but this browser refuses to compile it: ${message}`, { cause });
  }
  const offset = offsetIn(message);
  return offset === undefined ? { message, cause } : { message, offset, cause };
}
