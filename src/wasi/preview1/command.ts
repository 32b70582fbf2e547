import type { GuestInputs } from './guest.ts';
import type { Waiting } from './imports.ts';
import { createProgram, endOf, type GuestEnd, saidEnd } from './program.ts';

/** An instance that waits for its one run. */
export interface PreparedCommand {
  /**
   * Runs `_start` to its end; at most once. Without JSPI it blocks this thread until then, and waits by `inputs.block`.
   * @throws RuntimeError what broke a stream, when that was the runtime's own error
   */
  run(inputs: GuestInputs): Promise<GuestEnd>;
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
  const program = createProgram(module, waiting, (functions) =>
    functions.has('_start')
      ? null
      : 'the module exports no function "_start": it is not a WASI command; build it as an executable, not as a library or reactor',
  );
  return {
    instantiate() {
      const instance = program.instantiate();
      return {
        get memoryBytes() {
          return instance.memoryBytes;
        },
        async run(inputs) {
          const guest = instance.begin(inputs);
          if (guest.isCancelled) return { kind: 'cancelled' };
          try {
            const running = instance.call('_start');
            // Not for nothing: to await what is no promise costs a turn too.
            if (running instanceof Promise) await running;
            return saidEnd(guest.ended) ?? { kind: 'exit', code: 0 };
          } catch (error) {
            return endOf(guest, error);
          } finally {
            const closing = guest.descriptors.closeFiles();
            if (closing instanceof Promise) await closing;
          }
        },
      };
    },
  };
}
