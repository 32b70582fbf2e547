import type { AppTarget } from '../../../src/ingress/app-pool.ts';
import { Cluster, type ClusterDeps } from '../../../src/ingress/cluster.ts';
import { announcementOf, makeTarget, type TestInstance, TestWindow } from './cluster-fixture.ts';

/** A cluster of one App; `join` lets a window in, `release` lets go of that window's lock. */
export function startCluster(options: { askWindows?: ClusterDeps['askWindows']; target?: AppTarget; onLineLost?: (lock: string) => void } = {}) {
  const target = options.target ?? makeTarget();
  const targets = new Map([[target.spec.uid, target]]);
  const locks = new Map<string, () => void>();
  const cluster = new Cluster({
    askWindows: options.askWindows ?? (async () => 0),
    waitHostGone: (id, signal) =>
      new Promise((resolve, reject) => {
        locks.set(id, resolve);
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
    onDocumentCookies: () => {},
    onLineLost: (lock) => options.onLineLost?.(lock),
    targetOf: (uid) => targets.get(uid) ?? null,
  });
  return {
    cluster,
    target,
    targets,
    join(name: string | TestWindow, instances: { id: string; instance: TestInstance }[] = []) {
      const window = typeof name === 'string' ? new TestWindow(name) : name;
      const announced = instances.map(({ id, instance }) => ({ announcement: announcementOf(id, target.spec), port: instance.port }));
      const host = cluster.addHost(window.info, window.port, announced);
      return { window, host, release: locks.get(window.info.id)! };
    },
  };
}
