import type { InstanceView } from './instance-view.ts';

/** An instance that runs, or is shown a little longer: how it went is worth seeing. */
export interface SceneInstance extends InstanceView {
  /** null: it is there. `broken`: it went while requests were under way in it. */
  gone: 'retired' | 'broken' | null;
}

/** For how long those that went are shown. */
export const GONE_SHOWN_MS = 1_600;

/** Notices which instances went, and how. */
export class ClusterScene {
  #before: ReadonlyMap<string, InstanceView> | null = null;
  #gone: { instance: SceneInstance; untilMs: number }[] = [];

  /**
   * Those in `instances` and those that have gone from it just now, oldest first. An instance goes with its host without
   * further notice: `hosts` are those that are there.
   */
  update(instances: readonly InstanceView[], hosts: ReadonlySet<string>, nowMs: number): SceneInstance[] {
    const now = new Map(instances.map((instance) => [instance.id, instance]));
    for (const instance of this.#before?.values() ?? []) {
      if (now.has(instance.id)) continue;
      this.#gone.push({ instance: { ...instance, gone: instance.inFlight > 0 ? 'broken' : 'retired' }, untilMs: nowMs + GONE_SHOWN_MS });
    }
    this.#before = now;
    this.#gone = this.#gone.filter(({ instance, untilMs }) => untilMs > nowMs && !now.has(instance.id) && hosts.has(instance.host ?? ''));
    const present = instances.map((instance): SceneInstance => ({ ...instance, gone: null }));
    return [...present, ...this.#gone.map(({ instance }) => instance)].sort((a, b) => a.sinceMs - b.sinceMs || (a.id < b.id ? -1 : 1));
  }

  /** When the next one is to be shown no longer; null: none is. */
  get nextChangeMs(): number | null {
    return this.#gone.length === 0 ? null : Math.min(...this.#gone.map(({ untilMs }) => untilMs));
  }
}
