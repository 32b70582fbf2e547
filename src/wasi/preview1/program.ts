import { RuntimeError } from '../../core/errors.ts';
import { promising } from '../jspi.ts';
import type { Soon } from '../soon.ts';
import { Guest, GuestCancelled, GuestExit, type GuestInputs } from './guest.ts';
import { createPreview1Imports, type GuestSlot, linkPreview1, PREVIEW1_FUNCTIONS, PREVIEW1_MODULE, type Waiting } from './imports.ts';

/** How a guest ended. `trap`: wasm stopped by itself or threw; `error` is what came out of it. */
export type GuestEnd = { readonly kind: 'exit'; readonly code: number } | { readonly kind: 'trap'; readonly error: unknown } | { readonly kind: 'cancelled' };

/** A preview 1 module, command or reactor, with its imports worked out. */
export interface Program {
  /** Functions that it exports. */
  readonly functions: ReadonlySet<string>;
  /** @throws RuntimeError `module-invalid`, `handler-trap`, `instance-start-failed` */
  instantiate(): ProgramInstance;
}

/** One instance, which must not be called before it has begun. */
export interface ProgramInstance {
  /** Its linear memory now. */
  readonly memoryBytes: number;
  /** Gives it what its host functions work on; once. */
  begin(inputs: GuestInputs): Guest;
  /** Calls the export `name`: suspended meanwhile where it can be, else this thread is blocked. Throws what comes out of it. */
  call(name: string, ...args: unknown[]): Soon<unknown>;
}

/** `module` as a program. `refusal` says why what it exports does not do. @throws RuntimeError `module-invalid` for that, when it imports what preview 1 does not have, or exports no memory */
export function createProgram(module: WebAssembly.Module, waiting: Waiting, refusal: (functions: ReadonlySet<string>) => string | null): Program {
  const links = linkPreview1(namesOf(module), waiting);
  const exports = WebAssembly.Module.exports(module);
  const functions = new Set(exports.flatMap(({ name, kind }) => (kind === 'function' ? name : [])));
  const refused = refusal(functions);
  if (refused !== null) throw new RuntimeError('module-invalid', refused);
  if (!exports.some(({ name, kind }) => name === 'memory' && kind === 'memory')) {
    throw new RuntimeError('module-invalid', 'the module exports no memory under the name "memory", which WASI preview 1 requires');
  }
  return {
    functions,
    instantiate() {
      const slot: GuestSlot = { guest: null };
      const { exports } = instantiate(module, { [PREVIEW1_MODULE]: createPreview1Imports(links, slot) });
      const memory = exports['memory'] as WebAssembly.Memory;
      return {
        get memoryBytes() {
          return memory.buffer.byteLength;
        },
        begin(inputs) {
          if (slot.guest) throw new RuntimeError('internal', 'an instance begins once');
          slot.guest = new Guest(memory, inputs, waiting.canSuspend);
          return slot.guest;
        },
        call(name, ...args) {
          const called = exports[name] as (...args: unknown[]) => unknown;
          return waiting.canSuspend ? promising(called)(...args) : called(...args);
        },
      };
    },
  };
}

/** How `guest` ended when `error` came out of it. @throws RuntimeError the error itself, when it is the runtime's own */
export function endOf(guest: Guest, error: unknown): GuestEnd {
  if (error instanceof RuntimeError) throw error;
  return saidEnd(error) ?? saidEnd(guest.ended) ?? { kind: 'trap', error };
}

/** An end that the guest, or the host for it, has called for; null: none. */
export function saidEnd(end: unknown): GuestEnd | null {
  if (end instanceof GuestExit) return { kind: 'exit', code: end.code };
  return end instanceof GuestCancelled ? { kind: 'cancelled' } : null;
}

function namesOf(module: WebAssembly.Module): string[] {
  return WebAssembly.Module.imports(module).map(({ module: from, name, kind }) => {
    if (from === PREVIEW1_MODULE && Object.hasOwn(PREVIEW1_FUNCTIONS, name)) return name;
    throw new RuntimeError(
      'module-invalid',
      `the module imports the ${kind} "${from}" "${name}", which WASI preview 1 does not have; build it for wasm32-wasip1`,
    );
  });
}

function instantiate(module: WebAssembly.Module, imports: WebAssembly.Imports): WebAssembly.Instance {
  try {
    return new WebAssembly.Instance(module, imports);
  } catch (error) {
    throw instantiationError(error);
  }
}

function instantiationError(cause: unknown): RuntimeError {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof WebAssembly.LinkError) return new RuntimeError('module-invalid', `the module cannot be linked: ${message}`, { cause });
  if (cause instanceof WebAssembly.RuntimeError) return new RuntimeError('handler-trap', `the module trapped in its start function: ${message}`, { cause });
  return new RuntimeError('instance-start-failed', `the module cannot be instantiated: ${message}`, { cause });
}
