import { findCondition, setCondition } from '../control/conditions.ts';
import { updateStatus } from '../control/update-status.ts';
import { APP_CONDITIONS, type App } from '../core/app.ts';
import type { RuntimeError } from '../core/errors.ts';
import type { InstanceSpec } from '../core/instance-spec.ts';
import { toTimestamp } from '../core/resource.ts';
import type { ResourceRepository } from '../store/resources.ts';

/**
 * Writes the App's `Healthy` condition when it changes; the App controller draws `Ready` from it. Only for the generation
 * that ran: what an older one did says nothing about a newer. A failed write is reported on the console: the condition
 * is news, not a promise.
 */
export async function reportHealth(resources: ResourceRepository, spec: InstanceSpec, problem: { untilMs: number; error: RuntimeError } | null): Promise<void> {
  try {
    await updateStatus<App>(resources, { kind: 'App', namespace: spec.namespace, name: spec.name }, (app) => {
      if (app.metadata.uid !== spec.uid || app.metadata.generation !== spec.generation) return null;
      const conditions = app.status?.conditions ?? [];
      const known = findCondition(conditions, APP_CONDITIONS.healthy);
      const status = problem ? 'False' : 'True';
      const state = problem
        ? {
            reason: 'CrashLoopBackOff',
            message: `Crashed ${spec.restart.maxRestarts + 1} times within ${spec.restart.windowSeconds} s; held back until ${toTimestamp(problem.untilMs)}, then the next request tries again. Last: ${problem.error.message}`,
          }
        : { reason: 'Running', message: 'Its instances start and run.' };
      // Held back anew, it has another time to tell.
      if (known?.status === status && known.message === state.message && known.observedGeneration === spec.generation) return null;
      return {
        ...app.status,
        conditions: setCondition(conditions, { type: APP_CONDITIONS.healthy, status, observedGeneration: spec.generation, ...state }, Date.now()),
      };
    });
  } catch (error) {
    console.warn('swerve: the health of an App could not be written down', error);
  }
}
