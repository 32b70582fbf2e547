import type { InstanceSpec } from '../../../src/core/instance-spec.ts';
import { AppPool, type AppTarget, type PooledInstance } from '../../../src/ingress/app-pool.ts';
import type { Exchange } from '../../../src/ingress/exchange.ts';
import { HostLink } from '../../../src/ingress/host-link.ts';
import { announcementOf, type Behaviour, TestInstance, TestWindow } from './cluster-fixture.ts';
import { LIMITS, REQUEST_HEAD } from './exchange-fixture.ts';

/** A pool over the windows `a`, `b` …; `hosts` is what its cluster would choose from, the first responsive one that does not leave first. */
export function startPool(target: AppTarget, windowCount = 1) {
  const hosts: HostLink[] = [];
  const pool: AppPool = new AppPool(target, {
    chooseHost: () => hosts.find((host) => host.isResponsive && !host.isLeaving) ?? hosts.find((host) => host.isResponsive) ?? null,
    hasStayingHost: () => hosts.some((host) => host.isResponsive && !host.isLeaving),
    onChanged: () => {},
  });
  const windows = Array.from({ length: windowCount }, (_, index) => new TestWindow(String.fromCharCode(97 + index)));
  for (const { info, port } of windows) {
    const host: HostLink = new HostLink(info, port, {
      onInstanceReady: () => {},
      onInstanceFailed: () => {},
      onInstanceEnded: () => {},
      onCookies: () => {},
      onLent: (_host, id, instancePort) => pool.lent(id, instancePort),
      onLineLost: () => {},
      onSilent: (link) => pool.abandonStarts(link),
      onChanged: () => pool.pump(),
    });
    hosts.push(host);
  }
  return {
    pool,
    windows,
    hosts,
    /** An instance that only accepts its requests becomes ready on the window of that index. */
    addReady(
      id: string,
      { host = 0, spec = {}, behaviour = 'accepts' }: { host?: number; spec?: Partial<InstanceSpec>; behaviour?: Behaviour } = {},
    ): TestInstance {
      const instance = new TestInstance(behaviour);
      pool.addReady(announcementOf(id, { ...target.spec, ...spec }), hosts[host]!, instance.port);
      return instance;
    },
    ids: (state?: PooledInstance['state']) => [...pool.instances.values()].filter((one) => state === undefined || one.state === state).map(({ id }) => id),
    starting: (): PooledInstance => [...pool.instances.values()].find(({ state }) => state === 'starting')!,
    acquire: (deadlineMs = 5_000) => pool.acquire({ deadlineMs, signal: null }),
    /** As the dispatcher does: acquires, and sends in the turn that it learns of the instance. */
    acquireAndSend: async (): Promise<Exchange> => {
      const instance = await pool.acquire({ deadlineMs: 5_000, signal: null });
      instance.reserved -= 1;
      return sendTo(instance);
    },
    /** Sends a request that stays under way until the instance says it is done. */
    load: (id: string): Exchange => sendTo(pool.instances.get(id)!),
  };
}

export function sendTo(instance: PooledInstance): Exchange {
  return instance.line!.send(REQUEST_HEAD, null, false, LIMITS);
}

/** What has become of a promise, readable after `settle`. */
export function outcomeOf<T>(promise: Promise<T>) {
  const outcome: { value?: T; error?: unknown } = {};
  promise.then(
    (value) => Object.assign(outcome, { value }),
    (error) => Object.assign(outcome, { error }),
  );
  return outcome;
}
