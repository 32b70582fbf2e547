import { RuntimeError } from '../../core/errors.ts';
import { type ByteSink, type ByteSource, emptySource } from '../bytes.ts';
import { cancellationOf } from '../cancellation.ts';
import type { HandlerHost } from '../handler.ts';

/** Something a guest can wait for. */
export interface Readiness {
  isReady(): boolean;
  /** Calls `wake` once it is ready, never before it returned; answers how to stop waiting, where that saves something. */
  whenReady(wake: () => void): (() => void) | undefined;
}

/** What a guest sees of the world during one request. */
export interface GuestCall {
  readonly signal: AbortSignal;
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

/** Says, once per worker and `subject` (an interface), that a guest was refused it; `detail` is what it tried. */
export type DenialLog = (subject: string, detail: string) => void;

/** A denial log that writes system lines to `host`'s log. */
export function createDenialLog(host: HandlerHost): DenialLog {
  const told = new Set<string>();
  return (subject, detail) => {
    if (told.has(subject)) return;
    told.add(subject);
    host.log('system', `Denied: ${subject} (${detail}). This version of Swerve cannot grant it yet. Said once; later denials are silent.`);
  };
}

/** The host state of one guest instance. Made with the instance, bound to each request by `call`. */
export class GuestContext {
  readonly host: HandlerHost;
  readonly deny: DenialLog;
  /** The request under way. */
  call: GuestCall;
  /** Why the guest was made to unwind, when it was the host's doing: tells it from a trap of the guest's own. */
  failure: RuntimeError | null = null;
  /** The guest has ended for good, and serves no other request. */
  isSpent = false;
  readonly #failed: Promise<never>;
  #reject: (error: RuntimeError) => void = () => {};
  /** The guest can be suspended: else it gets its request body whole and its output is buffered without limit. */
  readonly suspends: boolean;

  /** `suspends`: the component was transpiled with suspending imports and the engine has them. */
  constructor(host: HandlerHost, deny: DenialLog, suspends: boolean, call: GuestCall) {
    this.host = host;
    this.call = call;
    this.deny = deny;
    this.suspends = suspends;
    this.#failed = new Promise((_resolve, reject) => {
      this.#reject = reject;
    });
    // Silent: whoever waits for the guest does so through `orFailure`, which reports it.
    this.#failed.catch(() => {});
  }

  /** Ends the guest with `error`: thrown from a host function it unwinds the guest, and `failure` keeps it. */
  unwind(error: RuntimeError): never {
    throw this.#fail(error);
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
   * Suspends the guest until one of `awaited` is ready, or unwinds it when its request is aborted.
   * @throws RuntimeError `engine-unsupported` where the guest cannot be suspended
   */
  wait(awaited: readonly Readiness[]): Promise<void> {
    const { signal } = this.call;
    if (signal.aborted) this.unwind(cancellationOf(signal));
    if (!this.suspends) {
      this.unwind(
        new RuntimeError(
          'engine-unsupported',
          'The handler has to wait, and this browser cannot suspend WebAssembly (JSPI, WebAssembly.Suspending). Use Chrome or Edge 137, Firefox 153, Safari 27 or newer.',
        ),
      );
    }
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

  /** Nothing when `one` is ready, else the wait for it: a guest that need not wait costs no timer. */
  waitUnlessReady(one: Readiness): Promise<void> | undefined {
    return one.isReady() ? undefined : this.wait([one]);
  }

  #fail(error: RuntimeError): RuntimeError {
    this.failure ??= error;
    this.#reject(this.failure);
    return this.failure;
  }
}
