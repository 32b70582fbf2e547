import type { RuntimeError } from '../../core/errors.ts';
import { grantLineOf } from '../../core/grants.ts';
import { type ByteSink, type ByteSource, emptySource } from '../bytes.ts';
import { cancellationOf, cannotWait } from '../cancellation.ts';
import type { ClockWait } from '../clock.ts';
import { type GuestSources, SYSTEM_SOURCES } from '../deterministic.ts';
import type { Block, CallCluster, HandlerHost } from '../handler.ts';

/** Something a guest can wait for. */
export interface Readiness {
  isReady(): boolean;
  /** Calls `wake` once it is ready, never before it returned; answers how to stop waiting, where that saves something. */
  whenReady(wake: () => void): (() => void) | undefined;
  /** When time alone makes it ready. */
  readonly wait?: ClockWait;
}

/** What a guest sees of the world during one request. */
export interface GuestCall {
  readonly signal: AbortSignal;
  /** How the guest waits where it cannot be suspended. */
  readonly block?: Block;
  readonly callCluster?: CallCluster;
  readonly method: string;
  readonly args: readonly string[];
  readonly env: readonly (readonly [string, string])[];
  readonly stdin: ByteSource;
  readonly stdout: ByteSink;
  readonly stderr: ByteSink;
}

/** What a guest sees while it is instantiated ahead of its request: its log, and nothing else. */
export function idleCall(stdout: ByteSink, stderr: ByteSink): GuestCall {
  return { signal: new AbortController().signal, method: '', args: [], env: [], stdin: emptySource, stdout, stderr };
}

/** Says, once per worker and `subject` (an interface), that a guest was refused it; `detail` is what it tried, `wanted` what it asked for by name: a store, an address. */
export type DenialLog = (subject: string, detail: string, wanted?: string) => void;

/** A denial log that writes system lines to `host`'s log. */
export function createDenialLog(host: HandlerHost): DenialLog {
  const told = new Set<string>();
  return (subject, detail, wanted) => {
    if (told.has(subject)) return;
    told.add(subject);
    const line = grantLineOf(subject, wanted);
    const wayOut = line === null ? 'This version of Swerve cannot grant it.' : `To grant it, the App's spec needs ${line}.`;
    host.log('system', `Denied: ${subject} (${detail}). ${wayOut} Said once; later denials are silent.`);
  };
}

/** The host state of one guest instance. Made with the instance, bound to each request by `call`. */
export class GuestContext {
  readonly host: HandlerHost;
  readonly deny: DenialLog;
  /** Its clocks and its random bytes. */
  readonly sources: GuestSources;
  /** The request under way. */
  call: GuestCall;
  /** Why the guest was made to unwind, when it was the host's doing: tells it from a trap of the guest's own. */
  failure: RuntimeError | null = null;
  /** The guest has ended for good, and serves no other request. */
  isSpent = false;
  readonly #closings = new Set<() => void>();
  readonly #failed: Promise<never>;
  #reject: (error: RuntimeError) => void = () => {};
  readonly #atEnd = new Set<() => void>();
  readonly #outputs = new Set<Promise<unknown>>();
  /** The guest can be suspended: else its thread is blocked while it waits. */
  readonly suspends: boolean;

  /** `suspends`: the component was transpiled with suspending imports and the engine has them. */
  constructor(host: HandlerHost, deny: DenialLog, suspends: boolean, call: GuestCall, sources = SYSTEM_SOURCES) {
    this.host = host;
    this.call = call;
    this.deny = deny;
    this.sources = sources;
    this.suspends = suspends;
    this.#failed = new Promise((_resolve, reject) => {
      this.#reject = reject;
    });
    // Silent: whoever waits for the guest does so through `orFailure`, which reports it.
    this.#failed.catch(() => {});
  }

  /** Has `end` called once the request under way is over; answers how to take that back. */
  atEnd(end: () => void): () => void {
    this.#atEnd.add(end);
    return () => this.#atEnd.delete(end);
  }

  /** The request under way is over: what was begun for it ends. */
  endCall(): void {
    const ends = [...this.#atEnd];
    this.#atEnd.clear();
    for (const end of ends) end();
  }

  /** Has `close` run when the guest ends, or when the function that it answers is called, whichever is first. */
  atClose(close: () => void): () => void {
    this.#closings.add(close);
    return () => {
      if (this.#closings.delete(close)) close();
    };
  }

  /** Lets go of what the guest left open. It runs no more. */
  close(): void {
    for (const close of this.#closings) close();
    this.#closings.clear();
  }

  /** Ends the guest with `error`: thrown from a host function it unwinds the guest, and `failure` keeps it. */
  unwind(error: RuntimeError): never {
    throw this.#fail(error);
  }

  /** Ends the guest with `error`, whatever it waits for. */
  end(error: RuntimeError): void {
    this.isSpent = true;
    this.#fail(error);
  }

  /** `written` settles when all that the guest writes to one of its outputs has arrived there. */
  addOutput(written: Promise<unknown>): void {
    this.#outputs.add(written);
    const settle = () => this.#outputs.delete(written);
    written.then(settle, settle);
  }

  /** Resolves once no output has anything left to take. */
  async outputsEnded(): Promise<void> {
    await Promise.allSettled(this.#outputs);
  }

  /**
   * What `work`, a call into the guest, comes to, or the failure that the host ended it with. jco 1.35 never settles a
   * call whose suspended import without a result rejects (its trampoline answers a completion promise that only root tasks
   * settle): such a guest stays suspended and is let go with its instance. Delete the race once the call rejects by itself.
   */
  orFailure<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#failed]);
  }

  /**
   * What `attempt` answers once that is not null. It is asked first, and again whenever one of `awaited` has become ready:
   * then the answer is a promise where guests are suspended, else the thread is blocked meanwhile. Unwinds the guest when
   * its request is aborted. @throws RuntimeError `engine-unsupported` where the guest cannot wait
   */
  until<T>(awaited: readonly Readiness[], attempt: () => T | null): T | Promise<T> {
    const now = attempt();
    if (now !== null) return now;
    if (this.call.signal.aborted) this.unwind(cancellationOf(this.call.signal));
    return this.suspends ? this.#suspendUntil(awaited, attempt) : this.#blockUntil(awaited, attempt);
  }

  async #suspendUntil<T>(awaited: readonly Readiness[], attempt: () => T | null): Promise<T> {
    for (;;) {
      // What is ready already would end the wait for the others at once.
      const waiting = awaited.filter((one) => !one.isReady());
      if (waiting.length > 0) await this.#wait(waiting);
      const result = attempt();
      if (result !== null) return result;
    }
  }

  #blockUntil<T>(awaited: readonly Readiness[], attempt: () => T | null): T {
    const { signal, block } = this.call;
    if (!block) this.unwind(cannotWait());
    for (;;) {
      const wait = earliestWait(awaited);
      if (!signal.aborted) block(wait === null ? null : Math.max(0, Number(wait.remainingNs()) / NS_PER_MS));
      if (signal.aborted) this.unwind(cancellationOf(signal));
      if (wait !== null && wait.remainingNs() <= 0n) wait.arrive();
      const result = attempt();
      if (result !== null) return result;
    }
  }

  #wait(awaited: readonly Readiness[]): Promise<void> {
    const { signal } = this.call;
    if (signal.aborted) this.unwind(cancellationOf(signal));
    return new Promise((resolve, reject) => {
      const cancels: (() => void)[] = [];
      const settle = () => {
        signal.removeEventListener('abort', onAbort);
        for (const cancel of cancels) cancel();
      };
      const onAbort = () => {
        settle();
        reject(this.#fail(cancellationOf(signal)));
      };
      const wake = () => {
        settle();
        resolve();
      };
      signal.addEventListener('abort', onAbort);
      for (const one of awaited) {
        const cancel = one.whenReady(wake);
        if (cancel) cancels.push(cancel);
      }
    });
  }

  #fail(error: RuntimeError): RuntimeError {
    this.failure ??= error;
    this.#reject(this.failure);
    return this.failure;
  }
}

const NS_PER_MS = 1_000_000;

/** The wait by which time first makes one of `awaited` ready; null when it never does. */
function earliestWait(awaited: readonly Readiness[]): ClockWait | null {
  let earliest: ClockWait | null = null;
  for (const { wait } of awaited) if (wait !== undefined && (earliest === null || wait.remainingNs() < earliest.remainingNs())) earliest = wait;
  return earliest;
}
