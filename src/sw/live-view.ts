import type { HostView, InstanceView, LiveCluster } from '../control/live.ts';
import type { Cluster } from '../ingress/cluster.ts';

/** The cluster as the API shows it: hosts as Nodes, instances as Pods. */
export function liveView(cluster: Cluster): LiveCluster {
  return {
    hosts: () =>
      [...cluster.hosts.values()].map(
        (host): HostView => ({
          id: host.info.id,
          url: host.info.url,
          visibility: host.visibility,
          features: host.info.features,
          responsive: host.isResponsive,
          startedAtMs: host.info.startedAtMs,
        }),
      ),
    instances: () =>
      cluster.allInstances().map(
        ({ pool, instance }): InstanceView => ({
          id: instance.id,
          namespace: pool.target.spec.namespace,
          app: pool.target.spec.name,
          uid: pool.target.spec.uid,
          generation: instance.generation,
          host: instance.host.info.id,
          state: instance.state,
          inFlight: (instance.line?.inFlight ?? 0) + (instance.loan?.inFlight ?? 0),
          served: instance.line?.served ?? 0,
          startedAtMs: instance.startedAtMs,
          medianReplyMs: instance.line?.medianReplyMs() ?? null,
          memoryBytes: instance.line?.memoryBytes ?? null,
        }),
      ),
    subscribe: (listener) => cluster.subscribe(listener),
  };
}
