import * as Comlink from 'comlink';
import { RuntimeError } from '../core/errors.ts';
import { installErrorTransfer } from '../protocol/comlink-errors.ts';
import type { TranspiledComponent } from '../protocol/sw-host.ts';
import type { TranspilerApi } from '../protocol/transpiler.ts';

/** StarlingMonkey's 13 MB take about a second on a slow machine. */
const TRANSPILE_DEADLINE_MS = 90_000;
/** The transpiler holds a hundred megabytes after a large component: an idle one is ended. */
const IDLE_MS = 20_000;

/** The worker that runs jco: started at the first component, ended when idle, replaced when it hangs or dies. */
export class TranspilerWorker {
  #worker: Worker | null = null;
  #api: Comlink.Remote<TranspilerApi> | null = null;
  #jobs = 0;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;

  /** @throws RuntimeError `module-invalid` with the transpiler's message, `instance-start-failed` when the worker died or took too long */
  async transpile(bytes: Uint8Array<ArrayBuffer>, options: { jspi: boolean }): Promise<TranspiledComponent> {
    clearTimeout(this.#idleTimer);
    this.#jobs += 1;
    const { api, died } = this.#start();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#stop();
        reject(new RuntimeError('instance-start-failed', `the component was not transpiled within ${TRANSPILE_DEADLINE_MS / 1000} s`));
      }, TRANSPILE_DEADLINE_MS);
    });
    try {
      return await Promise.race([api.transpile(Comlink.transfer(bytes, [bytes.buffer]), options), late, died]);
    } finally {
      clearTimeout(timer);
      this.#jobs -= 1;
      if (this.#jobs === 0) this.#idleTimer = setTimeout(() => this.#stop(), IDLE_MS);
    }
  }

  #died: Promise<never> | null = null;

  #start(): { api: Comlink.Remote<TranspilerApi>; died: Promise<never> } {
    if (this.#worker && this.#api && this.#died) return { api: this.#api, died: this.#died };
    installErrorTransfer();
    const worker = new Worker(new URL('../transpiler/main.ts', import.meta.url), { type: 'module', name: 'transpiler' });
    const died = new Promise<never>((_, reject) => {
      worker.onerror = (event) => {
        event.preventDefault();
        if (this.#worker === worker) this.#stop();
        reject(new RuntimeError('instance-start-failed', `the transpiler's worker failed: ${event.message || 'its script could not be loaded'}`));
      };
    });
    died.catch(() => {}); // Met by whoever waits for a job; with nobody waiting there is nobody to tell.
    const api = Comlink.wrap<TranspilerApi>(worker);
    this.#worker = worker;
    this.#api = api;
    this.#died = died;
    return { api, died };
  }

  #stop(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#api = null;
    this.#died = null;
  }
}
