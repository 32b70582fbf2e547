/**
 * Realm: dedicated worker. One worker is one instance: it serves the requests of one App, each with a guest of its own.
 * The window that spawned it starts it, gives it its line to the service worker and may terminate it at any moment;
 * nothing here survives that, and nothing needs to.
 */
import { deploymentBase } from '../core/deployment.ts';
import { RuntimeError } from '../core/errors.ts';
import { type Activity, type CallLine, RequestServer } from '../line/request-server.ts';
import type { FromInstanceWorker, ToInstanceWorker } from '../protocol/host-instance.ts';
import { LENT_REQUEST } from '../protocol/sw-instance.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import { withConfiguration } from '../store/configuration.ts';
import { Database } from '../store/database.ts';
import type { Handler } from '../wasi/handler.ts';
import { canSuspend } from '../wasi/jspi.ts';
import { ClusterCallLine } from './cluster-calls.ts';
import { makeHandler } from './handler-factory.ts';
import { createTakeFrames } from './line-wait.ts';
import { LogSender } from './log-sender.ts';
import { withSpareMemory } from './spare-memory.ts';

const post = (message: FromInstanceWorker) => self.postMessage(message);
const log = new LogSender(post);
const activity: Activity = { busy: 0, idleSinceMs: Date.now() };
/** Without JSPI a guest that waits blocks this worker. */
const suspends = canSuspend();
/** A pong that nobody asked for, while a guest blocks this worker for longer than its window would wait for one. */
const SIGN_OF_LIFE_EVERY_MS = 1_000;
let lastSignMs = 0;
let database: Database | null = null;
let handler: Handler | null = null;
let servers: RequestServer[] = [];
/** For the service worker of an App's own origin, beside those. */
let lent: RequestServer[] = [];
/** On the newest line to the cluster. */
let calls: ClusterCallLine | null = null;
/** Other origins take no calls: those of requests from there go to the cluster all the same. */
const callsOfLent: CallLine = {
  call(_from, request) {
    if (!calls) throw new RuntimeError('host-lost', 'there is no line to the cluster');
    return calls.call(LENT_REQUEST, request);
  },
  close: () => {},
};

async function start(message: Extract<ToInstanceWorker, { type: 'start' }>): Promise<void> {
  const startMs = performance.now();
  try {
    if (message.version !== PROTOCOL_VERSION)
      throw new RuntimeError('protocol-mismatch', 'this tab and its workers are of different versions of Swerve; reload the tab');
    const openDatabase = () => (database ??= new Database());
    const spec = await withConfiguration(message.spec, openDatabase);
    const made = await makeHandler(spec, message.compiled, {
      canSuspend: suspends,
      base: deploymentBase(import.meta.url),
      log: (stream, text) => log.write(stream, text),
      database: openDatabase,
    });
    handler = withSpareMemory(made.handler);
    await handler.prepare();
    post({
      type: 'ready',
      concurrency: suspends ? message.spec.concurrency : 1,
      blocks: !suspends,
      compiled: made.compiled,
      startupMs: performance.now() - startMs,
    });
  } catch (error) {
    post({ type: 'failed', error: RuntimeError.from(error, 'instance-start-failed').toWire() });
  }
}

const pong = (seq: number) => post({ type: 'pong', seq, busy: activity.busy, idleSinceMs: activity.idleSinceMs });

const takeFrames = suspends
  ? null
  : createTakeFrames(() => {
      const nowMs = performance.now();
      if (nowMs - lastSignMs < SIGN_OF_LIFE_EVERY_MS) return;
      lastSignMs = nowMs;
      pong(-1);
    });

self.onmessage = (event: MessageEvent<ToInstanceWorker>) => {
  const message = event.data;
  switch (message.type) {
    case 'start':
      void start(message);
      return;
    case 'connect': {
      const port = event.ports[0];
      if (!port || !handler) return;
      for (const earlier of servers) if (!message.handover || !earlier.isBusy) earlier.close();
      const ownCalls = new ClusterCallLine(port);
      calls = ownCalls;
      servers = [...servers.filter((earlier) => earlier.isBusy), new RequestServer(handler, port, activity, { takeFrames, calls: ownCalls })];
      return;
    }
    case 'lend': {
      const port = event.ports[0];
      if (!port || !handler) return;
      const { slots, durationMs } = message;
      lent = [
        ...lent.filter((earlier) => earlier.isBusy),
        new RequestServer(handler, port, activity, { maxRequests: slots, maxDurationMs: durationMs, calls: callsOfLent }),
      ];
      return;
    }
    case 'take-back':
      for (const server of lent) server.close();
      lent = [];
      return;
    case 'ping':
      pong(message.seq);
      return;
  }
};
