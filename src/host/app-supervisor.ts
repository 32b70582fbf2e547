import type { RuntimeError } from '../core/errors.ts';
import type { InstanceSpec } from '../core/instance-spec.ts';
import { RestartBudget } from '../supervision/restart-budget.ts';

/**
 * Supervision of one App's instances in this window.
 *
 * | policy      | after a crash                         |
 * |-------------|---------------------------------------|
 * | `permanent` | started again at once                 |
 * | `transient` | started again at once                 |
 * | `temporary` | not started again; the next request does |
 *
 * A crash is a worker that died or had to be terminated at a deadline, or an instance that could not start; an end that
 * was asked for (idle, retired) is none, which is all that tells `permanent` from `transient` here: an instance never
 * ends by itself. More than `maxRestarts` crashes in `windowSeconds` hold every start back, requests included, for a
 * growing time. Shutdown has no deadline: a worker is terminated.
 */
export class AppSupervisor {
  readonly #budget: RestartBudget;
  readonly #policy: InstanceSpec['restart']['policy'];

  constructor(restart: InstanceSpec['restart']) {
    this.#policy = restart.policy;
    this.#budget = new RestartBudget({ maxRestarts: restart.maxRestarts, windowMs: restart.windowSeconds * 1_000 });
  }

  /** Milliseconds that starts are still held back. */
  heldForMs(nowMs: number): number {
    return this.#budget.heldForMs(nowMs);
  }

  /** What follows a crash: start another at once, do nothing, or hold the App back until `untilMs`. */
  afterCrash(nowMs: number, _error: RuntimeError): { type: 'restart' } | { type: 'nothing' } | { type: 'hold'; untilMs: number } {
    const verdict = this.#budget.recordCrash(nowMs);
    if (verdict.type === 'hold') return verdict;
    return this.#policy === 'temporary' ? { type: 'nothing' } : { type: 'restart' };
  }
}
