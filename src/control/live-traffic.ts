import type { RequestDetail, RequestRecord, TrafficSample } from '../core/traffic.ts';

/** One request that is kept; both ways to read it tell of it as it is now. */
export interface LiveRequest {
  record(): RequestRecord;
  detail(): RequestDetail;
}

/** What the ingress served lately. It lives in the memory of the service worker alone. */
export interface LiveTraffic {
  /** Oldest first. */
  samples(): readonly TrafficSample[];
  /** Calls `listener` with each new sample; returns the function that ends it. */
  onSample(listener: (sample: TrafficSample) => void): () => void;
  /** The requests of the App of that uid that are kept, oldest first. */
  requests(uid: string): LiveRequest[];
  /** null: it is no longer kept. */
  request(id: string): LiveRequest | null;
  /** Calls `listener` with a request of that App, the same object each time, whenever it began or changed; returns the function that ends it. */
  onRequest(uid: string, listener: (request: LiveRequest) => void): () => void;
}
