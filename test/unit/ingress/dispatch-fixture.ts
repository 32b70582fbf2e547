import { AppLines } from '../../../src/ingress/app-lines.ts';
import type { Cluster } from '../../../src/ingress/cluster.ts';
import { type DispatchRequest, type DispatchResult, dispatch } from '../../../src/ingress/dispatch.ts';
import { makeTarget, type TestInstance } from './cluster-fixture.ts';
import { REQUEST_HEAD } from './exchange-fixture.ts';
import { startCluster } from './started-cluster.ts';

/** A request of the App of `startCluster`. */
export function makeRequest({
  method = 'GET',
  body = null,
  ...changes
}: Partial<Omit<DispatchRequest, 'body'>> & { method?: string; body?: ReadableStream<Uint8Array> | null } = {}): DispatchRequest {
  return {
    head: { ...REQUEST_HEAD, method },
    body: { stream: body, length: null },
    limits: { timeoutMs: 5_000, durationMs: 60_000, requestBytes: 1_000_000 },
    signal: null,
    hostWaitMs: 1_000,
    canBoot: false,
    isHostComing: false,
    trace: null,
    ...changes,
  };
}

/** Sends the request to an instance of `target`. */
export function dispatchTo(cluster: Cluster, request: DispatchRequest, target = makeTarget()): Promise<DispatchResult> {
  return dispatch(new AppLines(cluster, target), request);
}

/** A cluster whose only window starts, for each instance it is asked for, the next of `instances`. */
export function startWith(...instances: TestInstance[]) {
  const started = startCluster();
  const { window, host } = started.join('a');
  const names: string[] = [];
  window.onSpawn = (id, spec) => {
    const next = instances[names.length];
    names.push(id);
    if (next) window.ready(id, spec, next);
  };
  return { ...started, window, host, crash: (index: number) => window.say({ type: 'instance-ended', instance: names[index]!, reason: 'unresponsive' }), names };
}
