import type { ConfigurationKind, StoredConfiguration } from '../../core/configuration.ts';
import { RuntimeError } from '../../core/errors.ts';
import type { Resource } from '../../core/resource.ts';
import { parseConfiguration } from '../configuration-input.ts';
import { createConfiguration, deleteConfiguration, readConfiguration, replaceConfiguration, toConfigurationObject } from '../configuration-writes.ts';
import { mergePatch } from '../merge-patch.ts';
import { asObject } from '../metadata-input.ts';
import type { WatchSource } from '../watch-events.ts';
import { json } from './answers.ts';
import { mediaType, readJson } from './body.ts';
import type { ApiContext, ApiHandler } from './context.ts';
import { type ApiResource, CONFIG_MAPS, deletedStatus, SECRETS } from './status.ts';
import { listOrWatch } from './watch.ts';

const MERGE_PATCH_TYPE = 'application/merge-patch+json';
/** What kubectl sends for kinds that it knows. These two hold maps of text alone, where it means the same unless it carries directives. */
const STRATEGIC_MERGE_PATCH_TYPE = 'application/strategic-merge-patch+json';

/** The handlers of one kind, for the router. */
export interface ConfigurationHandlers {
  readonly resource: ApiResource;
  readonly list: ApiHandler;
  readonly post: ApiHandler;
  readonly get: ApiHandler;
  readonly put: ApiHandler;
  readonly patch: ApiHandler;
  readonly delete: ApiHandler;
}

/** ConfigMaps: `api/v1/…/configmaps`. */
export const configMaps: ConfigurationHandlers = handlersOf('ConfigMap', CONFIG_MAPS);
/** Secrets: `api/v1/…/secrets`. Their values are masked in every answer. */
export const secrets: ConfigurationHandlers = handlersOf('Secret', SECRETS);

function handlersOf(kind: ConfigurationKind, resource: ApiResource): ConfigurationHandlers {
  const keyOf = ({ params }: ApiContext) => ({ kind, namespace: params['namespace'] ?? '', name: params['name'] ?? '' });
  const answer = (stored: StoredConfiguration, status = 200, headers = {}) => json(toConfigurationObject(stored), status, headers);
  return {
    resource,
    list: (context) => listOrWatch(context, sourceOf(context, kind)),

    async post(context) {
      const { params, base, request, dependencies, query } = context;
      const input = parseConfiguration(kind, await readJson(request), { namespace: params['namespace'] ?? '', name: null });
      if (input.resourceVersion !== '') throw new RuntimeError('request-invalid', 'resourceVersion should not be set on objects to be created; leave it out');
      const stored = await createConfiguration(dependencies, input, isDryRun(query));
      const { namespace, name } = stored.metadata;
      return answer(stored, 201, { location: `${base}api/v1/namespaces/${namespace}/${resource.plural}/${name}` });
    },

    get: async (context) => answer(await readConfiguration(context.dependencies, keyOf(context))),

    async put(context) {
      const key = keyOf(context);
      const input = parseConfiguration(kind, await readJson(context.request), key);
      return answer(await replaceConfiguration(context.dependencies, key, () => input, isDryRun(context.query)));
    },

    async patch(context) {
      const key = keyOf(context);
      const patch = await readPatch(context.request, kind);
      const next = (current: StoredConfiguration) => {
        // A precondition is what the patch says, not what it was applied to.
        const { resourceVersion: _version, uid: _uid, ...metadata } = current.metadata;
        return parseConfiguration(kind, mergePatch({ ...toConfigurationObject(current), metadata }, patch), key);
      };
      return answer(await replaceConfiguration(context.dependencies, key, next, isDryRun(context.query)));
    },

    async delete(context) {
      const key = keyOf(context);
      const options = asObject((await readJson(context.request)) ?? {});
      const preconditions = asObject(options?.['preconditions'] ?? {});
      if (options === null || preconditions === null) throw new RuntimeError('request-invalid', 'the body of a DELETE must be DeleteOptions, or empty');
      const { uid, resourceVersion } = preconditions;
      const wanted = { ...(typeof uid === 'string' && { uid }), ...(typeof resourceVersion === 'string' && { resourceVersion }) };
      const isDry = isDryRun(context.query) || (Array.isArray(options['dryRun']) && options['dryRun'].includes('All'));
      const gone = isDry ? await readConfiguration(context.dependencies, key) : await deleteConfiguration(context.dependencies, key, wanted);
      return json(deletedStatus({ resource, name: key.name }, gone.metadata.uid));
    },
  };
}

/** The objects of `kind` in the namespace of the address, or in all. */
function sourceOf({ params, dependencies }: ApiContext, kind: ConfigurationKind): WatchSource {
  const { resources, changes } = dependencies.store;
  const namespace = params['namespace'] ?? null;
  const shown = (stored: StoredConfiguration) => toConfigurationObject(stored) as unknown as Resource;
  return {
    apiVersion: 'v1',
    kind,
    async list() {
      const { items, resourceVersion } = await resources.list<StoredConfiguration>(kind, namespace);
      return { items: items.map(shown), resourceVersion };
    },
    async changesSince(from) {
      const { changes, resourceVersion } = await resources.changesSince<StoredConfiguration>(kind, from);
      const wanted = changes.filter(({ object }) => namespace === null || object.metadata.namespace === namespace);
      return { changes: wanted.map((change) => ({ ...change, object: shown(change.object) })), resourceVersion };
    },
    subscribe: (wake) =>
      changes.subscribe((message) => {
        if (message.type === 'resources') wake();
      }),
  };
}

async function readPatch(request: Request, kind: ConfigurationKind): Promise<Record<string, unknown>> {
  const type = mediaType(request);
  if (type !== MERGE_PATCH_TYPE && type !== STRATEGIC_MERGE_PATCH_TYPE) {
    throw new RuntimeError('media-type-unsupported', `the patch format ${type || '(none)'} is not supported by v1, Kind=${kind}; send ${MERGE_PATCH_TYPE}`, {
      details: { type },
    });
  }
  const patch = asObject(await readJson(request, { types: [type] }));
  if (patch === null) throw new RuntimeError('request-invalid', 'the patch must be a JSON object');
  if (type === STRATEGIC_MERGE_PATCH_TYPE && hasDirective(patch)) {
    throw new RuntimeError('media-type-unsupported', `patches with directives ("$patch", "$retainKeys") are not supported by v1, Kind=${kind}`, {
      details: { type },
    });
  }
  return patch;
}

function hasDirective(value: unknown): boolean {
  const object = asObject(value);
  return object !== null && Object.entries(object).some(([key, member]) => key.startsWith('$') || hasDirective(member));
}

/** @throws RuntimeError `request-invalid` for a dryRun other than `All` */
function isDryRun(query: URLSearchParams): boolean {
  const dryRun = query.get('dryRun') ?? '';
  if (dryRun === '' || dryRun === 'All') return dryRun === 'All';
  throw new RuntimeError('request-invalid', `invalid dryRun "${dryRun}": the only value is All`);
}
