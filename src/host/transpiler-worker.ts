import * as Comlink from 'comlink';
import { RuntimeError } from '../core/errors.ts';
import { installErrorTransfer } from '../protocol/comlink-errors.ts';
import type { TranspiledComponent } from '../protocol/sw-host.ts';
import { TRANSPILER_LOST, type TranspilerApi } from '../protocol/transpiler.ts';
import { refusalError } from '../wasm/refusal.ts';

/**
 * What a component may take: ten seconds and six more for each MiB of it, ninety at most. StarlingMonkey's 13 MB take about a
 * second on a slow machine. A kilobyte of components that instantiate each other many times over would take hours and
 * gigabytes.
 */
const DEADLINE_BASE_MS = 10_000;
const DEADLINE_PER_MIB_MS = 6_000;
const DEADLINE_MAX_MS = 90_000;
const MIB = 1_048_576;
/** Until jco is loaded and compiled, before any component's time begins. */
const START_DEADLINE_MS = 60_000;
/** The transpiler holds a hundred megabytes after a large component: an idle one is ended. */
const IDLE_MS = 20_000;

interface Running {
  readonly api: Comlink.Remote<TranspilerApi>;
  readonly died: Promise<never>;
  readonly ready: Promise<void>;
  terminate(): void;
}

/** The worker that runs jco: started at the first component, ended when idle, replaced when it hangs or dies. One component at a time, so that a deadline ends the one that it is for. */
export class TranspilerWorker {
  #running: Running | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;

  /** @throws RuntimeError `module-invalid` with the transpiler's message, or because it took too long; `instance-start-failed` when the worker died */
  transpile(bytes: Uint8Array<ArrayBuffer>, options: { jspi: boolean }): Promise<TranspiledComponent> {
    clearTimeout(this.#idleTimer);
    this.#waiting += 1;
    const done = this.#turn.then(() => this.#run(bytes, options));
    this.#turn = done
      .catch(() => {}) // Its caller is told; the next has its turn all the same.
      .then(() => {
        this.#waiting -= 1;
        if (this.#waiting === 0) this.#idleTimer = setTimeout(() => this.#stop(), IDLE_MS);
      });
    return done;
  }

  async #run(bytes: Uint8Array<ArrayBuffer>, options: { jspi: boolean }): Promise<TranspiledComponent> {
    const { api, died, ready } = this.#start();
    const sizeBytes = bytes.length;
    const deadlineMs = Math.min(DEADLINE_MAX_MS, DEADLINE_BASE_MS + Math.floor(sizeBytes / MIB) * DEADLINE_PER_MIB_MS);
    await this.#within(START_DEADLINE_MS, Promise.race([ready, died]), () => {
      return new RuntimeError('instance-start-failed', `the transpiler was not ready within ${START_DEADLINE_MS / 1000} s`);
    });
    try {
      const done = Promise.race([api.transpile(Comlink.transfer(bytes, [bytes.buffer]), options), died]);
      return await this.#within(deadlineMs, done, () => tooLong(sizeBytes, deadlineMs));
    } catch (error) {
      if (error instanceof RuntimeError && error.details[TRANSPILER_LOST] === true) this.#stop();
      throw error;
    }
  }

  /** What `work` comes to; past the deadline the worker is ended, with `late` as the reason. */
  async #within<T>(deadlineMs: number, work: Promise<T>, late: () => RuntimeError): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#stop();
        reject(late());
      }, deadlineMs);
    });
    try {
      return await Promise.race([work, deadline]);
    } finally {
      clearTimeout(timer);
    }
  }

  #start(): Running {
    if (this.#running) return this.#running;
    installErrorTransfer();
    const worker = new Worker(new URL('../transpiler/main.ts', import.meta.url), { type: 'module', name: 'transpiler' });
    const died = new Promise<never>((_, reject) => {
      worker.onerror = (event) => {
        event.preventDefault();
        if (this.#running === running) this.#stop();
        reject(new RuntimeError('instance-start-failed', `the transpiler's worker failed: ${event.message || 'its script could not be loaded'}`));
      };
    });
    died.catch(() => {}); // Met by whoever waits for a job; with nobody waiting there is nobody to tell.
    const api = Comlink.wrap<TranspilerApi>(worker);
    const ready = api.prepare();
    const running: Running = { api, died, ready, terminate: () => worker.terminate() };
    ready.catch(() => {
      if (this.#running === running) this.#stop();
    });
    this.#running = running;
    return running;
  }

  #stop(): void {
    this.#running?.terminate();
    this.#running = null;
  }
}

function tooLong(sizeBytes: number, deadlineMs: number): RuntimeError {
  return refusalError({
    found: `This component of ${sizeBytes} bytes was not made ready to run within ${deadlineMs / 1000} s, which is what one of its size may take.`,
    fix: 'Build it with fewer instances and smaller types. If other components take long as well, this machine is busy: upload it again later.',
  });
}
