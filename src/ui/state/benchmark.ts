import { RuntimeError } from '../../core/errors.ts';
import type { ApiClient } from '../api/client.ts';
import type { HostNode } from '../api/kinds.ts';
import { StorageApi } from '../api/storage-api.ts';
import { removeLimit } from '../benchmark/limit.ts';
import { Load } from '../benchmark/load.ts';
import { type Step, stepsOfRound } from '../benchmark/plan.ts';
import { BASE, hrefOfAsset } from '../links.ts';
import { explainFailure, type Failure, LimitFailure } from './benchmark-failure.ts';
import { BenchmarkGuests } from './benchmark-guests.ts';
import type { BenchmarkRun } from './benchmark-run.ts';
import { StepRunner } from './benchmark-steps.ts';
import type { Collection } from './collection.ts';
import type { ModuleCache } from './module-cache.ts';
import { Observable } from './observable.ts';
import type { StoredModules } from './stored-modules.ts';

/** Deployments below different paths of one origin have a benchmark each. */
const LOCK = `swerve/benchmark${BASE.pathname}`;
const SYSTEM = new URL(hrefOfAsset(''));

/** What the benchmark is doing. `done` and `of` count the steps of all rounds. */
export type BenchmarkStep =
  | { name: 'idle' }
  | { name: 'preparing'; doing: string }
  | { name: 'measuring'; round: number; rounds: number; step: Step; done: number; of: number }
  | { name: 'removing' };

/** How the last run ended. */
export type BenchmarkOutcome = { name: 'done' } | { name: 'cancelled' } | ({ name: 'failed' } & Failure);

const BUSY: BenchmarkOutcome = {
  name: 'failed',
  found: 'The benchmark is running in another tab.',
  fix: 'Two at once would measure each other. Wait until it is done there, then run it here.',
};

interface BenchmarkParts {
  client: ApiClient;
  modules: ModuleCache;
  storedModules: StoredModules;
  nodes: Collection<HostNode>;
}

/** Runs the benchmark of this browser: the same code as `npm run bench`, in the panel's own page. */
export class Benchmark extends Observable {
  readonly #parts: BenchmarkParts;
  readonly #guests: BenchmarkGuests;
  #step: BenchmarkStep = { name: 'idle' };
  #outcome: BenchmarkOutcome | null = null;
  #run: BenchmarkRun | null = null;
  #leftover: string | null = null;
  #abort = new AbortController();
  #waiting = new AbortController();
  #sweep: Promise<void> = Promise.resolve();

  constructor(parts: BenchmarkParts) {
    super();
    this.#parts = parts;
    this.#guests = new BenchmarkGuests(parts);
  }

  get step(): BenchmarkStep {
    return this.#step;
  }
  /** Null before the first has ended, and while one runs. */
  get outcome(): BenchmarkOutcome | null {
    return this.#outcome;
  }
  /** The figures of the rounds that are done; null while there are none. */
  get run(): BenchmarkRun | null {
    return this.#run;
  }
  /** Why something of a run could not be taken away; null: nothing is left. */
  get leftover(): string | null {
    return this.#leftover;
  }
  get isUnderWay(): boolean {
    return this.#step.name !== 'idle';
  }

  /** It was told to end, and does. */
  get isCancelling(): boolean {
    return this.isUnderWay && this.#abort.signal.aborted;
  }

  /** Measures `rounds` rounds, and takes away what it made. Does not throw: see {@link outcome}. Does nothing while one is under way. */
  async start(rounds: number): Promise<void> {
    if (this.isUnderWay) return;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#outcome = null;
    this.#run = null;
    this.#prepare('Looking whether another tab measures');
    this.#waiting.abort();
    await this.#sweep;
    this.#outcome = await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
      if (lock === null) return BUSY;
      await this.#removeAll();
      return this.#runAll(rounds, signal);
    });
    this.#set({ name: 'idle' });
  }

  /** Ends the run after what is being measured, within about a second, and takes away what it made. */
  cancel(): void {
    this.#waiting.abort();
    this.#abort.abort();
    this.changed();
  }

  /** Takes away what a run has left whose page was closed meanwhile, as soon as no other tab measures. */
  removeLeftovers(): void {
    if (this.isUnderWay) return;
    this.#waiting.abort();
    this.#waiting = new AbortController();
    const { signal } = this.#waiting;
    this.#sweep = navigator.locks
      .request(LOCK, { signal }, () => this.#removeAll())
      .catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
  }

  async #runAll(rounds: number, signal: AbortSignal): Promise<BenchmarkOutcome> {
    let load: Load | null = null;
    try {
      await this.#guests.make((doing) => this.#prepare(doing), signal);
      this.#prepare('Starting a service worker without Swerve');
      // Last: a browser stops a service worker that has nothing to do for half a minute, and modules can take long.
      load = await openLoad();
      signal.throwIfAborted();
      await this.#measure(load, rounds, signal);
      return { name: 'done' };
    } catch (error) {
      return signal.aborted ? { name: 'cancelled' } : { name: 'failed', ...explainFailure(error) };
    } finally {
      this.#set({ name: 'removing' });
      await load?.close().catch((error: unknown) => console.warn('benchmark: its service worker was not unregistered at once', error));
      await this.#removeAll();
    }
  }

  async #measure(load: Load, rounds: number, signal: AbortSignal): Promise<void> {
    const runner = new StepRunner(load);
    const machine = {
      cores: navigator.hardwareConcurrency,
      userAgent: navigator.userAgent,
      swerve: await new StorageApi(this.#parts.client).readVersion(),
      hosts: Math.max(1, this.#parts.nodes.items.length),
    };
    const atMs = Date.now();
    let wasHidden = document.visibilityState === 'hidden';
    const seen = new AbortController();
    document.addEventListener('visibilitychange', () => (wasHidden = true), { signal: seen.signal });
    try {
      for (let round = 0; round < rounds; round += 1) {
        const steps = stepsOfRound(round);
        for (const [index, step] of steps.entries()) {
          signal.throwIfAborted();
          this.#set({ name: 'measuring', round: round + 1, rounds, step, done: round * steps.length + index, of: rounds * steps.length });
          await runner.run(step, round);
        }
        runner.assertSound();
        this.#run = { atMs, rounds, roundsDone: round + 1, results: runner.results(), broken: runner.broken, wasHidden, machine };
        this.changed();
      }
    } finally {
      seen.abort();
    }
  }

  async #removeAll(): Promise<void> {
    try {
      await this.#guests.remove();
      await removeLimit(SYSTEM);
      this.#leftover = null;
    } catch (error) {
      this.#leftover = RuntimeError.from(error).message;
    }
    this.changed();
  }

  #prepare(doing: string): void {
    this.#set({ name: 'preparing', doing });
  }

  #set(step: BenchmarkStep): void {
    this.#step = step;
    this.changed();
  }
}

async function openLoad(): Promise<Load> {
  try {
    return await Load.open(BASE);
  } catch (cause) {
    throw new LimitFailure(cause);
  }
}
