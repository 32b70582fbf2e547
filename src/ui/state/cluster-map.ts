import type { HostNode, InstancePod } from '../api/kinds.ts';
import { ClusterScene, type SceneInstance } from './cluster-scene.ts';
import { type HostView, viewOfHost } from './host-view.ts';
import { viewOfInstance } from './instance-view.ts';
import { Places } from './places.ts';

/** One host with its instances. */
export interface Machine {
  host: HostView;
  /** Where each instance is in the picture, those too that have gone just now; null: a free place. */
  places: readonly (SceneInstance | null)[];
  /** Those that are there, oldest first. */
  instances: readonly SceneInstance[];
}

/** The cluster's present state as hosts with their instances. */
interface ClusterParts {
  nodes: readonly HostNode[];
  pods: readonly InstancePod[];
  thisHost: string | null;
}

/** Which instance is in which host, in an order that does not change while hosts and instances come and go. */
export class ClusterMap {
  readonly #scene = new ClusterScene();
  #places = new Map<string, Places>();
  #ranks: ReadonlyMap<string, number> = new Map();

  /** The hosts, oldest first: who comes last stands last. */
  update({ nodes, pods, thisHost }: ClusterParts, nowMs: number): Machine[] {
    const oldestFirst = nodes.map((node) => viewOfHost(node, thisHost)).sort((a, b) => a.sinceMs - b.sinceMs || (a.id < b.id ? -1 : 1));
    const oldestFirstInstances = this.#scene.update(pods.map(viewOfInstance), new Set(oldestFirst.map(({ id }) => id)), nowMs);
    this.#rank([...oldestFirst, ...oldestFirstInstances]);
    const hosts = this.#inOrder(oldestFirst);
    const scene = this.#inOrder(oldestFirstInstances);
    this.#places = new Map(hosts.map(({ id }) => [id, this.#places.get(id) ?? new Places()]));
    return hosts.map((host) => {
      const shown = scene.filter((instance) => instance.host === host.id);
      const byId = new Map(shown.map((instance) => [instance.id, instance]));
      const places = this.#places.get(host.id)?.update([...byId.keys()]) ?? [];
      return {
        host,
        places: places.map((id) => (id === null ? null : (byId.get(id) ?? null))),
        instances: shown.filter(({ gone }) => gone === null),
      };
    });
  }

  /** Ages are told in whole seconds: who comes in the same one as another must not push in front of it. */
  #rank(views: readonly { id: string }[]): void {
    const known = views.filter(({ id }) => this.#ranks.has(id));
    const fresh = views.filter(({ id }) => !this.#ranks.has(id));
    this.#ranks = new Map([...this.#inOrder(known), ...fresh].map(({ id }, rank) => [id, rank]));
  }

  #inOrder<T extends { id: string }>(views: readonly T[]): T[] {
    return views.toSorted((a, b) => (this.#ranks.get(a.id) ?? 0) - (this.#ranks.get(b.id) ?? 0));
  }

  /** When it is to be updated although nothing came or went; null: not before something does. */
  get nextChangeMs(): number | null {
    return this.#scene.nextChangeMs;
  }
}
