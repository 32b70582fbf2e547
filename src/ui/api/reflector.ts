import type { Clock } from '../../core/clock.ts';
import { RuntimeError } from '../../core/errors.ts';
import type { Resource, WatchEvent } from '../../core/resource.ts';
import { errorFromBody } from './api-error.ts';
import type { ResourceList } from './client.ts';

/** Where a reflector reads. */
export interface ResourceSource<T extends Resource> {
  list(signal: AbortSignal): Promise<ResourceList<T>>;
  watch(resourceVersion: string, signal: AbortSignal): AsyncIterable<WatchEvent<T>[]>;
}

/** What a reflector keeps up to date. */
export interface ResourceSink<T extends Resource> {
  replace(items: T[]): void;
  apply(events: WatchEvent<T>[]): void;
  /** Reading failed repeatedly, and is being tried again. Cleared by the next `replace` or `apply`. */
  fail(error: RuntimeError): void;
}

/** Waits; rejects when `signal` fires. Also the place to hold back while nobody looks. */
export type Pause = (delayMs: number, signal: AbortSignal) => Promise<void>;

const RECONNECT_MS = 250;
const BACKOFF_MAX_MS = 15_000;
/** A watch that lived this long was healthy: a service worker that was stopped ends it, and that is no failure. */
const HEALTHY_WATCH_MS = 2_000;
/** One failure is silent: a stopping service worker may break a stream. */
const SILENT_FAILURES = 1;

/**
 * Mirrors a collection into `sink` until `signal` fires: list, then watch from the list's version; a broken watch goes on
 * from the last version seen, an expired one (410) lists again, repeated failures back off (Kubernetes API concepts,
 * "Efficient detection of changes").
 */
export async function reflect<T extends Resource>(
  source: ResourceSource<T>,
  sink: ResourceSink<T>,
  options: { signal: AbortSignal; pause: Pause; clock: Clock },
): Promise<void> {
  const { signal, pause, clock } = options;
  let version: string | null = null;
  let failures = 0;
  while (!signal.aborted) {
    const startedAtMs = clock.monotonicMs();
    try {
      if (version === null) {
        const list = await source.list(signal);
        sink.replace(list.items);
        version = list.metadata.resourceVersion;
      }
      for await (const events of source.watch(version, signal)) {
        failures = 0;
        const expired = events.find((event) => event.type === 'ERROR');
        sink.apply(events);
        version = events.reduce((latest, event) => (event.type === 'ERROR' ? latest : event.object.metadata.resourceVersion), version);
        if (expired?.type === 'ERROR') throw errorFromBody(expired.object.code, expired.object);
      }
      failures = clock.monotonicMs() - startedAtMs < HEALTHY_WATCH_MS ? failures + 1 : 0;
    } catch (error) {
      if (signal.aborted) return;
      const known = RuntimeError.from(error, 'host-unavailable');
      failures = clock.monotonicMs() - startedAtMs < HEALTHY_WATCH_MS ? failures + 1 : 1;
      if (known.code === 'watch-expired') version = null;
      else if (failures > SILENT_FAILURES) sink.fail(known);
    }
    try {
      await pause(backoffMs(failures), signal);
    } catch {
      // Only an abort ends a pause early, and the loop's condition sees it.
    }
  }
}

function backoffMs(failures: number): number {
  return Math.min(BACKOFF_MAX_MS, RECONNECT_MS * 2 ** Math.max(0, failures - 1));
}
