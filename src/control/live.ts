import type { HostFeatures, HostId, InstanceId } from '../protocol/sw-host.ts';

/** One window of the cluster, as the ingress knows it now. */
export interface HostView {
  readonly id: HostId;
  /** Address of its document. */
  readonly url: string;
  readonly visibility: 'visible' | 'hidden';
  readonly features: HostFeatures;
  /** False: it holds its lock but did not answer in time (a frozen tab). */
  readonly responsive: boolean;
  /** Unix epoch, milliseconds. */
  readonly startedAtMs: number;
}

/** One instance of the cluster, as the ingress knows it now. */
export interface InstanceView {
  readonly id: InstanceId;
  readonly namespace: string;
  readonly app: string;
  /** `metadata.uid` of its App. */
  readonly uid: string;
  /** Generation of its App that it was started for. */
  readonly generation: number;
  readonly host: HostId;
  readonly state: 'starting' | 'ready' | 'stalled' | 'retiring';
  /** Requests under way. */
  readonly inFlight: number;
  /** Requests finished since it started. */
  readonly served: number;
  /** Unix epoch, milliseconds. */
  readonly startedAtMs: number;
  /** null: it has not answered a request yet. */
  readonly medianReplyMs: number | null;
  /** Linear memory of the guest that served last; null: none has, or it is not known. */
  readonly memoryBytes: number | null;
}

/**
 * What runs at this moment. It lives in the memory of the service worker alone: nothing of it is stored, and after a
 * restart it is empty until the windows have announced themselves again.
 */
export interface LiveCluster {
  /** A snapshot; the caller may keep it. */
  hosts(): readonly HostView[];
  /** A snapshot; the caller may keep it. */
  instances(): readonly InstanceView[];
  /** Calls `listener` after any change of either list (at most once per task is fine); returns the function that ends it. */
  subscribe(listener: () => void): () => void;
}
