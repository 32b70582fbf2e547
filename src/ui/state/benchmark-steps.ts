import type { Load } from '../benchmark/load.ts';
import { Measures, type Result } from '../benchmark/measures.ts';
import { idOfStep, runStep, type Step } from '../benchmark/plan.ts';
import { LimitFailure } from './benchmark-failure.ts';
import type { Broken } from './benchmark-run.ts';

/** Runs the steps of the rounds and keeps what they measured. What fails once is left out from then on: the others can still be told. */
export class StepRunner {
  readonly #load: Pick<Load, 'batch' | 'download' | 'upload'>;
  readonly #measures = new Measures();
  readonly #broken = new Map<string, Broken>();
  readonly #sound = new Map<string, Step>();

  constructor(load: Pick<Load, 'batch' | 'download' | 'upload'>) {
    this.#load = load;
  }

  /** What failed, with the reason: by id of its step. */
  get broken(): ReadonlyMap<string, Broken> {
    return new Map(this.#broken);
  }

  /** @throws LimitFailure when there is nothing to compare with */
  async run(step: Step, round: number): Promise<void> {
    const id = idOfStep(step);
    if (this.#broken.has(id)) return;
    try {
      for (const { measure, samples } of await runStep(this.#load, step)) this.#measures.add(measure, round, samples);
      this.#sound.set(id, step);
    } catch (error) {
      if (step.of.request.target === 'limit') throw new LimitFailure(error);
      this.#broken.set(id, { title: step.of.title, reason: error instanceof Error ? error.message : String(error) });
      this.#sound.delete(id);
    }
  }

  /** @throws Error when every App has failed, with the first reason */
  assertSound(): void {
    const [first] = this.#broken.values();
    if (first !== undefined && ![...this.#sound.values()].some(({ of }) => of.request.target === 'swerve'))
      throw new Error(`No App could be measured: ${first.reason}`);
  }

  /** Without what failed. */
  results(): Result[] {
    return this.#measures.results().filter(({ id }) => [...this.#sound.keys()].some((step) => id === step || id.startsWith(`${step}/`)));
  }
}
