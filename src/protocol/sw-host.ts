/**
 * Service worker <-> window (host). A window first acquires the Web Lock `hostLockName(id)`, then posts `announce` to
 * the service worker with a MessagePort, the control port of this file. Order matters: were the window announced
 * before it holds the lock, the service worker, which queues for the same lock to learn of the window's death, would
 * be granted it and take the window for dead (platform facts: "What follows").
 *
 * The service worker keeps nothing of this that it cannot ask for again: after a restart it posts `announce-yourself`
 * to every window, and each announces itself anew with fresh ports for the instances it still runs.
 */
import type { ErrorCode, WireError } from '../core/errors.ts';
import type { InstanceSpec } from '../core/instance-spec.ts';
import type { ModuleReport } from '../core/module.ts';
import type { VisibleChange } from '../core/visible-change.ts';
import { PROTOCOL_VERSION } from './version.ts';

export type HostId = string;
export type InstanceId = string;

export function hostLockName(id: HostId): string {
  return `host/${id}`;
}

/** What a host's engine can do, found by feature. */
export interface HostFeatures {
  /** JSPI: guests may block. */
  jspi: boolean;
  /** For people only; never branch on it. */
  userAgent: string;
}

/** An instance that a host runs; its MessagePort travels beside it. */
export interface InstanceAnnouncement {
  id: InstanceId;
  namespace: string;
  app: string;
  uid: string;
  generation: number;
  /** Requests that it takes at once. */
  concurrency: number;
  /** Its guests block their worker while they wait, for the engine cannot suspend them: what they are sent goes by mailbox (line-mailbox.ts). */
  blocks?: boolean;
  /** Unix epoch, milliseconds. */
  startedAtMs: number;
}

/** Window -> service worker, by `ServiceWorker.postMessage`, with [control port, ...one port per instance] transferred. */
export type ToServiceWorker =
  | {
      type: 'announce';
      version: number;
      host: HostId;
      features: HostFeatures;
      /** Address of the document. */
      url: string;
      visibility: 'visible' | 'hidden';
      /** Unix epoch, milliseconds. */
      startedAtMs: number;
      instances: InstanceAnnouncement[];
      /** Set by a boot document: the kept request that it was made for. */
      kept?: string;
      /** Apps whose instances the page will want next: the App that served it. */
      warm?: { namespace: string; app: string };
    }
  /** Work came in over lines of Apps' own origins, which the browser does not count: answered by nothing, the event itself lasts until it is done. */
  | { type: 'hold' }
  /** From a host frame, with [port of the line, port for the answer: {@link LineAnswer}] transferred. `origin` is that of the page which holds the frame, as the browser says; `worker` tells one life of that origin's service worker from the next. */
  | { type: 'connect-origin'; version: number; origin: string; worker: string }
  /** A waiting service worker takes over: the page chose to update. */
  | { type: 'skip-waiting' };

/** `lock`: the Web Lock that the service worker holds while it lives. */
export type LineAnswer = { type: 'connected'; lock: string } | { type: 'refused'; error: WireError };

/**
 * Whether `data` is an announcement that the service worker can read on: any page of the origin can post to it, also pages
 * that Apps serve, and anything at all. One of another version has to have no more than that.
 */
export function isAnnouncement(data: unknown): data is Extract<ToServiceWorker, { type: 'announce' }> {
  if (typeof data !== 'object' || data === null) return false;
  const { type, version, host, url, features, instances, startedAtMs } = data as Partial<Record<string, unknown>>;
  if (type !== 'announce' || typeof version !== 'number') return false;
  if (version !== PROTOCOL_VERSION) return true;
  return (
    typeof host === 'string' &&
    typeof url === 'string' &&
    typeof startedAtMs === 'number' &&
    typeof features === 'object' &&
    features !== null &&
    Array.isArray(instances) &&
    instances.every((one) => typeof one?.id === 'string' && typeof one.uid === 'string')
  );
}

/** Service worker -> window, by `Client.postMessage`. */
export type ToWindow = { type: 'announce-yourself' };

/** Service worker -> host, over the control port. */
export type ToHost =
  | { type: 'welcome'; version: number }
  /** Another protocol: this window cannot be a host until it is reloaded. */
  | { type: 'refused'; error: WireError }
  | { type: 'spawn'; instance: InstanceId; spec: InstanceSpec }
  | { type: 'terminate'; instance: InstanceId; reason: TerminateReason }
  /** Open a line to the instance for the service worker of an App's own origin, which may have `slots` requests under way on it, each for `durationMs` at most; answered by `lent`, unless the instance is gone. */
  | { type: 'lend'; instance: InstanceId; slots: number; durationMs: number }
  /** End such lines, and what is under way on them. */
  | { type: 'take-back'; instance: InstanceId }
  | { type: 'ping'; seq: number }
  /** Make a component runnable; answered by `transpiled`. */
  | { type: 'transpile'; job: number; bytes: Blob }
  /** Write these where the document's scripts see them, because the service worker cannot; answered by `cookies-written`, and then by `cookies`. */
  | { type: 'write-cookies'; job: number; changes: VisibleChange[] }
  /** Answered by `cookies`. */
  | { type: 'tell-cookies' }
  /** Post `hold` to the service worker. */
  | { type: 'hold' }
  /** To a page at an App's own origin: have the host frame open a line to the cluster; answered by `line` or `line-failed`. */
  | { type: 'open-line'; job: number; worker: string }
  /** To a boot document: the kept answer is ready, go to it. */
  | { type: 'answer-ready' }
  /** To a boot document: what is happening, for the person who waits. */
  | { type: 'progress'; phase: 'starting' | 'running' | 'receiving' };

export type TerminateReason = 'deadline' | 'retired' | 'idle' | 'unresponsive';

/** Host -> service worker, over the control port. */
export type FromHost =
  /** With the instance's port transferred. */
  | { type: 'instance-ready'; instance: InstanceAnnouncement }
  | { type: 'instance-failed'; instance: InstanceId; error: WireError }
  /** The instance is gone, whether asked for or not. */
  | { type: 'instance-ended'; instance: InstanceId; reason: TerminateReason | 'crashed' }
  /** With the line's port transferred. */
  | { type: 'lent'; instance: InstanceId }
  | { type: 'pong'; seq: number }
  /** With the port of the line transferred. `lock` names the life of the service worker at its other end. */
  | { type: 'line'; job: number; lock: string }
  | { type: 'line-failed'; job: number; error: WireError }
  /** The service worker at the other end of lines with that lock was stopped. */
  | { type: 'line-lost'; lock: string }
  | { type: 'visibility'; visibility: 'visible' | 'hidden' }
  /** What the document at `url` sees in the browser's cookie store, whenever that changes: a service worker is not told of paths below its own. */
  | { type: 'cookies'; url: string; cookies: DocumentCookie[] }
  /** `refused`: places in `changes` of what the browser did not take. */
  | { type: 'cookies-written'; job: number; refused: number[] }
  /** The document is about to be replaced: its workers die when the next document commits. */
  | { type: 'leaving' }
  /** It was not replaced after all (a download, a cancelled navigation). */
  | { type: 'staying' }
  | { type: 'transpiled'; job: number; artifact: TranspiledComponent }
  | { type: 'transpile-failed'; job: number; error: WireError };

/** One entry of `CookieStore.getAll()` as plain data. */
export interface DocumentCookie {
  name: string;
  value: string;
  path: string | null;
  domain: string | null;
  sameSite: 'strict' | 'lax' | 'none';
  /** Unix epoch, milliseconds; null: a session cookie, or not told. */
  expires: number | null;
}

/** What the transpiler makes of a component: JavaScript that instantiates it, and its core modules. */
export interface TranspiledComponent {
  /** Names the transpiler, its version and its mode, for example `jco-transpile@0.15.0+1/jspi`. */
  transpiler: string;
  /** Source whose last expression in `new Function(source + ';return instantiate')` is jco's `instantiate` (sync instantiation mode). */
  source: string;
  cores: { name: string; bytes: Uint8Array<ArrayBuffer> }[];
  imports: string[];
  exports: string[];
}

/** Codes after which starting the same instance again at once is useless. */
export const FINAL_START_ERRORS: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['module-invalid', 'memory-limit', 'engine-unsupported', 'app-not-ready']);

export type { ModuleReport };
