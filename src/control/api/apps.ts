import { APP_API_VERSION, type App } from '../../core/app.ts';
import { RuntimeError } from '../../core/errors.ts';
import { grantedNames } from '../../core/grants.ts';
import { type AppTarget, parseApp, parseAppStatus } from '../app-input.ts';
import { appKey, createApp, readApp, replaceApp, replaceAppStatus } from '../app-writes.ts';
import { grantWarnings } from '../grants.ts';
import { mergePatch } from '../merge-patch.ts';
import type { WatchSource } from '../watch-events.ts';
import { json, warningHeader } from './answers.ts';
import { mediaType, readJson } from './body.ts';
import type { ApiContext } from './context.ts';
import { APPS, deletedStatus } from './status.ts';
import { listOrWatch } from './watch.ts';

const MERGE_PATCH_TYPE = 'application/merge-patch+json';

/** GET `…/apps` and `…/namespaces/:namespace/apps`: list or watch. @throws RuntimeError `request-invalid` */
export function listApps(context: ApiContext): Promise<Response> {
  return listOrWatch(context, appsSource(context, context.params['namespace'] ?? null));
}

/** The Apps of `namespace`, or of all for null. */
export function appsSource({ dependencies }: ApiContext, namespace: string | null): WatchSource {
  const { resources, changes } = dependencies.store;
  return {
    apiVersion: APP_API_VERSION,
    kind: 'App',
    list: () => resources.list<App>('App', namespace),
    async changesSince(resourceVersion) {
      const since = await resources.changesSince<App>('App', resourceVersion);
      if (namespace === null) return since;
      return { ...since, changes: since.changes.filter(({ object }) => object.metadata.namespace === namespace) };
    },
    subscribe: (wake) =>
      changes.subscribe((message) => {
        if (message.type === 'resources') wake();
      }),
  };
}

/** POST `…/namespaces/:namespace/apps`: 201 and the App as stored. @throws RuntimeError `request-invalid`, `resource-invalid`, `resource-exists`, `media-type-unsupported` and others */
export async function postApp(context: ApiContext): Promise<Response> {
  const { params, base, request, dependencies } = context;
  const body = await readJson(request);
  const input = parseApp(body, { namespace: params['namespace'] ?? '', name: null });
  if (input.resourceVersion !== '') throw new RuntimeError('request-invalid', 'resourceVersion should not be set on objects to be created; leave it out');
  const app = await createApp(dependencies, input, isDryRun(context));
  const { namespace, name } = app.metadata;
  return json(app, 201, { location: `${base}apis/swerve.dev/v1/namespaces/${namespace}/apps/${name}`, ...(await warningsOf(context, app)) });
}

/** GET `…/apps/:name`, and its status subresource: the whole App. @throws RuntimeError `resource-not-found` */
export async function getApp({ params, dependencies }: ApiContext): Promise<Response> {
  return json(await readApp(dependencies, appKey(params['namespace'] ?? '', params['name'] ?? '')));
}

/** PUT `…/apps/:name`: replaces all that clients write. With `metadata.resourceVersion` only from that state. */
export async function putApp(context: ApiContext): Promise<Response> {
  const target = targetOf(context);
  const input = parseApp(await readJson(context.request), target);
  const app = await replaceApp(context.dependencies, appKey(target.namespace, target.name), () => input, isDryRun(context));
  return json(app, 200, await warningsOf(context, app));
}

/** PATCH `…/apps/:name` with a JSON merge patch (RFC 7386). A resourceVersion in the patch is a precondition. */
export async function patchApp(context: ApiContext): Promise<Response> {
  const target = targetOf(context);
  const patch = await readPatch(context);
  const next = (current: App) => parseApp(patched(current, patch), target);
  const app = await replaceApp(context.dependencies, appKey(target.namespace, target.name), next, isDryRun(context));
  return json(app, 200, await warningsOf(context, app));
}

/** PUT `…/apps/:name/status`: only the status of the body counts. */
export async function putAppStatus(context: ApiContext): Promise<Response> {
  const target = targetOf(context);
  const body = asObject(await readJson(context.request), 'the body must be a JSON object: an App with a status');
  const next = () => ({ status: parseAppStatus(body['status'], target.name), ...preconditionsOf(body) });
  return json(await replaceAppStatus(context.dependencies, appKey(target.namespace, target.name), next, isDryRun(context)));
}

/** PATCH `…/apps/:name/status` with a JSON merge patch; only what it does to the status counts. */
export async function patchAppStatus(context: ApiContext): Promise<Response> {
  const target = targetOf(context);
  const patch = await readPatch(context);
  const next = (current: App) => ({ status: parseAppStatus(patched(current, patch)['status'], target.name), ...preconditionsOf(patch) });
  return json(await replaceAppStatus(context.dependencies, appKey(target.namespace, target.name), next, isDryRun(context)));
}

/** DELETE `…/apps/:name`, with the preconditions of a DeleteOptions body: 200 and a Status that says which App is gone. @throws RuntimeError `resource-not-found`, `resource-conflict` */
export async function deleteApp(context: ApiContext): Promise<Response> {
  const { namespace, name } = targetOf(context);
  const { resources, logs } = context.dependencies.store;
  const body = await readJson(context.request);
  const options = body === undefined ? {} : asObject(body, 'the body of a DELETE must be DeleteOptions, or empty');
  const preconditions = asObject(options['preconditions'] ?? {}, 'preconditions must be an object');
  const wanted = { ...textMember(preconditions, 'uid'), ...textMember(preconditions, 'resourceVersion') };
  const key = appKey(namespace, name);
  if (isDryRun(context) || isAll(options['dryRun'])) {
    const app = await readApp(context.dependencies, key);
    return json(deletedStatus({ resource: APPS, name }, app.metadata.uid));
  }
  const app = await resources.delete<App>(key, wanted);
  // The App is gone whatever becomes of its log: what stays is swept by the controller.
  await logs.delete(namespace, name).catch(() => {});
  return json(deletedStatus({ resource: APPS, name }, app.metadata.uid));
}

/** What the writer of `app` should know, as kubectl shows it: grants that its module does not import. */
async function warningsOf({ dependencies }: ApiContext, { spec }: App): Promise<Record<string, string>> {
  if (grantedNames(spec.capabilities).length === 0) return {};
  const module = await dependencies.store.modules.get(spec.source.digest);
  return module === null ? {} : warningHeader(grantWarnings(spec.capabilities, module));
}

function targetOf({ params }: ApiContext): AppTarget & { name: string } {
  return { namespace: params['namespace'] ?? '', name: params['name'] ?? '' };
}

/** `current` after the patch. What the patch does not name is no precondition: a retry must not fail on the version that it read itself. */
function patched(current: App, patch: Record<string, unknown>): Record<string, unknown> {
  const { resourceVersion: _version, uid: _uid, ...metadata } = current.metadata;
  return mergePatch({ ...current, metadata }, patch) as Record<string, unknown>;
}

async function readPatch({ request }: ApiContext): Promise<Record<string, unknown>> {
  const type = mediaType(request);
  if (type !== MERGE_PATCH_TYPE) {
    throw new RuntimeError(
      'media-type-unsupported',
      `the patch format ${type || '(none)'} is not supported by swerve.dev/v1, Kind=App; send a JSON merge patch as ${MERGE_PATCH_TYPE}`,
      { details: { type } },
    );
  }
  return asObject(await readJson(request, { types: [MERGE_PATCH_TYPE] }), 'the patch must be a JSON object');
}

function preconditionsOf(body: Record<string, unknown>): { uid: string; resourceVersion: string } {
  const metadata = asObject(body['metadata'] ?? {}, 'metadata must be an object');
  return { uid: '', resourceVersion: '', ...textMember(metadata, 'uid'), ...textMember(metadata, 'resourceVersion') };
}

function textMember<K extends string>(object: Record<string, unknown>, key: K): { [P in K]?: string } {
  const value = object[key];
  if (value === undefined || value === null) return {};
  if (typeof value !== 'string') throw new RuntimeError('request-invalid', `${key} must be a string`);
  return { [key]: value } as { [P in K]?: string };
}

function asObject(value: unknown, rule: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new RuntimeError('request-invalid', rule);
}

/** Whether nothing is to be stored. @throws RuntimeError `request-invalid` for a dryRun other than `All` */
export function isDryRun({ query }: ApiContext): boolean {
  const dryRun = query.get('dryRun');
  if (dryRun === null || dryRun === '') return false;
  if (dryRun === 'All') return true;
  throw new RuntimeError('request-invalid', `invalid dryRun "${dryRun}": the only value is All`);
}

function isAll(dryRun: unknown): boolean {
  return Array.isArray(dryRun) && dryRun.includes('All');
}
