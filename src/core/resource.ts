/** Kubernetes ObjectMeta, the part Swerve keeps (API conventions, "Metadata"). Times are RFC 3339 UTC with whole seconds. */
export interface ObjectMeta {
  name: string;
  namespace: string;
  uid: string;
  /** Opaque to clients; grows with every write of any resource. */
  resourceVersion: string;
  /** Grows with every change of `spec`. */
  generation: number;
  creationTimestamp: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** Kubernetes Condition (`metav1.Condition`). `Unknown` means that nobody has looked yet. */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  lastTransitionTime: string;
  observedGeneration?: number;
}

/** One object of the API: `kind, metadata, spec, status`. */
export interface Resource<Spec = unknown, Status = unknown> {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec: Spec;
  status?: Status;
}

/** One line of a watch (Kubernetes WatchEvent). */
export type WatchEvent<T extends Resource = Resource> =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: T }
  | { type: 'BOOKMARK'; object: { apiVersion: string; kind: string; metadata: { resourceVersion: string; annotations?: Record<string, string> } } }
  | { type: 'ERROR'; object: KubernetesStatus };

/** Kubernetes `Status`, the body of every error under `/_swerve/apis/` and `/_swerve/api/`. */
export interface KubernetesStatus {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: Record<string, never>;
  status: 'Success' | 'Failure';
  message?: string;
  reason?: string;
  details?: {
    name?: string;
    group?: string;
    kind?: string;
    uid?: string;
    causes?: { reason: string; message: string; field: string }[];
  };
  code: number;
}

/** RFC 3339 with whole seconds, as Kubernetes writes times. */
export function toTimestamp(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
