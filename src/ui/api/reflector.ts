import type { Clock } from '../../core/clock.ts';
import { RuntimeError } from '../../core/errors.ts';
import { LIVE_RESOURCES, type LiveLine, type LiveResourceName } from '../../core/live-line.ts';
import type { Resource, WatchEvent } from '../../core/resource.ts';
import type { TrafficSample } from '../../core/traffic.ts';
import { errorFromBody } from './api-error.ts';
import type { ResourceList } from './client.ts';

/** Where the reflector reads. */
export interface LiveSource {
  list(resource: LiveResourceName, signal: AbortSignal): Promise<ResourceList<Resource>>;
  watchAll(versions: Readonly<Record<LiveResourceName, string>>, signal: AbortSignal): AsyncIterable<LiveLine[]>;
}

/** What it keeps up to date. */
export interface ResourceSink<T extends Resource> {
  replace(items: T[]): void;
  apply(events: WatchEvent<T>[]): void;
  /** Reading failed repeatedly, and is being tried again. */
  fail(error: RuntimeError): void;
  /** Reading works. */
  recover(): void;
}

/** Where everything goes that is live. */
export type LiveSinks = Readonly<Record<LiveResourceName, ResourceSink<Resource>>> & { readonly traffic: { add(samples: readonly TrafficSample[]): void } };

/** Waits; rejects when `signal` fires. Also the place to hold back while nobody looks. */
export type Pause = (delayMs: number, signal: AbortSignal) => Promise<void>;

const RECONNECT_MS = 250;
const BACKOFF_MAX_MS = 15_000;
/** A watch that lived this long was healthy: a service worker that was stopped ends it, and that is no failure. */
const HEALTHY_WATCH_MS = 2_000;
/** One failure is silent: a stopping service worker may break a stream. */
const SILENT_FAILURES = 1;

/**
 * Mirrors the collections and the traffic into `sinks` until `signal` fires: list each, then watch all through one stream
 * from the lists' versions. A broken stream goes on from the last versions seen, a collection whose version has expired
 * (410) is listed again, repeated failures back off (Kubernetes API concepts, "Efficient detection of changes").
 */
export async function reflect(source: LiveSource, sinks: LiveSinks, options: { signal: AbortSignal; pause: Pause; clock: Clock }): Promise<void> {
  const { signal, pause, clock } = options;
  const versions = new Map<LiveResourceName, string>();
  let failures = 0;
  while (!signal.aborted) {
    const startedAtMs = clock.monotonicMs();
    const failed = new Map<LiveResourceName, RuntimeError>();
    const list = async (resource: LiveResourceName): Promise<void> => {
      try {
        const { items, metadata } = await source.list(resource, signal);
        sinks[resource].replace(items);
        versions.set(resource, metadata.resourceVersion);
      } catch (error) {
        failed.set(resource, RuntimeError.from(error, 'host-unavailable'));
      }
    };
    try {
      await Promise.all(LIVE_RESOURCES.filter((resource) => !versions.has(resource)).map(list));
      if (failed.size === 0) {
        for await (const lines of source.watchAll(Object.fromEntries(versions) as Record<LiveResourceName, string>, signal)) {
          if (take(lines, sinks, versions, failed)) failures = 0;
          if (failed.size > 0) break;
        }
      }
    } catch (error) {
      for (const resource of LIVE_RESOURCES) failed.set(resource, RuntimeError.from(error, 'host-unavailable'));
    }
    if (signal.aborted) return;
    const wasHealthy = clock.monotonicMs() - startedAtMs >= HEALTHY_WATCH_MS;
    if (wasHealthy) failures = failed.size === 0 ? 0 : 1;
    else failures += 1;
    for (const [resource, error] of failed) {
      if (error.code === 'watch-expired') versions.delete(resource);
      else if (failures > SILENT_FAILURES) sinks[resource].fail(error);
    }
    try {
      await pause(backoffMs(failures), signal);
    } catch {
      // Only an abort ends a pause early, and the loop's condition sees it.
    }
  }
}

/** Hands `lines` on; returns whether there was an event that was no error. */
function take(lines: readonly LiveLine[], sinks: LiveSinks, versions: Map<LiveResourceName, string>, failed: Map<LiveResourceName, RuntimeError>): boolean {
  let hasEvents = false;
  for (const resource of LIVE_RESOURCES) {
    sinks[resource].recover();
    const events = lines.flatMap((line) => (line.resource === resource ? [line.event] : []));
    if (events.length === 0) continue;
    sinks[resource].apply(events);
    for (const event of events) {
      if (event.type === 'ERROR') failed.set(resource, errorFromBody(event.object.code, event.object));
      else {
        versions.set(resource, event.object.metadata.resourceVersion);
        hasEvents = true;
      }
    }
  }
  const samples = lines.flatMap((line) => (line.resource === 'traffic' ? [line.sample] : []));
  if (samples.length > 0) sinks.traffic.add(samples);
  return hasEvents;
}

function backoffMs(failures: number): number {
  return Math.min(BACKOFF_MAX_MS, RECONNECT_MS * 2 ** Math.max(0, failures - 1));
}
