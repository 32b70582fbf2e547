/**
 * Service worker <-> instance, over one MessagePort that the instance's window brokered: the way of every request. The
 * service worker of an App's own origin sends its requests to that of the control origin by the same protocol, over a port
 * that a page's host frame brokered (app-origin.ts).
 *
 * A request is `request`, then its body as frames; the answer is `accepted` at once (the sign of life that host
 * liveness rests on), then `head`, then its body as frames, then `done`. Bodies are frames with credit, not transferred
 * streams: see docs/decisions/0002-body-frames.md. A sender may have as many unacknowledged bytes under way as it was
 * given credit for; the receiver gives credit back as its reader takes bytes.
 *
 * The request body follows `accepted`, never precedes it: a request that nobody accepted still has its body whole
 * and can be taken elsewhere. A request with `hold` (it has a body, or its method is not idempotent) runs only after
 * `go`: a frozen instance that wakes up later must not run what was long since answered by another.
 */
import type { WireError } from '../core/errors.ts';
import type { RequestRecord, RequestState } from '../core/traffic.ts';

export type RequestId = number;

/** Stands for any request that reached an instance over a loan: it came from outside, whichever it is. Requests count from 1. */
export const LENT_REQUEST: RequestId = 0;

/** Bytes that may be under way in one direction of one request before the receiver gives credit. */
export const INITIAL_CREDIT_BYTES = 262_144;
/** The same of an answer whose reader has taken as much already: it keeps up, and wider pieces of credit cost less. A stream that nobody reads never has this much waiting. */
export const WIDE_CREDIT_BYTES = 1_048_576;

export type WireHeaders = [string, string][];

export interface WireRequestHead {
  method: string;
  /** Public absolute address. */
  url: string;
  pathWithQuery: string;
  route: { path: string; match: 'prefix' | 'exact'; prefix: string; rewrite: string | null };
  headers: WireHeaders;
  /** Length in bytes when known. */
  bodyLength: number | null;
  /** Told by the service worker of an App's own origin alone, whose requests have no route yet. */
  isNavigation?: boolean;
  /** The same: a boot document can still take the place of its answer. */
  canBoot?: boolean;
  /** Told on a line of calls alone: the request, on the line that it was opened over, that the call belongs to; or {@link LENT_REQUEST}. */
  from?: RequestId;
}

/** What the service worker of an App's own origin has to know of the App. */
export interface ServedApp {
  namespace: string;
  name: string;
  /** Milliseconds, of the App's spec.limits. */
  timeoutMs: number;
  durationMs: number;
  requestBytes: number;
  /** Requests that may wait for an instance. */
  queue: number;
  bufferRequest: boolean;
  hostScript: boolean;
}

/** The beginning of a body, for people to read. */
export interface WireBodyStart {
  bytes: Uint8Array;
  isCut: boolean;
}

/** What became of a request that went over a loan, so far. Times are milliseconds since it came in; null: not reached. */
export interface LoanReport {
  /** Counts up in one life of the service worker that reports. */
  request: number;
  instance: string;
  method: string;
  url: string;
  isNavigation: boolean;
  /** Unix epoch, milliseconds. */
  atMs: number;
  state: RequestState;
  status: number | null;
  error: RequestRecord['error'];
  sentMs: number;
  headMs: number | null;
  endedMs: number | null;
  requestHeaders: WireHeaders;
  responseHeaders: WireHeaders | null;
  requestBytes: number | null;
  responseBytes: number;
  requestStart: WireBodyStart | null;
  responseStart: WireBodyStart | null;
  /** Linear memory of the guest that served last; null: none has yet. */
  memoryBytes: number | null;
}

/**
 * Cluster -> service worker of an App's own origin. A loan is an instance to which that may send up to `slots` requests at a time
 * by itself, over a line of its own.
 */
export type LoanOffer =
  /** With the port of the line transferred. `isWhole`: every instance that the App may have is lent now, so that waiting for one elsewhere is of no use. */
  | { type: 'loan'; instance: string; host: string; slots: number; isWhole: boolean }
  /** To be sent nothing more, and returned once what is under way has ended. */
  | { type: 'loan-recalled'; instance: string }
  /** The instance is gone. */
  | { type: 'loan-lost'; instance: string; error: WireError };

/** The other way. */
export type LoanNews =
  | { type: 'loan-used'; reports: LoanReport[] }
  /** Every instance that was lent is busy: one more would do good. */
  | { type: 'loan-grow' }
  /** It was recalled, and so many requests are still under way on it: the rest of its room is free. */
  | { type: 'loan-busy'; instance: string; inFlight: number }
  /** Nothing is under way on it, and nothing more will be. */
  | { type: 'loan-returned'; instance: string }
  /** It did not accept a request in time. It is returned once nothing is under way on it. */
  | { type: 'loan-silent'; instance: string }
  /** A guest on it passed its deadline and does not stop. */
  | { type: 'loan-overdue'; instance: string };

/** A piece of a body, in either direction. `chunk` owns its buffer: it is transferred. */
export type BodyFrame =
  | { type: 'chunk'; id: RequestId; bytes: Uint8Array<ArrayBuffer> }
  | { type: 'end'; id: RequestId }
  | { type: 'abort'; id: RequestId; error: WireError };

export type ToInstance =
  /** First on a line to an instance whose guests block their worker: frames for them are fetched with this token (line-mailbox.ts). */
  | { type: 'mailbox'; token: string }
  | { type: 'request'; id: RequestId; head: WireRequestHead; hasBody: boolean; hold: boolean }
  | { type: 'go'; id: RequestId }
  /** The caller wants no (more) answer. The instance stops the guest and still says `done`. */
  | { type: 'cancel'; id: RequestId }
  /** The instance may send this many more body bytes. */
  | { type: 'credit'; id: RequestId; bytes: number }
  /** From an App's own origin: a document could not take the host script, and why, or could (null). */
  | { type: 'host-script'; reason: string | null }
  /** The same. */
  | LoanNews
  | BodyFrame;

export type FromInstance =
  /** To an App's own origin: first on a line, and whenever it changes. */
  | { type: 'app'; app: ServedApp }
  /** The same. */
  | LoanOffer
  /** Whatever else comes first means the same. */
  | { type: 'accepted'; id: RequestId }
  /** `body: null` for an answer without a body. `bytes` is the first piece, `end` says that it was the last: a small answer is one message. */
  | { type: 'head'; id: RequestId; status: number; headers: WireHeaders; bytes: Uint8Array<ArrayBuffer> | null; end: boolean }
  | { type: 'credit'; id: RequestId; bytes: number }
  | BodyFrame
  /** Brings the port of a line in the other direction, for calls of this instance's guests to other Apps. It ends with this one. */
  | { type: 'calls' }
  /** The request ended before its head. */
  | { type: 'failed'; id: RequestId; error: WireError }
  /** The guest has finished with the request: its slot is free, and a body that is still open has ended. Always the last message of a request. `memoryBytes`: linear memory of the guest that served last. */
  | { type: 'done'; id: RequestId; memoryBytes?: number };
