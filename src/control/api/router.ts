import { addRoute, createRouter, findRoute } from 'rou3';
import { RuntimeError } from '../../core/errors.ts';
import { problemResponse } from '../../http/problem.ts';
import { statusAnswer } from './answers.ts';
import { getAppLog } from './app-logs.ts';
import { deleteApp, getApp, listApps, patchApp, patchAppStatus, postApp, putApp, putAppStatus } from './apps.ts';
import { postBundle } from './bundles.ts';
import { getDiagnostics, getStorage, getVersion, resetStorage } from './cluster.ts';
import { configMaps, secrets } from './configuration.ts';
import type { ApiDependencies, ApiHandler } from './context.ts';
import { deleteContainer, deleteKeyValueStore, getContainer, getKeyValueStore } from './data.ts';
import { getNode, getPod, listNodes, listPods } from './live.ts';
import { deleteModule, getModule, listModules, postModule } from './modules.ts';
import { getOriginMode, getOrigins } from './origins.ts';
import { APPS, type ApiResource, NODES, PODS, type StatusSubject, VOLUMES } from './status.ts';
import { getRequest, getTraffic, listRequests } from './traffic.ts';
import { deleteFile, deleteVolume, getFile, getVolume, listVolumes, postFiles, postVolume, putFile } from './volumes.ts';
import { watchAll } from './watch-all.ts';

type Methods = Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', ApiHandler>>;
interface ApiRoute {
  methods: Methods;
  /** null outside the Kubernetes-shaped part. */
  resource: ApiResource | null;
}

const APPS_PATH = '/apis/swerve.dev/v1/namespaces/:namespace/apps';
const VOLUMES_PATH = '/apis/swerve.dev/v1/namespaces/:namespace/volumes';

const routes = createRouter<ApiRoute>();
const route = (path: string, resource: ApiResource | null, methods: Methods): void => addRoute(routes, '', path, { methods, resource });
route('/modules', null, { GET: listModules, POST: postModule });
route('/modules/:digest', null, { GET: getModule, DELETE: deleteModule });
route('/version', null, { GET: getVersion });
route('/traffic', null, { GET: getTraffic });
route('/origins', null, { GET: getOrigins });
route('/origins/mode', null, { GET: getOriginMode });
route('/diagnostics', null, { GET: getDiagnostics });
route('/watch', null, { GET: watchAll });
route('/storage', null, { GET: getStorage, DELETE: resetStorage });
route('/storage/keyvalue/:namespace/:name', null, { GET: getKeyValueStore, DELETE: deleteKeyValueStore });
route('/storage/blobs/:namespace/:name', null, { GET: getContainer, DELETE: deleteContainer });
route('/apis/swerve.dev/v1/bundles', null, { POST: postBundle });
route('/apis/swerve.dev/v1/apps', APPS, { GET: listApps });
route(APPS_PATH, APPS, { GET: listApps, POST: postApp });
route(`${APPS_PATH}/:name`, APPS, { GET: getApp, PUT: putApp, PATCH: patchApp, DELETE: deleteApp });
route(`${APPS_PATH}/:name/status`, APPS, { GET: getApp, PUT: putAppStatus, PATCH: patchAppStatus });
route(`${APPS_PATH}/:name/log`, APPS, { GET: getAppLog });
route(`${APPS_PATH}/:name/requests`, APPS, { GET: listRequests });
route(`${APPS_PATH}/:name/requests/:id`, null, { GET: getRequest });
for (const { resource, list, post, get, put, patch, delete: remove } of [configMaps, secrets]) {
  const path = `/api/v1/namespaces/:namespace/${resource.plural}`;
  route(`/api/v1/${resource.plural}`, resource, { GET: list });
  route(path, resource, { GET: list, POST: post });
  route(`${path}/:name`, resource, { GET: get, PUT: put, PATCH: patch, DELETE: remove });
}
route('/apis/swerve.dev/v1/volumes', VOLUMES, { GET: listVolumes });
route(VOLUMES_PATH, VOLUMES, { GET: listVolumes, POST: postVolume });
route(`${VOLUMES_PATH}/:name`, VOLUMES, { GET: getVolume, DELETE: deleteVolume });
route(`${VOLUMES_PATH}/:name/files`, null, { GET: getFile, POST: postFiles });
route(`${VOLUMES_PATH}/:name/files/**:path`, null, { GET: getFile, PUT: putFile, DELETE: deleteFile });
route('/api/v1/nodes', NODES, { GET: listNodes });
route('/api/v1/nodes/:name', NODES, { GET: getNode });
route('/api/v1/pods', PODS, { GET: listPods });
route('/api/v1/namespaces/:namespace/pods', PODS, { GET: listPods });
route('/api/v1/namespaces/:namespace/pods/:name', PODS, { GET: getPod });

/**
 * Answers one request to the API. `base` is the absolute path of the API, `/_swerve/` or `/sub/_swerve/`; `path` what follows
 * it in the address, without the query: `apis/swerve.dev/v1/apps`. Never rejects: errors are Kubernetes Status objects under `apis/` and `api/`, and problem
 * documents (RFC 9457) elsewhere. Who may call the API is for the caller to decide beforehand.
 */
export async function handleApi(request: Request, base: string, path: string, dependencies: ApiDependencies): Promise<Response> {
  const isKubernetes = /^apis?(\/|$)/.test(path);
  const isHead = request.method === 'HEAD';
  let subject: StatusSubject | null = null;
  try {
    const found = findRoute(routes, '', `/${path.replace(/\/$/, '')}`);
    if (!found) throw new RuntimeError('route-not-found', `there is no API at /_swerve/${path}; docs/api.md lists what there is`);
    const params = decodeParams(found.params ?? {});
    const { methods, resource } = found.data;
    if (resource) subject = { resource, name: params['name'] ?? '' };
    const allow = allowed(methods);
    if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: { allow: allow.join(', ') } });
    const method = isHead ? 'GET' : request.method;
    const handler = Object.hasOwn(methods, method) ? methods[method as keyof Methods] : undefined;
    if (!handler) throw new RuntimeError('method-not-allowed', `${request.method} is not allowed here; allowed: ${allow.join(', ')}`, { details: { allow } });
    const response = await handler({ request, path, base, params, query: new URL(request.url).searchParams, dependencies });
    return isHead ? await withoutBody(response) : response;
  } catch (thrown) {
    const error = RuntimeError.from(thrown);
    if (error.code === 'internal') console.error('swerve: an API request failed', error);
    if (!isKubernetes) return problemResponse(error, { html: false, head: isHead });
    const answer = statusAnswer(error, subject);
    return isHead ? await withoutBody(answer) : answer;
  }
}

function allowed(methods: Methods): string[] {
  const names = Object.keys(methods);
  return [...names, ...(names.includes('GET') ? ['HEAD'] : []), 'OPTIONS'];
}

function decodeParams(params: Record<string, string>): Record<string, string> {
  try {
    return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch (error) {
    throw new RuntimeError('request-invalid', 'the address is not validly percent-encoded', { cause: error });
  }
}

/** A watch or a followed log would otherwise run on unread. */
async function withoutBody(response: Response): Promise<Response> {
  await response.body?.cancel();
  return new Response(null, { status: response.status, headers: response.headers });
}
