import { describe, expect, it } from 'vitest';
import type { AppTraffic, TrafficSample } from '../../../../src/core/traffic.ts';
import { flowOf, HostRates } from '../../../../src/ui/state/cluster-flow.ts';

const traffic = (app: string, requests: number, changes: Partial<AppTraffic> = {}): AppTraffic => ({
  namespace: 'default',
  app,
  uid: app,
  requests,
  errors: 0,
  inFlight: 0,
  responseBytes: 0,
  latenciesMs: [],
  instances: [{ instance: `${app}-1`, host: 'host-1', requests }],
  ...changes,
});
const sampleOf = (...apps: AppTraffic[]): TrafficSample => ({ atMs: 1000, apps });

describe('flowOf', () => {
  it('has a dot for every request, spread over the time', () => {
    const { dots, requestsPerDot } = flowOf(sampleOf(traffic('a', 4)), 40, 1000);
    expect(requestsPerDot).toBe(1);
    expect(dots).toEqual([0, 250, 500, 750].map((delayMs) => ({ host: 'host-1', instance: 'a-1', isError: false, delayMs })));
  });

  it('lets one dot stand for several where there are too many, but leaves no App out', () => {
    const { dots, requestsPerDot } = flowOf(sampleOf(traffic('a', 391), traffic('b', 9)), 40, 1000);
    expect(requestsPerDot).toBe(10);
    expect(dots.length).toBeLessThanOrEqual(40);
    expect(new Set(dots.map(({ instance }) => instance))).toEqual(new Set(['a-1', 'b-1']));
  });

  it('shows an error even if there is but one among many requests', () => {
    const { dots } = flowOf(sampleOf(traffic('a', 400, { errors: 1 })), 40, 1000);
    expect(dots.filter(({ isError }) => isError)).toHaveLength(1);
  });

  it('ends what no instance answered at the ingress, as an error', () => {
    const { dots } = flowOf(sampleOf(traffic('a', 3, { errors: 1, instances: [{ instance: 'a-1', host: 'host-1', requests: 2 }] })), 40, 1000);
    expect(dots.filter(({ isError }) => isError).map(({ host }) => host)).toEqual([null]);
    expect(dots.filter(({ isError }) => !isError).map(({ host }) => host)).toEqual(['host-1', 'host-1']);
  });

  it('is empty when nothing was served', () => {
    expect(flowOf(sampleOf(), 40, 1000)).toEqual({ dots: [], requestsPerDot: 1 });
  });
});

it('HostRates counts the last five seconds of each host', () => {
  const rates = new HostRates();
  for (let second = 0; second < 8; second++) rates.add({ atMs: second * 1000, apps: [traffic('a', 10), traffic('b', 5)] });
  expect(rates.at(7_000)).toEqual(new Map([['host-1', 15]]));
  expect(rates.at(10_000)).toEqual(new Map([['host-1', 6]]));
  expect(rates.at(13_000)).toEqual(new Map());
});
