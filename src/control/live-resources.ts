import type { Clock } from '../core/clock.ts';
import { RuntimeError } from '../core/errors.ts';
import type { Resource } from '../core/resource.ts';
import { equalJson } from '../store/equal-json.ts';
import type { LiveCluster } from './live.ts';
import { type HostNode, type InstancePod, toNode, toPod } from './live-objects.ts';
import { systemTimers, type Timers } from './timers.ts';
import type { WatchChange } from './watch-events.ts';

/** Changes within this time become one: a busy instance changes with every request. */
const COALESCE_MS = 250;
const CHANGES_KEPT = 1_000;

type LiveObject = HostNode | InstancePod;
type LiveKind = LiveObject['kind'];
interface LiveChange extends WatchChange<LiveObject> {
  version: number;
}

/**
 * The live cluster as read-only Nodes and Pods. One per service worker, made once: it turns snapshots into changes and
 * counts a resourceVersion of its own, which starts at the clock's milliseconds, so that the versions of an earlier
 * service worker are older than every kept change and their watches list again.
 */
export class LiveResources {
  readonly #cluster: LiveCluster;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #swerveVersion: string;
  readonly #listeners = new Set<() => void>();
  readonly #firstVersion: number;
  #version: number;
  #objects = new Map<string, LiveObject>();
  #changes: LiveChange[] = [];
  #isScheduled = false;

  constructor(cluster: LiveCluster, clock: Clock, swerveVersion: string, timers: Timers = systemTimers) {
    this.#cluster = cluster;
    this.#clock = clock;
    this.#timers = timers;
    this.#swerveVersion = swerveVersion;
    this.#firstVersion = clock.nowMs();
    this.#version = this.#firstVersion;
    cluster.subscribe(() => this.#schedule());
  }

  /** The objects of `kind` now, by namespace and name. */
  list<T extends LiveObject>(kind: T['kind'], namespace: string | null = null): { items: T[]; resourceVersion: string } {
    this.#refresh();
    const items = [...this.#objects.values()].filter(
      (object): object is T => object.kind === kind && (namespace === null || object.metadata.namespace === namespace),
    );
    items.sort((a, b) => compare(a.metadata.namespace, b.metadata.namespace) || compare(a.metadata.name, b.metadata.name));
    return { items, resourceVersion: String(this.#version) };
  }

  get<T extends LiveObject>(kind: T['kind'], namespace: string, name: string): T | null {
    this.#refresh();
    return (this.#objects.get(keyOf(kind, namespace, name)) as T | undefined) ?? null;
  }

  /** As `ResourceRepository.changesSince`. @throws RuntimeError `watch-expired` */
  changesSince(kind: LiveKind, resourceVersion: string): { changes: WatchChange[]; resourceVersion: string } {
    this.#refresh();
    const since = Number(resourceVersion);
    const oldest = this.#changes[0]?.version ?? this.#version + 1;
    if (!(since >= Math.max(this.#firstVersion, oldest - 1) && since <= this.#version)) {
      throw new RuntimeError('watch-expired', `too old resource version: ${resourceVersion}; list again and watch from there`, {
        details: { resourceVersion },
      });
    }
    const changes = this.#changes.filter(({ version, object }) => version > since && object.kind === kind);
    return { changes, resourceVersion: String(this.#version) };
  }

  /** Calls `listener` after changes; returns the function that ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #schedule(): void {
    // Nobody watches: the next list finds the change by itself.
    if (this.#isScheduled || this.#listeners.size === 0) return;
    this.#isScheduled = true;
    this.#timers.after(COALESCE_MS, () => {
      this.#isScheduled = false;
      this.#refresh();
    });
  }

  #refresh(): void {
    const nowMs = this.#clock.nowMs();
    const next = new Map<string, LiveObject>();
    for (const host of this.#cluster.hosts()) {
      const key = keyOf('Node', '', host.id);
      next.set(key, toNode(host, this.#objects.get(key) as HostNode | undefined, this.#swerveVersion, nowMs));
    }
    for (const instance of this.#cluster.instances()) {
      const key = keyOf('Pod', instance.namespace, instance.id);
      next.set(key, toPod(instance, this.#objects.get(key) as InstancePod | undefined, nowMs));
    }
    const before = this.#version;
    for (const [key, object] of next) {
      const previous = this.#objects.get(key);
      if (previous && isSame(previous, object)) next.set(key, previous);
      else this.#record(previous ? 'MODIFIED' : 'ADDED', object, previous);
    }
    for (const [key, previous] of this.#objects) {
      if (!next.has(key)) this.#record('DELETED', { ...previous, metadata: { ...previous.metadata } } as LiveObject, previous);
    }
    this.#objects = next;
    if (this.#changes.length > CHANGES_KEPT) this.#changes = this.#changes.slice(-CHANGES_KEPT);
    if (this.#version !== before) for (const listener of this.#listeners) listener();
  }

  #record(type: LiveChange['type'], object: LiveObject, previous: LiveObject | undefined): void {
    this.#version += 1;
    object.metadata.resourceVersion = String(this.#version);
    this.#changes.push({ type, object, previousLabels: previous ? (previous.metadata.labels ?? {}) : null, version: this.#version });
  }
}

function keyOf(kind: LiveKind, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

function isSame(previous: Resource, next: Resource): boolean {
  return equalJson({ ...previous, metadata: { ...previous.metadata, resourceVersion: '' } }, { ...next, metadata: { ...next.metadata, resourceVersion: '' } });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
