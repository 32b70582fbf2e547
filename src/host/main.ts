/**
 * Realm: window. Makes the document it runs in a host: the panel, a boot document, or a page of an App to which the
 * service worker added this script. Owns the dedicated workers of its instances; all of it ends with the document. One
 * window of the origin, the one that holds the leader lock, also runs the controllers.
 *
 * Runs inside documents of strangers: no globals, no styles, nothing drawn outside a boot document.
 */
import { deploymentBase } from '../core/deployment.ts';
import { RuntimeError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { LOOK_EVENT, type LookRequest } from '../protocol/panel-host.ts';
import type { FromHost, ToHost } from '../protocol/sw-host.ts';
import { transpilerName } from '../protocol/transpiler.ts';
import { ArtifactRepository } from '../store/artifacts.ts';
import { originChangeFeed } from '../store/change-feed.ts';
import { Database } from '../store/database.ts';
import { LogRepository } from '../store/logs.ts';
import { ModuleRepository } from '../store/modules.ts';
import { OriginRepository } from '../store/origins.ts';
import { ResourceRepository } from '../store/resources.ts';
import { canSuspend } from '../wasi/jspi.ts';
import { BootView } from './boot-view.ts';
import { Fleet } from './fleet.ts';
import { brokerLines } from './frame-broker.ts';
import { reportHealth } from './health-report.ts';
import { lead, leadOrigins } from './leader.ts';
import { LogWriter } from './log-writer.ts';
import { ServiceWorkerLink } from './service-worker-link.ts';
import { TranspilerWorker } from './transpiler-worker.ts';

const HOST_MARK = Symbol.for('swerve.host');

async function startHost(): Promise<void> {
  const base = deploymentBase(import.meta.url);
  const boot = document.querySelector<HTMLMetaElement>('meta[name="swerve-boot"]');
  const view = boot ? new BootView(boot.dataset['url'] ?? location.href) : null;
  const served = document.querySelector<HTMLScriptElement>('script[data-swerve-app]')?.dataset['swerveApp']?.split('/');
  const jspi = canSuspend();

  // Not the whole store: this script loads with every page.
  const database = new Database();
  const store = {
    logs: new LogRepository(database),
    resources: new ResourceRepository(database),
    artifacts: new ArtifactRepository(database),
    modules: new ModuleRepository(database),
    origins: new OriginRepository(database),
    changes: originChangeFeed,
  };
  const logWriter = new LogWriter(async (namespace, app, lines) => {
    await store.logs.append(namespace, app, lines);
  });
  const transpiler = new TranspilerWorker();
  let link: ServiceWorkerLink | null = null;
  const send = (message: FromHost, transfer?: Transferable[]) => link?.send(message, transfer);

  const fleet = new Fleet({
    send,
    log: (namespace, app, lines) => logWriter.write(namespace, app, lines),
    reportHealth: (spec, problem) => void reportHealth(store.resources, spec, problem),
    ensureArtifact: async (spec) => {
      const stored = await store.artifacts.transpilersOf(spec.digest);
      if (stored.includes(transpilerName({ jspi }))) return;
      const bytes = await store.modules.getBytes(spec.digest);
      if (!bytes) throw new RuntimeError('app-not-ready', `the module ${spec.digest} is not stored in this browser; upload it again`);
      await store.artifacts.put(spec.digest, await transpiler.transpile(bytes, { jspi }));
    },
  });

  async function transpile(job: number, blob: Blob): Promise<void> {
    try {
      const artifact = await transpiler.transpile(new Uint8Array(await blob.arrayBuffer()), { jspi });
      send(
        { type: 'transpiled', job, artifact },
        artifact.cores.map((core) => core.bytes.buffer),
      );
    } catch (error) {
      send({ type: 'transpile-failed', job, error: RuntimeError.from(error).toWire() });
    }
  }

  function receive(message: ToHost): void {
    switch (message.type) {
      case 'spawn':
        void fleet.spawn(message.instance, message.spec);
        return;
      case 'terminate':
        fleet.terminate(message.instance, message.reason);
        return;
      case 'lend':
        fleet.lend(message.instance, message.slots, message.durationMs);
        return;
      case 'take-back':
        fleet.takeBack(message.instance);
        return;
      case 'transpile':
        void transpile(message.job, message.bytes);
        return;
      case 'progress':
        view?.show(message.phase);
        return;
      case 'answer-ready':
        view?.goToAnswer();
        return;
      case 'welcome':
      case 'refused':
      case 'ping':
        return;
    }
  }

  addEventListener('pagehide', () => logWriter.flush());
  const isFrame = document.querySelector('meta[name="swerve-frame"]') !== null;
  const registration = await navigator.serviceWorker.getRegistration(base.href);
  if (isFrame && !registration?.active) {
    brokerLines({ base, registration: null, send });
    return;
  }
  const ready = registration?.active ? registration : await navigator.serviceWorker.ready;
  link = await ServiceWorkerLink.open(
    {
      host: newId('host'),
      features: { jspi, userAgent: navigator.userAgent },
      // A frame is known by the page that holds it.
      url: isFrame && document.referrer !== '' ? document.referrer : location.href,
      kept: boot?.content ?? null,
      warm: served?.[0] && served[1] ? { namespace: served[0], app: served[1] } : null,
      announceInstances: (handover) => fleet.announceAll(handover),
      receive,
    },
    ready,
  );
  if (isFrame) brokerLines({ base, registration: ready, send });
  // The controllers are not needed for the first answer: their code is loaded when everything else is under way.
  lead(fleet, base).catch((error: unknown) => console.warn('swerve: this tab cannot run the controllers; another will', error));
  if (boot || served) return;
  leadOrigins(store, base).catch((error: unknown) => console.warn('swerve: this tab cannot keep the origins of Apps; another will', error));
  if (parent !== window) return;
  const { lookAtOrigins, lookAtStart } = await import('./origin-probe.ts');
  addEventListener(LOOK_EVENT, (event) => {
    const { answer } = (event as CustomEvent<LookRequest>).detail;
    lookAtOrigins(store.origins, base).then(answer, (error: unknown) => {
      console.warn('swerve: it could not be found out whether Apps can have origins of their own', error);
      answer('unknown');
    });
  });
  await lookAtStart(store.origins, base);
}

const marked = globalThis as { [HOST_MARK]?: true };
if ('serviceWorker' in navigator && !marked[HOST_MARK]) {
  marked[HOST_MARK] = true;
  startHost().catch((error: unknown) => console.error('swerve: this tab cannot be a host', error));
}
