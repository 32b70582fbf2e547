/**
 * Between a document of the control origin and one of an App's origin (or of the probe's), by `postMessage` between a
 * window and its frame. Whoever receives one checks `event.origin`: the control origin takes `ToFrame` from origins one
 * label below its own, an App's origin takes `ToAppOrigin` from its parent domain alone.
 */
import type { WireError } from '../core/errors.ts';

/** Document of the control origin that a page of an App holds as its hidden host frame. Below the deployment's base. */
export const FRAME_PATH = '_swerve/frame.html';
/** What a server answers for every address of an App's origin, until the service worker of that origin is there. */
export const APP_PAGE_PATH = '_swerve/app.html';
/** The service worker of an App's origin, at its root. */
export const APP_WORKER_PATH = 'app-sw.js';
/** The script of pages at an App's origin. */
export const PAGE_SCRIPT_PATH = '_swerve/page.js';

/** The control origin of an App's origin, or of a document there: one label above it. */
export function controlOriginOf(url: URL): URL {
  return new URL(`${url.protocol}//${url.host.slice(url.host.indexOf('.') + 1)}/`);
}

/** Page of an App -> its host frame. */
export type ToFrame =
  /** Open a line; `job` comes back in the answer. `worker` tells one life of the origin's service worker from the next. */
  | { type: 'swerve:connect'; job: number; version: number; worker: string }
  /** The page is about to be replaced, and its frame with it; or it was not after all. */
  | { type: 'swerve:leaving' }
  | { type: 'swerve:staying' };

/** Host frame -> page of an App; only to the origin that asked. */
export type FromFrame =
  /** The frame runs: it can be asked. */
  | { type: 'swerve:frame-ready' }
  /** With the port of a line to the cluster transferred: protocol sw-instance.ts, this end sends requests. */
  | { type: 'swerve:connected'; job: number; lock: string }
  /** The service worker at the other end of lines with that lock was stopped: ask for a new one when there is something to send. */
  | { type: 'swerve:line-lost'; lock: string }
  | { type: 'swerve:refused'; job: number; error: WireError };

/** Document of the control origin -> hidden frame with {@link APP_PAGE_PATH} of an App's origin; `job` comes back in the answer. */
export type ToAppOrigin =
  /** Register the service worker of the origin and resolve once it is active. */
  | { type: 'swerve:install'; job: number }
  /** Unregister it and remove everything that the origin has stored. */
  | { type: 'swerve:clear'; job: number }
  /** Is a document there, of this build, that shares storage with its site? The frame holds a host frame and has that post `nonce` on the channel {@link PROBE_CHANNEL}. */
  | { type: 'swerve:probe'; job: number; nonce: string };

/** Its answer, to the control origin. */
export type FromAppOrigin =
  /** The document runs: it can be told. */
  { type: 'swerve:app-origin-ready'; version: number } | { type: 'swerve:done'; job: number } | { type: 'swerve:failed'; job: number; error: WireError };

/** Page -> host frame, for the probe: the frame posts the nonce on {@link PROBE_CHANNEL}, which a partitioned one cannot. */
export type ProbeFrame = { type: 'swerve:probe-frame'; nonce: string };
/** BroadcastChannel of the control origin; messages are nonces. */
export const PROBE_CHANNEL = 'swerve/probe';
