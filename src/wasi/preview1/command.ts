import { RuntimeError } from '../../core/errors.ts';
import { promising } from '../jspi.ts';
import { Guest, GuestCancelled, GuestExit, type GuestInputs } from './guest.ts';
import { createPreview1Imports, type GuestSlot, linkPreview1, PREVIEW1_FUNCTIONS, PREVIEW1_MODULE, type Waiting } from './imports.ts';

/** How a command ended. `trap`: wasm stopped by itself or threw; `error` is what came out of it. */
export type CommandOutcome =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'trap'; readonly error: unknown }
  | { readonly kind: 'cancelled' };

/** An instance that waits for its one run. */
export interface PreparedCommand {
  /**
   * Runs `_start` to its end; at most once. Without JSPI it blocks this thread until then, and waits by `inputs.block`.
   * @throws RuntimeError what broke a stream, when that was the runtime's own error
   */
  run(inputs: GuestInputs): Promise<CommandOutcome>;
  /** Its linear memory now. */
  readonly memoryBytes: number;
}

/** Makes instances of one preview 1 command. */
export interface Command {
  /** A fresh instance, not yet running. @throws RuntimeError `module-invalid`, `instance-start-failed` */
  instantiate(): PreparedCommand;
}

/** `module` as a command. @throws RuntimeError `module-invalid` when it is none, or imports what preview 1 does not have */
export function createCommand(module: WebAssembly.Module, waiting: Waiting): Command {
  const names: string[] = [];
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (from !== PREVIEW1_MODULE || !Object.hasOwn(PREVIEW1_FUNCTIONS, name)) {
      throw new RuntimeError(
        'module-invalid',
        `the module imports the ${kind} "${from}" "${name}", which WASI preview 1 does not have; build it for wasm32-wasip1`,
      );
    }
    names.push(name);
  }
  const exports = new Map(WebAssembly.Module.exports(module).map(({ name, kind }) => [name, kind]));
  if (exports.get('_start') !== 'function') {
    throw new RuntimeError(
      'module-invalid',
      'the module exports no function "_start": it is not a WASI command; build it as an executable, not as a library or reactor',
    );
  }
  if (exports.get('memory') !== 'memory') {
    throw new RuntimeError('module-invalid', 'the module exports no memory under the name "memory", which WASI preview 1 requires');
  }

  const links = linkPreview1(names, waiting);
  return {
    instantiate() {
      const slot: GuestSlot = { guest: null };
      const instance = instantiate(module, { [PREVIEW1_MODULE]: createPreview1Imports(links, slot) });
      const { memory, _start: start } = instance.exports as { memory: WebAssembly.Memory; _start: () => void };
      return {
        get memoryBytes() {
          return memory.buffer.byteLength;
        },
        async run(inputs) {
          if (slot.guest) throw new RuntimeError('internal', 'a command runs once per instance');
          const guest = new Guest(memory, inputs, waiting.canSuspend);
          slot.guest = guest;
          if (guest.isCancelled) return { kind: 'cancelled' };
          try {
            if (waiting.canSuspend) await promising(start)();
            else start();
            return outcomeOf(guest.ended) ?? { kind: 'exit', code: 0 };
          } catch (error) {
            if (error instanceof RuntimeError) throw error;
            return outcomeOf(error) ?? outcomeOf(guest.ended) ?? { kind: 'trap', error };
          } finally {
            const closing = guest.descriptors.closeFiles();
            // Not for nothing: to await what is no promise costs a turn too.
            if (closing instanceof Promise) await closing;
          }
        },
      };
    },
  };
}

function outcomeOf(end: unknown): CommandOutcome | null {
  if (end instanceof GuestExit) return { kind: 'exit', code: end.code };
  if (end instanceof GuestCancelled) return { kind: 'cancelled' };
  return null;
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
