/**
 * What the ingress tells of the requests that it served. Kept in the service worker's memory: it is for looking on, and
 * gone when the browser stops the service worker.
 */
import type { ErrorCode } from './errors.ts';

/** How long the parts of a request took, in milliseconds; null: not reached (yet). Their sum is the time until the last byte. */
export interface RequestPhases {
  /** Waited for a host, for an instance that was busy, or for a place in the queue. */
  queueMs: number | null;
  /** Waited for an instance that was being started for it. 0: one was ready. */
  startMs: number | null;
  /** From sending it to the instance until the head of the answer. */
  guestMs: number | null;
  /** From the head until the last byte was handed to the browser. */
  bodyMs: number | null;
}

export type RequestState = 'running' | 'done' | 'failed' | 'cancelled';

/** One request of an App, as the ingress saw it. */
export interface RequestRecord {
  id: string;
  namespace: string;
  app: string;
  uid: string;
  /** When it came in. Unix epoch, milliseconds. */
  atMs: number;
  method: string;
  /** Where it was asked for: that of the panel, or the App's own. */
  origin: string;
  /** Path and query below the origin, as it was asked for. */
  path: string;
  isNavigation: boolean;
  state: RequestState;
  /** Of the answer that the caller got; null before there is one. */
  status: number | null;
  /** Set when Swerve answered in the App's place, or the answer broke off. */
  error: { code: ErrorCode; message: string } | null;
  host: string | null;
  instance: string | null;
  phases: RequestPhases;
  /** Body bytes so far; null for a request without a body. */
  requestBytes: number | null;
  responseBytes: number;
}

/** The first bytes of a body. */
export interface BodyPreview {
  /** At most BODY_PREVIEW_BYTES of it. */
  base64: string;
  /** The body is longer than what is here. */
  isCut: boolean;
}

/** A request with what only one that looks closely needs. */
export interface RequestDetail extends RequestRecord {
  /** As the guest got them. */
  requestHeaders: [string, string][];
  /** As the guest sent them; null before the head, and for answers of Swerve's own. */
  responseHeaders: [string, string][] | null;
  requestBody: BodyPreview | null;
  responseBody: BodyPreview | null;
}

export const BODY_PREVIEW_BYTES = 16_384;

/** What one App did in one interval. */
export interface AppTraffic {
  namespace: string;
  app: string;
  uid: string;
  /** Answered in the interval. */
  requests: number;
  /** Of these, with a status of 500 and above, or broken off by a failure. */
  errors: number;
  /** Under way at its end. */
  inFlight: number;
  responseBytes: number;
  /** Milliseconds until the head, of at most 64 of the requests, in no order. */
  latenciesMs: number[];
  /** Which instances answered; `instance` is the name of its Pod, `host` of its Node. */
  instances: { instance: string; host: string; requests: number }[];
}

/** The traffic of one interval; Apps without any are left out. */
export interface TrafficSample {
  /** Its end. Unix epoch, milliseconds. */
  atMs: number;
  apps: AppTraffic[];
}

/** One sample a second while somebody looks on, and this many kept for who comes later. */
export const TRAFFIC_INTERVAL_MS = 1_000;
export const TRAFFIC_SAMPLES_KEPT = 120;
