/// <reference lib="webworker" />
/**
 * Realm: service worker, the ingress of the cluster. Answers every request of the origin: the API and the panel under
 * `<base>_swerve/`, the routes of Apps everywhere else. The browser may stop it at any moment and starts it at the next
 * request: what it holds in memory is rebuilt from IndexedDB and from the windows, which announce themselves when asked.
 * Guest code never runs here.
 */

import type { ApiDependencies } from '../control/api/context.ts';
import { handleApi } from '../control/api/router.ts';
import { LiveResources } from '../control/live-resources.ts';
import { systemTimers } from '../control/timers.ts';
import type { App } from '../core/app.ts';
import type { AppPlace } from '../core/app-origin.ts';
import type { Release } from '../core/changelog.ts';
import { systemClock } from '../core/clock.ts';
import { SYSTEM_PREFIX } from '../core/deployment.ts';
import { RuntimeError } from '../core/errors.ts';
import { hostScriptAllowed } from '../http/content-security-policy.ts';
import { notFoundPage, wantsHtml } from '../http/problem.ts';
import type { AppTarget } from '../ingress/app-pool.ts';
import { Cluster } from '../ingress/cluster.ts';
import { AppDestination } from '../ingress/destination.ts';
import { HOST_WAIT_MS } from '../ingress/dispatch.ts';
import type { HostLink } from '../ingress/host-link.ts';
import { Ingress } from '../ingress/ingress.ts';
import { TrafficLog } from '../ingress/traffic-log.ts';
import { FRAME_PATH } from '../protocol/app-origin.ts';
import { LINES_PATH } from '../protocol/line-mailbox.ts';
import { isAnnouncement, type LineAnswer, type ToHost, type ToServiceWorker } from '../protocol/sw-host.ts';
import type { BuildNews, BuildStored, FromPanel } from '../protocol/sw-panel.ts';
import { transpilerName } from '../protocol/transpiler.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import { createStore } from '../store/store.ts';
import { canSuspend } from '../wasi/jspi.ts';
import { PREVIEW1_MODULE, preview1Support } from '../wasi/preview1/imports.ts';
import { judgeImport } from '../wasi/preview2/imports.ts';
import type { ImportJudge } from '../wasm/import-judge.ts';
import { sniffModule } from '../wasm/sniff.ts';
import { AppDirectory } from './app-directory.ts';
import { AppOrigins, methodNotAllowed, movedTo } from './app-origins.ts';
import { activateAssets, areAssetsComplete, buildFile, completeAssets, installAssets } from './assets.ts';
import { markFirstPanels, markPanel, mayUseApi } from './client-guard.ts';
import { ClusterCalls } from './cluster-calls.ts';
import { Cookies } from './cookies.ts';
import { noteHostScript } from './host-script-note.ts';
import { answerLine } from './lines.ts';
import { liveView } from './live-view.ts';
import { OriginLines, refusalAt } from './origin-lines.ts';
import { SHARE_PATH, SharedFiles } from './shared-files.ts';
import { viewStorage } from './storage-view.ts';
import { askWindows, markHostless, waitHostGone } from './windows.ts';

declare const self: ServiceWorkerGlobalScope;
/** The newest entries of CHANGELOG.md, put here by the build (vite.config.ts). */
declare const __SWERVE_RELEASES__: readonly Release[];

const VERSION = '0.1.0';
const HOST_WAIT_AT_START_MS = 300;
const base = new URL(self.registration.scope);
const panelUrl = new URL(SYSTEM_PREFIX, base).href;
const store = createStore();
const cookies = new Cookies(store.cookies, () => cluster.chooseHost());
const sharedFiles = new SharedFiles(base);

const importJudge: ImportJudge = {
  core: (module, name) => (module === PREVIEW1_MODULE ? preview1Support(name) : 'unknown'),
  component: judgeImport,
};

const cluster = new Cluster({
  askWindows,
  waitHostGone,
  onDocumentCookies: (url, list) => cookies.learn(url, list),
  onCalls: (caller, port) => clusterCalls.serve(caller, port),
  targetOf: (uid) => directory.targetOf(uid),
});
const traffic = new TrafficLog();
const directory = new AppDirectory(store, base, () => {
  cluster.reconcile();
  originLines.changed();
});
directory.index.subscribe(({ before, after }) => {
  if (before !== null && after === null) traffic.forget(before.metadata.uid);
});
const hostScriptUrl = new URL(`${SYSTEM_PREFIX}host.js`, base).href;
const destinations = { cluster, traffic, noteHostScript: (app: App, reason: string | null) => void noteHostScript(store.resources, app, reason) };
const origins = new AppOrigins(store.origins, base, directory);
const originLines = new OriginLines({
  destinations,
  resolve: async (request) => {
    const match = await origins.match(request);
    return { match, target: await requireTarget(match.app) };
  },
  askForHold: () => cluster.chooseHost()?.post({ type: 'hold' }),
});
const clusterCalls = new ClusterCalls({
  destinations,
  find: (namespace, name) => directory.find(namespace, name),
  requireTarget: (app) => requireTarget(app),
  targetOf: (uid) => directory.targetOf(uid),
  problem: (error, isHead) => ingress.problem(error, false, isHead),
});
const ingress = new Ingress({
  windows: {
    canServe: async (waitMs) => (await cluster.findHost(waitMs)) !== null,
    hasStayingHost: () => cluster.hasStayingHost(),
    goneSignal: (clientId) => cluster.goneSignal(clientId),
  },
  base,
  hostScriptUrl,
  panelUrl,
  kept: store.keptRequests,
  traces: traffic,
  cookies,
  resolve: async (request) => {
    const found = await directory.match(request);
    const target = found?.type === 'match' ? directory.targetOf(found.app.metadata.uid) : null;
    return found?.type === 'match' && target ? new AppDestination(destinations, found, target) : null;
  },
  hostScriptAllowed: (policy, documentUrl) => hostScriptAllowed(policy === null ? [] : [policy], hostScriptUrl, documentUrl),
});

const api: ApiDependencies = {
  store,
  base,
  apps: directory.index,
  clock: systemClock,
  timers: systemTimers,
  live: new LiveResources(liveView(cluster), systemClock, VERSION),
  traffic,
  sniff: (bytes) => sniffModule(bytes, importJudge),
  transpile: async (component) => {
    const host = await cluster.findHost(HOST_WAIT_MS);
    if (!host) throw new RuntimeError('host-unavailable', 'a component is made runnable in a tab, and none is open; open the panel and upload it again');
    return host.transpile(component);
  },
  transpiler: transpilerName({ jspi: canSuspend() }),
  storage: viewStorage,
  diagnostics: () => ({ ...cluster.figures(), ...ingress.figures(), ...originLines.figures() }),
  reset: () => cookies.forgetWith(() => store.erase()),
  version: VERSION,
};

self.addEventListener('install', (event) => {
  // Pages that Apps serve can register this very script for a narrower scope: the panel would get a worker that takes `_swerve/` for its base.
  const own = new URL('./', self.location.href).href;
  const refusal = new Error(`this service worker serves ${own} and cannot be installed for ${base.href} alone`);
  event.waitUntil(base.href === own ? installAssets(event, base) : Promise.reject(refusal));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    activateAssets(base)
      .then(() => markFirstPanels(base))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('message', (event: ExtendableMessageEvent) => {
  const message = event.data as ToServiceWorker | FromPanel;
  if (message?.type === 'skip-waiting') void self.skipWaiting();
  if (message?.type === 'changes') event.ports[0]?.postMessage({ version: VERSION, releases: __SWERVE_RELEASES__ } satisfies BuildNews);
  if (message?.type === 'complete') event.waitUntil(complete(event.ports[0]));
  if (message?.type === 'hold') event.waitUntil(originLines.idle());
  if (message?.type === 'connect-origin') event.waitUntil(connectOrigin(event, message));
  if (isAnnouncement(message)) event.waitUntil(receiveAnnouncement(event, message));
});

self.addEventListener('fetch', (event) => {
  originLines.noteEvent();
  const url = new URL(event.request.url);
  // Other origins, and what lies outside the deployment, are none of ours.
  if (url.origin !== base.origin || !url.pathname.startsWith(base.pathname)) return;
  event.respondWith(answer(event, url).catch((error: unknown) => ingress.problem(error, wantsHtml(event.request), event.request.method === 'HEAD')));
});

/** Not before a panel asks: activation would hold every request up until all is stored. */
async function complete(port: MessagePort | undefined): Promise<void> {
  const tell = (answer: BuildStored): void => port?.postMessage(answer);
  if (!(await areAssetsComplete())) {
    tell({ state: 'partial' });
    try {
      await completeAssets();
    } catch (error) {
      console.warn('swerve: not all of this build could be stored yet', error);
      tell({ state: 'failed' });
      return;
    }
  }
  tell({ state: 'whole' });
}

async function answer(event: FetchEvent, url: URL): Promise<Response> {
  const { request } = event;
  const path = url.pathname.slice(base.pathname.length);
  if (path.startsWith(SYSTEM_PREFIX)) return answerSystem(event, url, path.slice(SYSTEM_PREFIX.length));
  const found = await directory.match({ method: request.method, url: request.url });
  if (found?.type === 'match') {
    const isNavigation = request.mode === 'navigate';
    const place = await origins.placeOf(found.app);
    // The panel alone asks for it by path then: its documents would share the panel's origin.
    if (place.at === 'own' && isNavigation) return Response.redirect(movedTo(place.origin, found, url), 307);
    const target = await requireTarget(found.app, place).catch((error: unknown) => {
      traffic.begin(found.app, { method: request.method, url: request.url, isNavigation }).failed(RuntimeError.from(error));
      throw error;
    });
    const response = await ingress.handle({
      request,
      destination: new AppDestination(destinations, found, target),
      clientId: event.clientId,
      waitUntil: (promise) => event.waitUntil(promise),
    });
    if (event.resultingClientId && !ingress.makesHost(response)) markHostless(event.resultingClientId);
    return response;
  }
  // The panel is at the base too, until an App claims that.
  if (path === 'index.html') return Response.redirect(base.href, 301);
  const file = path === '' ? await panelDocument('index.html') : await buildFile(url);
  if (file && path === '') markPanel(event.resultingClientId);
  if (file) return file;
  if (found?.type === 'method-not-allowed') {
    throw methodNotAllowed(request.method, found);
  }
  const error = new RuntimeError('route-not-found', `no App has a route for ${path === '' ? '/' : `/${path}`}`);
  return notFoundPage((await directory.routes()).listed(), error, { url: request.url, panelUrl, html: wantsHtml(request), head: request.method === 'HEAD' });
}

/** What runs the App. @throws RuntimeError `app-not-ready` */
async function requireTarget(app: App, place?: AppPlace): Promise<AppTarget> {
  const refusal = refusalAt(place ?? (await origins.placeOf(app)), app.metadata);
  if (refusal) throw refusal;
  const target = directory.targetOf(app.metadata.uid);
  const { namespace, name } = app.metadata;
  if (!target) throw new RuntimeError('app-not-ready', `the App ${namespace}/${name} has no module that can serve; its conditions in the panel say why`);
  return target;
}

async function answerSystem(event: FetchEvent, url: URL, path: string): Promise<Response> {
  if (path.startsWith(LINES_PATH)) return answerLine(event, path, url, cluster);
  if (path === '' || path === 'index.html') return (await panelDocument(`${SYSTEM_PREFIX}index.html`)) ?? fetch(event.request);
  // A window that wants to know whether the server is there (src/host/origin-probe.ts).
  if (path === 'app.html' && event.request.cache === 'no-store') return fetch(event.request);
  const file = path.startsWith('boot/') ? null : await buildFile(url);
  if (file && url.pathname === new URL(FRAME_PATH, base).pathname) return hostFrame(file);
  if (file) return file;
  if (path === SHARE_PATH && event.request.method === 'POST') return sharedFiles.receive(event.request, isPanel);
  if (!(await mayUseApi(event, base, isPanelAtBase))) {
    throw new RuntimeError('api-forbidden', 'the API under _swerve/ answers the panel only: documents that Apps serve have no access to it');
  }
  if (path === SHARE_PATH || path.startsWith(`${SHARE_PATH}/`)) return sharedFiles.answer(event.request, path.slice(SHARE_PATH.length));
  await directory.load();
  // After a restart nobody is known until the windows were asked.
  if (path.startsWith('api/') && cluster.hosts.size === 0) await cluster.findHost(HOST_WAIT_AT_START_MS);
  const response = await handleApi(event.request, `${base.pathname}${SYSTEM_PREFIX}`, path, api);
  // What the caller wrote is in force when it reads the answer. What was refused has written nothing.
  if (response.ok && event.request.method !== 'GET' && event.request.method !== 'HEAD') await directory.refresh({ modules: !path.startsWith('apis/') });
  return response;
}

/** The panel: never in a frame of an App, never with an App's page as its opener. */
async function panelDocument(path: string): Promise<Response | null> {
  const file = await buildFile(new URL(path, base));
  if (!file) return null;
  const headers = new Headers(file.headers);
  headers.set('content-security-policy', "frame-ancestors 'none'");
  headers.set('cross-origin-opener-policy', 'same-origin');
  headers.set('origin-agent-cluster', '?1');
  headers.set('cache-control', 'no-cache');
  return new Response(file.body, { status: file.status, headers });
}

/** The document that pages of Apps hold as their hidden frame: only at origins one label below this one. */
function hostFrame(file: Response): Response {
  const headers = new Headers(file.headers);
  headers.set('content-security-policy', `frame-ancestors ${base.protocol}//*.${base.host} 'self'`);
  headers.set('origin-agent-cluster', '?1');
  headers.set('cache-control', 'no-cache');
  return new Response(file.body, { status: file.status, headers });
}

async function isPanelAtBase(): Promise<boolean> {
  return (await directory.match({ method: 'GET', url: base.href }))?.type !== 'match';
}

/** Whether a document at `url` is the panel. */
async function isPanel(url: URL): Promise<boolean> {
  if (url.origin !== base.origin) return false;
  const path = url.pathname.slice(base.pathname.length);
  return url.pathname.startsWith(base.pathname) && (path === SYSTEM_PREFIX || (path === '' && (await isPanelAtBase())));
}

/** A host frame has a line for us, from the page of an App that holds it. */
async function connectOrigin(event: ExtendableMessageEvent, { version, origin, worker }: Extract<ToServiceWorker, { type: 'connect-origin' }>): Promise<void> {
  const [line, reply] = event.ports;
  const client = event.source instanceof Client ? event.source : null;
  if (!line || !reply || !client || new URL(client.url).pathname !== new URL(FRAME_PATH, base).pathname) return;
  const answer = (message: LineAnswer): void => reply.postMessage(message);
  try {
    if (version !== PROTOCOL_VERSION) throw versionMismatch('page', version);
    await originLines.connect(origin, worker, line);
    answer({ type: 'connected', lock: originLines.lock });
  } catch (error) {
    answer({ type: 'refused', error: RuntimeError.from(error).toWire() });
    return;
  }
  const host = cluster.hostOf(client.id);
  const found = host && (await origins.match({ method: 'GET', url: `${origin}/` }).catch(() => null)); // Nothing is there: nothing to warm.
  const target = found ? directory.targetOf(found.app.metadata.uid) : null;
  if (host && target) cluster.pool(target).warm(host);
}

function versionMismatch(what: 'tab' | 'page', version: number): RuntimeError {
  return new RuntimeError(
    'protocol-mismatch',
    `this ${what} speaks version ${version} of Swerve's protocol, the service worker ${PROTOCOL_VERSION}; reload the ${what}`,
  );
}

async function receiveAnnouncement(event: ExtendableMessageEvent, message: Extract<ToServiceWorker, { type: 'announce' }>): Promise<void> {
  const [controlPort, ...instancePorts] = event.ports;
  const client = event.source instanceof Client ? event.source : null;
  if (!controlPort || !client) return;
  if (message.version !== PROTOCOL_VERSION) {
    controlPort.postMessage({ type: 'refused', error: versionMismatch('tab', message.version).toWire() } satisfies ToHost);
    return;
  }
  await directory.require(message.instances.map(({ uid }) => uid));
  const host = cluster.addHost(
    { id: message.host, clientId: client.id, url: message.url, features: message.features, visibility: message.visibility, startedAtMs: message.startedAtMs },
    controlPort,
    message.instances.flatMap((announcement, index) => {
      const port = instancePorts[index];
      return port ? [{ announcement, port }] : [];
    }),
  );
  host.post({ type: 'welcome', version: PROTOCOL_VERSION });
  if (message.kept !== undefined) await ingress.runKept(message.kept, host, (promise) => event.waitUntil(promise));
  else if (message.warm) await warm(host, message.warm);
}

/** The page that an App served becomes its host: the instances it will need are started there at once. */
async function warm(host: HostLink, { namespace, app }: { namespace: string; app: string }): Promise<void> {
  const found = await directory.find(namespace, app);
  const target = found ? directory.targetOf(found.metadata.uid) : null;
  if (target) cluster.pool(target).warm(host);
}
