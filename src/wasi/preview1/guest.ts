import type { ByteSink, ByteSource } from '../bytes.ts';
import { cannotWait } from '../cancellation.ts';
import { type GuestSources, SYSTEM_SOURCES } from '../deterministic.ts';
import type { FileSystem, Preopen } from '../file-system.ts';
import type { Block } from '../handler.ts';
import type { Soon } from '../soon.ts';
import { DescriptorTable, inputDescriptor, outputDescriptor, preopenDescriptor } from './descriptors.ts';
import { ERRNO, type Errno } from './errno.ts';
import { GuestMemory } from './guest-memory.ts';

/** What one run of a command is given. The host reads `stdin` to its end or cancels it, and never closes the sinks itself: their owner does. */
export interface GuestInputs {
  readonly args: readonly string[];
  readonly env: readonly (readonly [string, string])[];
  readonly stdin: ByteSource;
  readonly stdout: ByteSink;
  readonly stderr: ByteSink;
  /** Directories given to the guest, each under its absolute name. */
  readonly preopens: readonly Preopen[];
  /** Ends the guest at its next wait, read or write. */
  readonly signal: AbortSignal;
  /** How it waits where it cannot be suspended. */
  readonly block?: Block;
  /** Tells the App's owner something about this guest, once for each text. */
  readonly report: (text: string) => void;
  /** Its clocks and its random bytes; absent: the platform's. */
  readonly sources?: GuestSources;
}

/**
 * Unwinds the guest after `proc_exit`. It passes through wasm as a foreign exception, so a guest's `catch_all` (C++
 * `catch (...)`) sees it: WASI has no better way. Such a guest cannot escape: every further host call throws it again.
 */
export class GuestExit {
  readonly code: number;

  constructor(code: number) {
    this.code = code;
  }
}

/** Unwinds a guest whose request was cancelled; caught like {@link GuestExit}. */
export class GuestCancelled {}

/** Strings as `args_get` and `environ_get` hand them out: UTF-8, each with a NUL. */
export interface EncodedStrings {
  readonly offsets: readonly number[];
  readonly bytes: Uint8Array;
}

const encoder = new TextEncoder();
/** `setTimeout` takes no more; a longer wait is taken up again. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The state of one run of a command, on which the host functions work. */
export class Guest {
  readonly memory: GuestMemory;
  readonly descriptors: DescriptorTable;
  readonly sources: GuestSources;
  readonly startedNs: bigint;
  /** Set once the guest must not run on: thrown again by every host call. */
  ended: GuestExit | GuestCancelled | null = null;
  readonly #inputs: GuestInputs;
  readonly #canSuspend: boolean;
  #args: EncodedStrings | null = null;
  #environ: EncodedStrings | null = null;
  readonly #reported = new Set<string>();

  constructor(memory: WebAssembly.Memory, inputs: GuestInputs, canSuspend: boolean) {
    this.memory = new GuestMemory(memory);
    this.#inputs = inputs;
    this.sources = inputs.sources ?? SYSTEM_SOURCES;
    this.startedNs = this.sources.clock.monotonicNs();
    this.#canSuspend = canSuspend;
    this.descriptors = new DescriptorTable([
      inputDescriptor(inputs.stdin),
      outputDescriptor(inputs.stdout),
      outputDescriptor(inputs.stderr),
      ...inputs.preopens.map(preopenDescriptor),
    ]);
  }

  get args(): EncodedStrings {
    this.#args ??= encodeStrings(this.#inputs.args);
    return this.#args;
  }

  get environ(): EncodedStrings {
    this.#environ ??= encodeStrings(this.#inputs.env.map(([name, value]) => `${name}=${value}`));
    return this.#environ;
  }

  /** `st_dev` of a file system: inodes are its own. */
  deviceOf(files: FileSystem): bigint {
    return BigInt(this.#inputs.preopens.findIndex((preopen) => preopen.files === files) + 1);
  }

  report(text: string): void {
    if (this.#reported.has(text)) return;
    this.#reported.add(text);
    this.#inputs.report(text);
  }

  get isCancelled(): boolean {
    return this.#inputs.signal.aborted;
  }

  /** @throws GuestCancelled when nobody waits for this guest any more */
  assertWanted(): void {
    if (this.#inputs.signal.aborted) throw this.end(new GuestCancelled());
  }

  /** From now on every host call throws `how`. */
  end<How extends GuestExit | GuestCancelled>(how: How): How {
    this.ended = how;
    return how;
  }

  /**
   * Success once `isDone`, which is asked first, and again after each of `events` and after `timeoutMs`: a promise of it where
   * the guest can be suspended, else the thread is blocked meanwhile. @throws GuestCancelled, and what `isDone` throws
   */
  until(isDone: () => boolean, events: () => readonly Promise<void>[], timeoutMs: () => number | null = () => null): Soon<Errno> {
    if (isDone()) return ERRNO.success;
    if (!this.#canSuspend) {
      const { block } = this.#inputs;
      if (!block) throw cannotWait();
      do {
        block(timeoutMs());
        this.assertWanted();
      } while (!isDone());
      return ERRNO.success;
    }
    return (async () => {
      do {
        await this.wait(events(), timeoutMs());
      } while (!isDone());
      return ERRNO.success;
    })();
  }

  /** Resolves once one of `events` has resolved or `timeoutMs` have passed; rejects with GuestCancelled when the request is cancelled. */
  wait(events: readonly Promise<void>[], timeoutMs: number | null = null): Promise<void> {
    const { signal } = this.#inputs;
    return new Promise((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | null = null;
      const release = () => {
        signal.removeEventListener('abort', onAbort);
        if (timer !== null) clearTimeout(timer);
      };
      const onAbort = () => {
        release();
        reject(this.end(new GuestCancelled()));
      };
      const onEvent = () => {
        release();
        resolve();
      };
      if (signal.aborted) return onAbort();
      signal.addEventListener('abort', onAbort);
      if (timeoutMs !== null) timer = setTimeout(onEvent, Math.min(Math.ceil(timeoutMs), MAX_TIMEOUT_MS));
      for (const event of events) void event.then(onEvent);
    });
  }
}

function encodeStrings(strings: readonly string[]): EncodedStrings {
  const offsets: number[] = [];
  let text = '';
  let lengthBytes = 0;
  for (const string of strings) {
    offsets.push(lengthBytes);
    text += `${string}\0`;
    lengthBytes += utf8Length(string) + 1;
  }
  return { offsets, bytes: encoder.encode(text) };
}

function utf8Length(text: string): number {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 0x7f) return encoder.encode(text).length;
  }
  return text.length;
}
