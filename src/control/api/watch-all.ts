import { LIVE_RESOURCES, type LiveLine, type LiveResourceName } from '../../core/live-line.ts';
import type { Resource, WatchEvent } from '../../core/resource.ts';
import { merge, type Source } from '../merge.ts';
import { type WatchSource, watchEvents } from '../watch-events.ts';
import { NDJSON_TYPE, streamed } from './answers.ts';
import { appsSource } from './apps.ts';
import type { ApiContext } from './context.ts';
import { liveSource } from './live.ts';
import { trafficSamples } from './traffic.ts';
import { isTrue, watchOptionsOf } from './watch.ts';

const SOURCES: Readonly<Record<LiveResourceName, (context: ApiContext) => WatchSource>> = {
  apps: (context) => appsSource(context, null),
  pods: (context) => liveSource(context, 'Pod', null),
  nodes: (context) => liveSource(context, 'Node', null),
};

/**
 * GET `watch`: everything that the query names, in one stream of NDJSON: watches from the versions that `apps`, `pods` and
 * `nodes` give, and with `traffic` the samples. One request instead of four: see docs/decisions/0010-one-stream.md.
 * @throws RuntimeError `request-invalid`
 */
export async function watchAll(context: ApiContext): Promise<Response> {
  const { query, request, dependencies } = context;
  const sources: Source<LiveLine>[] = LIVE_RESOURCES.filter((resource) => query.has(resource)).map((resource) => {
    const source = SOURCES[resource](context);
    const options = watchOptionsOf(query, resource);
    return async function* (signal) {
      for await (const event of watchEvents(source, options, dependencies.timers, signal)) yield { resource, event: event as WatchEvent<Resource> };
    };
  });
  if (isTrue(query, 'traffic')) {
    sources.push(async function* (signal) {
      for await (const sample of trafficSamples(dependencies, signal)) yield { resource: 'traffic', sample };
    });
  }
  const { timeoutMs } = watchOptionsOf(query, 'apps');
  return streamed(NDJSON_TYPE, request, async function* (signal) {
    const over = new AbortController();
    const cancelTimeout = timeoutMs === null ? () => {} : dependencies.timers.after(timeoutMs, () => over.abort());
    try {
      for await (const lines of merge(sources, AbortSignal.any([signal, over.signal]))) yield lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    } finally {
      cancelTimeout();
    }
  });
}
