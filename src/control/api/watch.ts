import { RuntimeError } from '../../core/errors.ts';
import type { Resource } from '../../core/resource.ts';
import { selectorOf } from '../selectors.ts';
import { type WatchOptions, type WatchSource, watchEvents } from '../watch-events.ts';
import { JSON_TYPE, json, streamed } from './answers.ts';
import type { ApiContext } from './context.ts';

/** A GET of a collection: its list, or with `?watch=1` the stream of its events. @throws RuntimeError `request-invalid` */
export async function listOrWatch(context: ApiContext, source: WatchSource): Promise<Response> {
  const { query } = context;
  const matches = selectorOf(query);
  if (isTrue(query, 'watch')) return watch(context, source);
  const { items, resourceVersion } = await source.list();
  const selected = items.filter(({ metadata: { name, namespace, labels = {} } }: Resource) => matches({ name, namespace, labels }));
  return json({ apiVersion: source.apiVersion, kind: `${source.kind}List`, metadata: { resourceVersion }, items: selected });
}

function watch({ query, request, dependencies }: ApiContext, source: WatchSource): Response {
  const options = watchOptionsOf(query, 'resourceVersion');
  return streamed(JSON_TYPE, request, async function* (signal) {
    for await (const event of watchEvents(source, options, dependencies.timers, signal)) yield `${JSON.stringify(event)}\n`;
  });
}

/** What the query says of a watch; `versionParameter` names the one that says where to start. @throws RuntimeError `request-invalid` */
export function watchOptionsOf(query: URLSearchParams, versionParameter: string): WatchOptions {
  const resourceVersion = query.get(versionParameter) ?? '';
  if (!/^\d*$/.test(resourceVersion)) {
    throw new RuntimeError('request-invalid', `invalid ${versionParameter} "${resourceVersion}": take it from metadata.resourceVersion of a list or an object`);
  }
  const timeoutSeconds = query.get('timeoutSeconds');
  if (timeoutSeconds !== null && !/^\d+$/.test(timeoutSeconds)) {
    throw new RuntimeError('request-invalid', `invalid timeoutSeconds "${timeoutSeconds}": must be a whole number`);
  }
  return {
    matches: selectorOf(query),
    resourceVersion,
    allowBookmarks: isTrue(query, 'allowWatchBookmarks'),
    sendInitialEvents: isTrue(query, 'sendInitialEvents'),
    timeoutMs: timeoutSeconds === null || timeoutSeconds === '0' ? null : Number(timeoutSeconds) * 1000,
  };
}

/** True for `1`, `true` and the bare name, as Kubernetes reads booleans in a query. */
export function isTrue(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value !== '0' && value !== 'false';
}
