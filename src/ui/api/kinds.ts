import type { Resource } from '../../core/resource.ts';

/** The parts of the Kubernetes core kinds that the panel reads. Everything is optional that the API does not promise. */

interface CoreCondition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

/** A host: one open tab. */
export type HostNode = Resource<
  { unschedulable?: boolean },
  {
    conditions?: CoreCondition[];
    addresses?: { type: string; address: string }[];
    nodeInfo?: Record<string, string>;
  }
>;

/** An instance: one dedicated worker. */
export type InstancePod = Resource<
  { nodeName?: string },
  {
    phase?: string;
    reason?: string;
    message?: string;
    startTime?: string;
    conditions?: CoreCondition[];
    /** Not Kubernetes': what the instance is doing. */
    requests?: { inFlight: number; served: number; medianReplyMs: number | null };
    /** Not Kubernetes': linear memory of the guest that served last. */
    memoryBytes?: number | null;
  }
>;

/** Label that an instance carries: the name of its App. */
export const APP_LABEL = 'swerve.dev/app';
