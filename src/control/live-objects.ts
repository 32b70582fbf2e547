import { APP_API_VERSION } from '../core/app.ts';
import { type Condition, type ObjectMeta, type Resource, toTimestamp } from '../core/resource.ts';
import { findCondition, setCondition } from './conditions.ts';
import type { HostView, InstanceView } from './live.ts';

/** A host as a Kubernetes Node. Virtual: nobody writes it. */
export type HostNode = Resource<{ providerID: string }, NodeStatus> & { apiVersion: 'v1'; kind: 'Node' };

interface NodeStatus {
  conditions: Condition[];
  addresses: { type: 'Hostname'; address: string }[];
  nodeInfo: { kubeletVersion: string; operatingSystem: string; architecture: string; osImage: string; containerRuntimeVersion: string };
}

/** An instance as a Kubernetes Pod. Virtual: nobody writes it. */
export type InstancePod = Resource<PodSpec, PodStatus> & { apiVersion: 'v1'; kind: 'Pod'; metadata: PodMeta };

interface PodMeta extends ObjectMeta {
  ownerReferences: { apiVersion: string; kind: string; name: string; uid: string; controller: true }[];
}

interface PodSpec {
  nodeName: string;
  containers: { name: string; image: string }[];
}

interface PodStatus {
  phase: 'Pending' | 'Running';
  conditions: Condition[];
  startTime: string;
  containerStatuses: { name: string; ready: boolean; started: boolean; restartCount: number; image: string; state: Record<string, unknown> }[];
  /** Not Kubernetes': what the instance is doing. `medianReplyMs` is null before its first answer. */
  requests: { inFlight: number; served: number; medianReplyMs: number | null };
  /** Not Kubernetes': linear memory of the guest that served last; null before the first. */
  memoryBytes: number | null;
}

/** Name of the one container of every Pod. */
const CONTAINER = 'guest';

/** `host` as a Node; `previous` is its last form, whose transition times are kept. Its resourceVersion is for the caller to set. */
export function toNode(host: HostView, previous: HostNode | undefined, version: string, nowMs: number): HostNode {
  const { id, url, visibility, features, responsive, startedAtMs } = host;
  const ready = responsive
    ? { type: 'Ready', status: 'True', reason: 'HostResponsive', message: `The tab answers and is ${visibility}.` }
    : { type: 'Ready', status: 'Unknown', reason: 'HostStalled', message: 'The tab does not answer: the browser may have frozen it.' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: id,
      namespace: '',
      uid: id,
      resourceVersion: '',
      generation: 1,
      creationTimestamp: toTimestamp(startedAtMs),
      labels: { 'kubernetes.io/hostname': id, 'swerve.dev/visibility': visibility, 'swerve.dev/jspi': String(features.jspi) },
      annotations: { 'swerve.dev/url': url, 'swerve.dev/user-agent': features.userAgent },
    },
    spec: { providerID: `swerve://${id}` },
    status: {
      conditions: setCondition(previous?.status?.conditions ?? [], ready as Condition, nowMs),
      addresses: [{ type: 'Hostname', address: id }],
      nodeInfo: {
        kubeletVersion: version,
        operatingSystem: 'browser',
        architecture: 'wasm',
        osImage: features.userAgent,
        containerRuntimeVersion: `swerve://${version}`,
      },
    },
  };
}

const STATES = {
  starting: { status: 'False', reason: 'Starting', message: 'The instance is being started.' },
  ready: { status: 'True', reason: 'Serving', message: 'The instance takes requests.' },
  stalled: { status: 'False', reason: 'Stalled', message: 'The instance did not acknowledge a request in time and is passed over.' },
  retiring: { status: 'False', reason: 'Retiring', message: 'The instance finishes its requests and then ends.' },
} as const;

/** `instance` as a Pod; `previous` as in {@link toNode}. */
export function toPod(instance: InstanceView, previous: InstancePod | undefined, nowMs: number): InstancePod {
  const { id, namespace, app, uid, generation, host, state, inFlight, served, startedAtMs, medianReplyMs, memoryBytes } = instance;
  const startedAt = toTimestamp(startedAtMs);
  const image = `${namespace}/${app}:${generation}`;
  const before = previous?.status?.conditions ?? [];
  const conditions = ['Ready', 'ContainersReady'].reduce((all, type) => setCondition(all, { type, ...STATES[state] }, nowMs), before);
  const isReady = findCondition(conditions, 'Ready')?.status === 'True';
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: id,
      namespace,
      uid: id,
      resourceVersion: '',
      generation: 1,
      creationTimestamp: startedAt,
      labels: { 'swerve.dev/app': app, 'swerve.dev/generation': String(generation) },
      ownerReferences: [{ apiVersion: APP_API_VERSION, kind: 'App', name: app, uid, controller: true }],
    },
    spec: { nodeName: host, containers: [{ name: CONTAINER, image }] },
    status: {
      phase: state === 'starting' ? 'Pending' : 'Running',
      conditions,
      startTime: startedAt,
      containerStatuses: [
        {
          name: CONTAINER,
          ready: isReady,
          started: state !== 'starting',
          restartCount: 0,
          image,
          state: state === 'starting' ? { waiting: { reason: 'Starting' } } : { running: { startedAt } },
        },
      ],
      requests: { inFlight, served, medianReplyMs },
      memoryBytes,
    },
  };
}
