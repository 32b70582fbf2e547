import { RuntimeError } from '../core/errors.ts';
import type { Resource, WatchEvent } from '../core/resource.ts';
import { toStatus } from './api/status.ts';
import type { Selector } from './selectors.ts';
import type { Timers } from './timers.ts';
import { Waker } from './waker.ts';

/** A change as a watch sees it. */
export interface WatchChange<T extends Resource = Resource> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: T;
  /** null for ADDED. */
  previousLabels: Record<string, string> | null;
}

/** What can be watched. */
export interface WatchSource {
  apiVersion: string;
  kind: string;
  list(): Promise<{ items: Resource[]; resourceVersion: string }>;
  /** @throws RuntimeError `watch-expired` */
  changesSince(resourceVersion: string): Promise<{ changes: WatchChange[]; resourceVersion: string }>;
  /** Hints that there may be changes. */
  subscribe(wake: () => void): () => void;
}

export interface WatchOptions {
  matches: Selector;
  /** Where to start; empty or `0`: every object as ADDED first. */
  resourceVersion: string;
  allowBookmarks: boolean;
  /** kubectl 1.35 and newer: every object as ADDED first, then a bookmark that says so, whatever `resourceVersion` is. */
  sendInitialEvents: boolean;
  /** null: until the caller goes away. */
  timeoutMs: number | null;
}

/** Bookmarks come this often; the changes are also read this often when no hint comes. */
export const BOOKMARK_INTERVAL_MS = 30_000;

/**
 * The event that `change` is for a watch with `matches`, or null. An object that begins to match is ADDED to such a
 * watch and one that ceases to is DELETED from it (Kubernetes API concepts, "Efficient detection of changes").
 */
export function toWatchEvent(change: WatchChange, matches: Selector): WatchEvent | null {
  const { type, object, previousLabels } = change;
  const { name, namespace, labels = {} } = object.metadata;
  const did = previousLabels !== null && matches({ name, namespace, labels: previousLabels });
  const does = type !== 'DELETED' && matches({ name, namespace, labels });
  if (did && does) return { type: 'MODIFIED', object };
  if (does) return { type: 'ADDED', object };
  return did ? { type: 'DELETED', object } : null;
}

/** The events of a watch until its timeout or until `signal` aborts. A failure is its last event. */
export async function* watchEvents(source: WatchSource, options: WatchOptions, timers: Timers, signal: AbortSignal): AsyncGenerator<WatchEvent, void, void> {
  const waker = new Waker(timers);
  const unsubscribe = source.subscribe(() => waker.wake());
  let isOver = false;
  const cancelTimeout =
    options.timeoutMs === null
      ? () => {}
      : timers.after(options.timeoutMs, () => {
          isOver = true;
          waker.wake();
        });
  let wantsBookmark = false;
  const bookmark = (resourceVersion: string, annotations?: Record<string, string>): WatchEvent => {
    const metadata = annotations ? { resourceVersion, annotations } : { resourceVersion };
    return { type: 'BOOKMARK', object: { apiVersion: source.apiVersion, kind: source.kind, metadata } };
  };
  let cancelBookmark = () => {};
  const scheduleBookmark = (): void => {
    cancelBookmark = timers.after(BOOKMARK_INTERVAL_MS, () => {
      wantsBookmark = true;
      waker.wake();
    });
  };
  scheduleBookmark();
  try {
    let { resourceVersion } = options;
    if (resourceVersion === '' || resourceVersion === '0' || options.sendInitialEvents) {
      const { items, resourceVersion: listed } = await source.list();
      for (const object of items) {
        const { name, namespace, labels = {} } = object.metadata;
        if (options.matches({ name, namespace, labels })) yield { type: 'ADDED', object };
      }
      resourceVersion = listed;
      if (options.sendInitialEvents) yield bookmark(resourceVersion, { 'k8s.io/initial-events-end': 'true' });
    }
    while (!signal.aborted) {
      const since = await source.changesSince(resourceVersion);
      for (const change of since.changes) {
        const event = toWatchEvent(change, options.matches);
        if (event) yield event;
      }
      resourceVersion = since.resourceVersion;
      if (wantsBookmark) {
        wantsBookmark = false;
        scheduleBookmark();
        if (options.allowBookmarks) yield bookmark(resourceVersion);
      }
      if (isOver) return;
      await waker.wait(BOOKMARK_INTERVAL_MS, signal);
    }
  } catch (error) {
    yield { type: 'ERROR', object: toStatus(RuntimeError.from(error)) };
  } finally {
    cancelTimeout();
    cancelBookmark();
    unsubscribe();
  }
}
