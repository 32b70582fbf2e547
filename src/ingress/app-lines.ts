import { RuntimeError } from '../core/errors.ts';
import type { AppPool, AppTarget, PooledInstance } from './app-pool.ts';
import type { Cluster } from './cluster.ts';
import type { DispatchRequest, Lease, LineSource } from './dispatch.ts';

/**
 * A document that is being left may never finish a start: Firefox ends what it loads when the navigation begins, the
 * script of a worker too, and tells nobody. A navigation has another way (a boot document), and takes it after this, or when the window says only later that it is left.
 */
const LEAVING_START_MS = 1_000;

/** The lines to the instances of one App. */
export class AppLines implements LineSource {
  readonly #cluster: Cluster;
  readonly #target: AppTarget;

  constructor(cluster: Cluster, target: AppTarget) {
    this.#cluster = cluster;
    this.#target = target;
  }

  /** @throws RuntimeError `host-unavailable`, `instance-saturated`, or why no instance could be started */
  async acquire(request: DispatchRequest, leftMs: () => number): Promise<Lease> {
    const pool = this.#cluster.pool(this.#target);
    for (;;) {
      if (pool.instances.size === 0) await this.#requireHost(request, leftMs());
      const waitedSinceMs = performance.now();
      const instance = await this.#acquireFrom(pool, request, leftMs()).catch((error: unknown) => {
        // The last window went before any guest had begun with the request: look for another window.
        if (error instanceof RuntimeError && error.code === 'host-unavailable' && !(error instanceof StuckError)) return null;
        throw error;
      });
      if (!instance) {
        // Waited for here: instances in windows that are passed over would have this loop spin, and so keep out the message that ends it.
        await this.#requireHost(request, leftMs());
        continue;
      }
      const { line, host } = instance;
      if (!line) {
        instance.reserved -= 1;
        continue;
      }
      request.trace?.sent(instance, waitedSinceMs);
      return {
        line,
        host,
        taken: () => {
          instance.reserved -= 1;
        },
        accepted: (ackMs) => host.noteAck(ackMs),
        silent: () => {
          if (pool.instances.has(instance.id)) pool.stall(instance);
        },
      };
    }
  }

  async #acquireFrom(pool: AppPool, { canBoot, signal }: DispatchRequest, leftMs: number): Promise<PooledInstance> {
    const deadlineMs = Math.max(leftMs, 0);
    if (!canBoot) return pool.acquire({ deadlineMs, signal });
    const stuck = new AbortController();
    const timer = setInterval(() => {
      if (!this.#cluster.hasStayingHost()) stuck.abort();
    }, LEAVING_START_MS);
    try {
      return await pool.acquire({ deadlineMs, signal: signal === null ? stuck.signal : AbortSignal.any([signal, stuck.signal]) });
    } catch (error) {
      if (stuck.signal.aborted) throw new StuckError();
      throw error;
    } finally {
      clearInterval(timer);
    }
  }

  async #requireHost(request: DispatchRequest, leftMs: number): Promise<void> {
    const host = await this.#cluster.findHost(Math.min(request.hostWaitMs, leftMs), request.isHostComing);
    if (request.signal?.aborted) throw new RuntimeError('request-invalid', 'the caller went away');
    if (host) return;
    throw new RuntimeError('host-unavailable', 'no open tab of this origin can run the App; open the Swerve panel in a tab and try again');
  }
}

/** No use looking for another window: the one that there is goes. */
class StuckError extends RuntimeError {
  constructor() {
    super('host-unavailable', `the only tab is being left, and started no instance within ${LEAVING_START_MS / 1000} s`);
  }
}
