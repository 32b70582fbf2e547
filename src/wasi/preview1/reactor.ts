import { RuntimeError } from '../../core/errors.ts';
import type { Guest, GuestInputs } from './guest.ts';
import type { Waiting } from './imports.ts';
import { createProgram, endOf, type GuestEnd, type ProgramInstance, saidEnd } from './program.ts';

/** What a call of a reactor came to: an answer, or the end of the reactor. */
export type CallOutcome = { readonly kind: 'answer'; readonly value: unknown } | GuestEnd;

/**
 * A preview 1 reactor that lives on between calls, with its descriptors (WASI preview 1 application ABI, "Reactors"). One call
 * at a time. Once it has exited, trapped or was cancelled, every further call comes to that same end.
 */
export class RunningReactor {
  readonly #instance: ProgramInstance;
  readonly #guest: Guest;
  #end: GuestEnd | null = null;
  #isBusy = false;

  private constructor(instance: ProgramInstance, inputs: GuestInputs) {
    this.#instance = instance;
    this.#guest = instance.begin(inputs);
  }

  /** Makes an instance and calls its `_initialize`, if it has one, before anything else. @throws RuntimeError `handler-trap` when that does not come to its end */
  static async start(reactor: Reactor, inputs: GuestInputs): Promise<RunningReactor> {
    const running = new RunningReactor(reactor.instantiate(), inputs);
    if (!reactor.functions.has('_initialize')) return running;
    const outcome = await running.call('_initialize');
    if (outcome.kind === 'answer') return running;
    await running.close();
    throw new RuntimeError('handler-trap', 'the reactor did not get through its _initialize', outcome.kind === 'trap' ? { cause: outcome.error } : {});
  }

  /** Its linear memory now. */
  get memoryBytes(): number {
    return this.#instance.memoryBytes;
  }

  /** Calls the export `name`. @throws RuntimeError `internal` for a call within a call, and what broke a stream, when that was the runtime's own error */
  async call(name: string, ...args: unknown[]): Promise<CallOutcome> {
    if (this.#isBusy) throw new RuntimeError('internal', 'a reactor serves one call at a time');
    if (this.#end) return this.#end;
    this.#isBusy = true;
    try {
      const value = await this.#instance.call(name, ...args);
      this.#end = saidEnd(this.#guest.ended);
      return this.#end ?? { kind: 'answer', value };
    } catch (error) {
      this.#end = endOf(this.#guest, error);
      return this.#end;
    } finally {
      this.#isBusy = false;
    }
  }

  /** Closes what it left open. It must not be called any more. */
  async close(): Promise<void> {
    this.#end ??= { kind: 'cancelled' };
    await this.#guest.descriptors.closeFiles();
  }
}

/** Makes instances of one preview 1 reactor. */
export interface Reactor {
  /** Functions that can be called, `_initialize` among them where there is one. */
  readonly functions: ReadonlySet<string>;
  instantiate(): ProgramInstance;
}

/** `module` as a reactor: a library, with `_initialize` or without. @throws RuntimeError `module-invalid` when it is a command, or imports what preview 1 does not have */
export function createReactor(module: WebAssembly.Module, waiting: Waiting): Reactor {
  return createProgram(module, waiting, (functions) =>
    functions.has('_start') ? 'the module exports "_start": it is a WASI command, which runs once, and no reactor' : null,
  );
}
