import { RuntimeError } from '../core/errors.ts';
import type { AppTarget } from './app-pool.ts';
import type { Cluster } from './cluster.ts';
import type { DispatchRequest, Lease, LineSource } from './dispatch.ts';

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
      const instance = await pool.acquire({ deadlineMs: Math.max(leftMs(), 0), signal: request.signal }).catch((error: unknown) => {
        // The last window went before any guest had begun with the request: look for another window.
        if (error instanceof RuntimeError && error.code === 'host-unavailable') return null;
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

  async #requireHost(request: DispatchRequest, leftMs: number): Promise<void> {
    const host = await this.#cluster.findHost(Math.min(request.hostWaitMs, leftMs), request.isHostComing);
    if (request.signal?.aborted) throw new RuntimeError('request-invalid', 'the caller went away');
    if (host) return;
    throw new RuntimeError('host-unavailable', 'no open tab of this origin can run the App; open the Swerve panel in a tab and try again');
  }
}
