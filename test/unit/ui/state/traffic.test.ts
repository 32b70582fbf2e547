import { describe, expect, it } from 'vitest';
import { type AppTraffic, TRAFFIC_SAMPLES_KEPT, type TrafficSample } from '../../../../src/core/traffic.ts';
import { quantile, Traffic } from '../../../../src/ui/state/traffic.ts';

function app(uid: string, changes: Partial<AppTraffic> = {}): AppTraffic {
  return { namespace: 'default', app: uid, uid, requests: 1, errors: 0, inFlight: 0, responseBytes: 0, latenciesMs: [], instances: [], ...changes };
}

const sample = (second: number, ...apps: AppTraffic[]): TrafficSample => ({ atMs: second * 1000, apps });
/** Half a second after the sample of `second`. */
const soonAfter = (second: number) => second * 1000 + 500;

describe('Traffic', () => {
  it('gives the seconds of an App, the missing ones as nothing', () => {
    const traffic = new Traffic();
    traffic.add([sample(10, app('a', { requests: 2, latenciesMs: [10, 30] })), sample(12, app('b'), app('a', { requests: 3, errors: 1 }))]);
    const none = { requests: 0, errors: 0, p50Ms: null, p95Ms: null };
    expect(traffic.secondsOf('a', soonAfter(12), 4)).toEqual([
      none,
      { requests: 2, errors: 0, p50Ms: 10, p95Ms: 30 },
      none,
      { requests: 3, errors: 1, p50Ms: null, p95Ms: null },
    ]);
    expect(traffic.secondsOf('a', soonAfter(13), 2).map(({ requests }) => requests)).toEqual([3, 0]);
    expect(traffic.secondsOf('nobody', soonAfter(12), 3)).toEqual([none, none, none]);
    expect(traffic.secondsOf('a', soonAfter(12))).toHaveLength(TRAFFIC_SAMPLES_KEPT);
  });

  it('sums up the last minute, of one App or of all', () => {
    const traffic = new Traffic();
    traffic.add([
      sample(10, app('a', { requests: 50, inFlight: 9 })),
      sample(80, app('a', { requests: 4, errors: 2, inFlight: 5, latenciesMs: [1, 2, 3, 100] })),
      sample(100, app('a', { requests: 5, inFlight: 1 }), app('b', { requests: 10, inFlight: 2, latenciesMs: [7] })),
    ]);
    expect(traffic.summaryOf('a', soonAfter(100))).toEqual({ requestsPerSecond: 1, requests: 9, errors: 2, inFlight: 1, p50Ms: 2, p95Ms: 100 });
    expect(traffic.totalOf(soonAfter(100))).toEqual({ inFlight: 3, requestsPerSecond: 3, requests: 19, errors: 2 });
    expect(traffic.totalSeconds(soonAfter(100), 22).map(({ requests, errors }) => requests * 10 + errors)).toEqual([0, 42, ...new Array(19).fill(0), 150]);
    expect(traffic.summaryOf('a', soonAfter(300))).toMatchObject({ requestsPerSecond: 0, requests: 0, p50Ms: null });
  });

  it('passes over what it knows, as after a stream was opened again', () => {
    const traffic = new Traffic();
    const heard: number[] = [];
    let changes = 0;
    const stop = traffic.listen(({ atMs }) => heard.push(atMs));
    traffic.subscribe(() => {
      changes += 1;
    });
    traffic.add([sample(1), sample(2)]);
    traffic.add([sample(1), sample(2)]);
    traffic.add([sample(2), sample(3)]);
    stop();
    traffic.add([sample(4)]);
    expect([heard, changes]).toEqual([[1000, 2000, 3000], 3]);
  });

  it('forgets requests under way once a sample no longer has them', () => {
    const traffic = new Traffic();
    traffic.add([sample(1, app('a', { inFlight: 2 })), sample(2)]);
    expect(traffic.summaryOf('a', soonAfter(2)).inFlight).toBe(0);
  });
});

describe('quantile', () => {
  it.each([
    [[], 0.5, null],
    [[5], 0.95, 5],
    [[4, 1, 3, 2], 0.5, 2],
    [[4, 1, 3, 2], 1, 4],
    [[4, 1, 3, 2], 0, 1],
  ])('of %j at %d is %s', (values, q, expected) => expect(quantile(values, q)).toBe(expected));
});
