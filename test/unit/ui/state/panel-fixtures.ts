import type { App } from '../../../../src/core/app.ts';
import type { TrafficSample } from '../../../../src/core/traffic.ts';

/** An App that is Ready since `since`, or is not. */
export function appThatIs(name: string, ready: 'True' | 'False', since = '2026-11-21T12:00:00Z'): App {
  const condition = { type: 'Ready', status: ready, reason: 'R', message: '', lastTransitionTime: since };
  return { metadata: { uid: name, name, namespace: 'default', generation: 1 }, status: { observedGeneration: 1, conditions: [condition] } } as unknown as App;
}

/** One second in which the App of that uid answered. */
export function sample(atMs: number, uid: string, requests: number, errors: number, inFlight = 0): TrafficSample {
  return { atMs, apps: [{ namespace: 'default', app: uid, uid, requests, errors, inFlight, responseBytes: 0, latenciesMs: [], instances: [] }] };
}
