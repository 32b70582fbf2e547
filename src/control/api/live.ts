import { RuntimeError } from '../../core/errors.ts';
import type { HostNode, InstancePod } from '../live-objects.ts';
import type { WatchSource } from '../watch-events.ts';
import { json } from './answers.ts';
import type { ApiContext } from './context.ts';
import { listOrWatch } from './watch.ts';

/** GET `api/v1/nodes`: the hosts. */
export function listNodes(context: ApiContext): Promise<Response> {
  return listOrWatch(context, liveSource<HostNode>(context, 'Node', null));
}

/** GET `api/v1/pods` and `api/v1/namespaces/:namespace/pods`: the instances. */
export function listPods(context: ApiContext): Promise<Response> {
  return listOrWatch(context, liveSource<InstancePod>(context, 'Pod', context.params['namespace'] ?? null));
}

export async function getNode(context: ApiContext): Promise<Response> {
  return one(context.dependencies.live.get<HostNode>('Node', '', context.params['name'] ?? ''), context);
}

export async function getPod(context: ApiContext): Promise<Response> {
  const { namespace = '', name = '' } = context.params;
  return one(context.dependencies.live.get<InstancePod>('Pod', namespace, name), context);
}

function one(object: HostNode | InstancePod | null, { params }: ApiContext): Response {
  if (object === null) throw new RuntimeError('resource-not-found', `nothing of the name ${params['name']} runs now`);
  return json(object);
}

/** The Nodes or Pods of `namespace`, or of all for null. */
export function liveSource<T extends HostNode | InstancePod>({ dependencies: { live } }: ApiContext, kind: T['kind'], namespace: string | null): WatchSource {
  return {
    apiVersion: 'v1',
    kind,
    list: async () => live.list<T>(kind, namespace),
    changesSince: async (resourceVersion) => {
      const { changes, resourceVersion: newest } = live.changesSince(kind, resourceVersion);
      return { changes: changes.filter(({ object }) => namespace === null || object.metadata.namespace === namespace), resourceVersion: newest };
    },
    subscribe: (wake) => live.subscribe(wake),
  };
}
