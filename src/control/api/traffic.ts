import { RuntimeError } from '../../core/errors.ts';
import type { TrafficSample } from '../../core/traffic.ts';
import type { ResourceKey } from '../../store/resources.ts';
import { appKey, readApp } from '../app-writes.ts';
import type { LiveRequest } from '../live-traffic.ts';
import { Waker } from '../waker.ts';
import { json, NDJSON_TYPE, streamed } from './answers.ts';
import type { ApiContext, ApiDependencies } from './context.ts';
import { isTrue } from './watch.ts';

/** A watch tells of a request at most this often. */
const COALESCE_MS = 100;
/** A watch looks at least this often, hint or no hint. */
const POLL_MS = 30_000;

/** GET `traffic`: the samples that are kept, oldest first. */
export async function getTraffic({ dependencies }: ApiContext): Promise<Response> {
  return json({ items: dependencies.traffic.samples() });
}

/** GET `…/apps/:name/requests`: the App's last requests, newest first; with `?watch=1` NDJSON of each whenever it changed. @throws RuntimeError `resource-not-found` */
export async function listRequests(context: ApiContext): Promise<Response> {
  const { uid } = (await readApp(context.dependencies, keyOf(context))).metadata;
  const { traffic } = context.dependencies;
  if (!isTrue(context.query, 'watch')) {
    return json({
      items: traffic
        .requests(uid)
        .reverse()
        .map((request) => request.record()),
    });
  }
  return streamed(NDJSON_TYPE, context.request, async function* (signal) {
    for await (const requests of changedRequests(context, uid, signal)) yield requests.map((request) => `${JSON.stringify(request.record())}\n`).join('');
  });
}

/** GET `…/apps/:name/requests/:id`: one request with its headers and the beginnings of its bodies. @throws RuntimeError `resource-not-found` */
export async function getRequest({ params, dependencies }: ApiContext): Promise<Response> {
  const { namespace, name, id = '' } = params;
  const detail = dependencies.traffic.request(id)?.detail();
  if (detail?.namespace !== namespace || detail?.app !== name) {
    throw new RuntimeError('resource-not-found', 'this request is no longer kept: only the last ones are, and none when the browser stops the service worker');
  }
  return json(detail);
}

/** The samples that are kept, then each new one, until `signal` fires. */
export async function* trafficSamples({ traffic, clock, timers }: ApiDependencies, signal: AbortSignal): AsyncGenerator<TrafficSample, void, void> {
  const waker = new Waker(timers);
  let fresh: TrafficSample[] = [];
  const unsubscribe = traffic.onSample((sample) => {
    fresh.push(sample);
    waker.wake();
  });
  try {
    const kept = [...traffic.samples()];
    // What closed the interval just now was told to the listener too.
    fresh = [];
    yield* kept;
    // Who saw requests under way before the service worker was stopped learns that they are gone.
    if (kept.length === 0) yield { atMs: clock.nowMs(), apps: [] };
    while (!signal.aborted) {
      const next = fresh;
      fresh = [];
      yield* next;
      await waker.wait(POLL_MS, signal);
    }
  } finally {
    unsubscribe();
  }
}

/** The requests that are kept, oldest first, then those that changed, until the App is gone or `signal` fires. */
async function* changedRequests(context: ApiContext, uid: string, signal: AbortSignal): AsyncGenerator<LiveRequest[], void, void> {
  const { traffic, store, timers } = context.dependencies;
  const waker = new Waker(timers);
  const changed = new Set<LiveRequest>();
  let mayBeGone = false;
  const unsubscribe = traffic.onRequest(uid, (request) => {
    changed.add(request);
    waker.wake();
  });
  const stopListening = store.changes.subscribe((message) => {
    if (message.type !== 'resources') return;
    mayBeGone = true;
    waker.wake();
  });
  try {
    const kept = traffic.requests(uid);
    if (kept.length > 0) yield kept;
    while (!signal.aborted) {
      if (changed.size > 0) {
        const batch = [...changed];
        changed.clear();
        yield batch;
        // Nobody wakes this one: what changes meanwhile is told together.
        await new Waker(timers).wait(COALESCE_MS, signal);
      }
      if (mayBeGone) {
        mayBeGone = false;
        if ((await store.resources.get(keyOf(context)))?.metadata.uid !== uid) return;
      }
      if (changed.size === 0) await waker.wait(POLL_MS, signal);
    }
  } finally {
    unsubscribe();
    stopListening();
  }
}

function keyOf({ params }: ApiContext): ResourceKey {
  return appKey(params['namespace'] ?? '', params['name'] ?? '');
}
