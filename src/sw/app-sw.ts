/// <reference lib="webworker" />
/**
 * Realm: service worker of an App's own origin. Takes the fetch events of that origin to their answers as the control
 * origin's does, but knows nothing of a cluster: its pages hold a hidden frame of the control origin, which opens the one
 * line over which requests go there. Cookies and kept navigations are this origin's own.
 */

import { RuntimeError } from '../core/errors.ts';
import { pageScriptAllowed } from '../http/content-security-policy.ts';
import { wantsHtml } from '../http/problem.ts';
import { Cluster } from '../ingress/cluster.ts';
import { Ingress } from '../ingress/ingress.ts';
import { Uplink } from '../ingress/uplink.ts';
import { UplinkDestination } from '../ingress/uplink-destination.ts';
import { APP_PAGE_PATH, controlOriginOf, FRAME_PATH, PAGE_SCRIPT_PATH } from '../protocol/app-origin.ts';
import { isAnnouncement, type ToHost, type ToServiceWorker } from '../protocol/sw-host.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import { CookieRepository } from '../store/cookies.ts';
import { Database } from '../store/database.ts';
import { KeptRequestRepository } from '../store/kept-requests.ts';
import { Cookies } from './cookies.ts';
import { askWindows, markHostless, waitHostGone } from './windows.ts';

declare const self: ServiceWorkerGlobalScope;
/** Names this build of the page script, put here by the build (vite.config.ts). */
declare const __SWERVE_PAGE_BUILD__: string;

const CACHE = `swerve-app-${__SWERVE_PAGE_BUILD__}`;
const base = new URL('/', self.location.href);
const control = controlOriginOf(base);
const FILES = [PAGE_SCRIPT_PATH, APP_PAGE_PATH].map((path) => new URL(path, base).href);
const SYSTEM_PATH = '/_swerve/';
const database = new Database();
const cookies = new Cookies(new CookieRepository(database), () => pages.chooseHost(), { hostOnly: true });

const pages: Cluster = new Cluster({
  askWindows,
  waitHostGone,
  onDocumentCookies: (url, list) => cookies.learn(url, list),
  onLineLost: (lock) => uplink.lost(lock),
  targetOf: () => null,
});
const uplink = new Uplink(pages);
const destination = new UplinkDestination(uplink, base.hostname.slice(0, base.hostname.indexOf('.')));
const pageScriptUrl = new URL(PAGE_SCRIPT_PATH, base).href;
const frameUrl = new URL(FRAME_PATH, control).href;
const ingress = new Ingress({
  windows: {
    canServe: (waitMs) => uplink.canServe(waitMs),
    hasStayingHost: () => pages.hasStayingHost(),
    goneSignal: (clientId) => pages.goneSignal(clientId),
  },
  base,
  hostScriptUrl: pageScriptUrl,
  panelUrl: new URL(SYSTEM_PATH, control).href,
  kept: new KeptRequestRepository(database),
  // The cluster traces what reaches it.
  traces: { park: () => {}, unpark: () => null },
  cookies,
  resolve: async () => destination,
  hostScriptAllowed: (policy, documentUrl) => pageScriptAllowed(policy === null ? [] : [policy], pageScriptUrl, frameUrl, documentUrl),
});

self.addEventListener('install', (event) => {
  event.waitUntil(install());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(activate());
});

self.addEventListener('message', (event: ExtendableMessageEvent) => {
  const message = event.data as ToServiceWorker;
  if (isAnnouncement(message)) receiveAnnouncement(event, message);
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== base.origin) return;
  event.respondWith(answer(event, url).catch((error: unknown) => ingress.problem(error, wantsHtml(event.request), event.request.method === 'HEAD')));
});

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((url) => new Request(url, { cache: 'no-cache' })));
  // It holds nothing that an earlier one would have to finish: what is under way there the browser lets end.
  await self.skipWaiting();
}

async function activate(): Promise<void> {
  const outdated = (await caches.keys()).filter((name) => name.startsWith('swerve-app-') && name !== CACHE);
  await Promise.all(outdated.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function answer(event: FetchEvent, url: URL): Promise<Response> {
  const { request } = event;
  if (url.pathname.startsWith(SYSTEM_PATH)) return answerSystem(request, url);
  const response = await ingress.handle({ request, destination, clientId: event.clientId, waitUntil: (promise) => event.waitUntil(promise) });
  if (event.resultingClientId && !ingress.makesHost(response)) markHostless(event.resultingClientId);
  return response;
}

async function answerSystem(request: Request, url: URL): Promise<Response> {
  const address = url.origin + url.pathname;
  if (!FILES.includes(address))
    throw new RuntimeError('route-not-found', `${SYSTEM_PATH} of an App's own origin has the page script alone; the panel and the API are at ${control.href}`);
  const file = await caches.match(address, { cacheName: CACHE });
  return file ? withPolicy(file) : fetch(request);
}

/** The control origin frames our document, also from a host in a page of another App, and our document its frame. */
function withPolicy(file: Response): Response {
  if (file.headers.get('content-type')?.startsWith('text/html') !== true) return file;
  const headers = new Headers(file.headers);
  headers.set('content-security-policy', `frame-ancestors 'self' ${control.origin} ${control.protocol}//*.${control.host}`);
  headers.set('origin-agent-cluster', '?1');
  return new Response(file.body, { status: file.status, headers });
}

function receiveAnnouncement(event: ExtendableMessageEvent, message: Extract<ToServiceWorker, { type: 'announce' }>): void {
  const [controlPort] = event.ports;
  const client = event.source instanceof Client ? event.source : null;
  if (!controlPort || !client) return;
  if (message.version !== PROTOCOL_VERSION) {
    const error = new RuntimeError(
      'protocol-mismatch',
      `this page speaks version ${message.version} of Swerve's protocol, its service worker ${PROTOCOL_VERSION}; reload it`,
    );
    controlPort.postMessage({ type: 'refused', error: error.toWire() } satisfies ToHost);
    event.waitUntil(self.registration.update());
    return;
  }
  const { host: id, url, features, visibility, startedAtMs } = message;
  const host = pages.addHost({ id, clientId: client.id, url, features, visibility, startedAtMs }, controlPort, []);
  host.post({ type: 'welcome', version: PROTOCOL_VERSION });
  if (message.kept !== undefined) event.waitUntil(ingress.runKept(message.kept, host, (promise) => event.waitUntil(promise)));
}
