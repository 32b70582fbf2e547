import { RuntimeError } from '../core/errors.ts';
import type { InstanceSpec } from '../core/instance-spec.ts';
import type { LogLine } from '../core/log-line.ts';
import type { CompiledModules, FromInstanceWorker, ToInstanceWorker } from '../protocol/host-instance.ts';
import type { InstanceAnnouncement, InstanceId } from '../protocol/sw-host.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';

/** A module that does not start within this is given up. Compiling 30 MB takes well under a second on a slow machine. */
const START_DEADLINE_MS = 30_000;

export interface InstanceWorkerEvents {
  onLog(lines: Omit<LogLine, 'instance'>[]): void;
  /** It died by itself after it was ready. */
  onCrashed(error: RuntimeError): void;
}

/** One dedicated worker that this window owns, serving one App. */
export class InstanceWorker {
  readonly id: InstanceId;
  readonly spec: InstanceSpec;
  readonly #worker: Worker;
  readonly #events: InstanceWorkerEvents;
  readonly #startedAtMs = Date.now();
  #concurrency = 0;
  #blocks = false;
  #isTerminated = false;
  #onReady: ((message: FromInstanceWorker) => void) | null = null;
  #rejectReady: ((error: RuntimeError) => void) | null = null;
  #pingSeq = 0;
  #unanswered = 0;
  #unansweredSinceMs = 0;
  /** Of the last pong. */
  busy = 0;
  idleSinceMs = Date.now();

  constructor(id: InstanceId, spec: InstanceSpec, events: InstanceWorkerEvents) {
    this.id = id;
    this.spec = spec;
    this.#events = events;
    this.#worker = new Worker(new URL('../instance/main.ts', import.meta.url), { type: 'module', name: `${spec.namespace}/${spec.name} ${id}` });
    this.#worker.onmessage = (event: MessageEvent<FromInstanceWorker>) => this.#receive(event.data);
    this.#worker.onerror = (event) => {
      // A worker whose script cannot be fetched (or that the document's policy forbids) fires a bare event.
      event.preventDefault();
      this.#fail(
        new RuntimeError(
          'instance-start-failed',
          event.message
            ? `the worker failed: ${event.message}`
            : 'this document may not start the worker (its Content-Security-Policy, or the script could not be loaded)',
        ),
      );
    };
  }

  get announcement(): InstanceAnnouncement {
    const { namespace, name, uid, generation } = this.spec;
    return { id: this.id, namespace, app: name, uid, generation, concurrency: this.#concurrency, blocks: this.#blocks, startedAtMs: this.#startedAtMs };
  }

  get isReady(): boolean {
    return this.#concurrency > 0;
  }

  /** Compiles (unless `compiled` is given) and makes the handler ready; resolves to the modules this worker compiled. @throws RuntimeError why it cannot run */
  start(compiled: CompiledModules | null): Promise<CompiledModules | null> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#fail(new RuntimeError('instance-start-failed', `the instance was not ready within ${START_DEADLINE_MS / 1000} s`)),
        START_DEADLINE_MS,
      );
      const settle = () => {
        clearTimeout(timer);
        this.#onReady = null;
        this.#rejectReady = null;
      };
      this.#rejectReady = (error) => {
        settle();
        reject(error);
      };
      this.#onReady = (message) => {
        if (message.type === 'ready') {
          settle();
          this.#concurrency = message.concurrency;
          this.#blocks = message.blocks;
          this.idleSinceMs = Date.now();
          resolve(message.compiled);
        } else if (message.type === 'failed') this.#rejectReady?.(RuntimeError.fromWire(message.error));
      };
      this.#post({ type: 'start', version: PROTOCOL_VERSION, instance: this.id, spec: this.spec, compiled });
    });
  }

  /** Gives the worker a new line and returns its other end, for the service worker. `handover`: requests of earlier lines run on. */
  connect(handover: boolean): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#post({ type: 'connect', handover }, [port1]);
    return port2;
  }

  /** A line for another service worker beside it. */
  lend(slots: number, durationMs: number): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#post({ type: 'lend', slots, durationMs }, [port1]);
    return port2;
  }

  /** Ends the lines that were lent. */
  takeBack(): void {
    this.#post({ type: 'take-back' });
  }

  /** Asks for a sign of life; returns for how long, in milliseconds, none has come. One ping alone proves nothing: the tab may have been frozen since. */
  watch(nowMs: number): number {
    if (!this.isReady) return 0;
    if (this.#unanswered === 0) this.#unansweredSinceMs = nowMs;
    const silentMs = this.#unanswered > 1 ? nowMs - this.#unansweredSinceMs : 0;
    this.#unanswered += 1;
    this.#post({ type: 'ping', seq: this.#pingSeq++ });
    return silentMs;
  }

  terminate(): void {
    if (this.#isTerminated) return;
    this.#isTerminated = true;
    this.#worker.terminate();
    this.#rejectReady?.(new RuntimeError('instance-start-failed', 'the instance was terminated before it was ready'));
  }

  #receive(message: FromInstanceWorker): void {
    switch (message.type) {
      case 'ready':
      case 'failed':
        this.#onReady?.(message);
        return;
      case 'log':
        this.#events.onLog(message.lines);
        return;
      case 'pong':
        this.#unanswered = 0;
        this.busy = message.busy;
        this.idleSinceMs = message.idleSinceMs;
        return;
    }
  }

  #fail(error: RuntimeError): void {
    if (this.#rejectReady) this.#rejectReady(error);
    else if (!this.#isTerminated) this.#events.onCrashed(error);
  }

  #post(message: ToInstanceWorker, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}
