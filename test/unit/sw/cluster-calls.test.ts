import { afterEach, describe, expect, it } from 'vitest';
import { InstanceLine } from '../../../src/ingress/instance-line.ts';
import { ClusterCalls, type ClusterCallsDeps, MAX_CALL_DEPTH } from '../../../src/sw/cluster-calls.ts';
import { REQUEST_HEAD } from '../ingress/exchange-fixture.ts';
import { testSpec } from '../wasi/preview2/guest-fixtures.ts';

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

const LIMITS = { headTimeoutMs: 5_000, timeoutMs: 5_000, durationMs: 5_000, requestBytes: 1_000 };
const GRANTED = { http: { allow: ['http://*.default.svc.cluster.local'] } };

/** An instance whose requests 1, 2, … are 0, 1, … calls deep, and what became of a call on behalf of `from`. */
function caller(capabilities = GRANTED) {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  const asked: string[] = [];
  const deps: Partial<ClusterCallsDeps> = {
    find: async (namespace, name) => {
      asked.push(`${namespace}/${name}`);
      return null;
    },
    targetOf: () => ({ spec: testSpec({ capabilities }), maxInstances: 1, maxQueued: 1, durationMs: 10_000 }),
    problem: (error) => new Response(error.message, { status: error.status, headers: { 'swerve-error': error.code } }),
  };
  const depthOf = (id: number) => (id >= 1 && id <= 10 ? id - 1 : null);
  new ClusterCalls(deps as ClusterCallsDeps).serve({ uid: 'uid', depthOf }, port1);
  const ownLine = new InstanceLine(port2, { onSpoke: () => {}, onRoom: () => {}, onOverdue: () => {} });
  const call = (from: number | undefined, url = 'http://other.default.svc.cluster.local/') =>
    ownLine.send({ ...REQUEST_HEAD, url, ...(from !== undefined && { from }) }, null, false, LIMITS).reply;
  return { call, asked };
}

describe('a call', () => {
  it('is looked up when its request is under way and not too deep', async () => {
    const { call, asked } = caller();
    await expect(call(1)).rejects.toMatchObject({ code: 'resource-not-found' });
    await expect(call(MAX_CALL_DEPTH)).rejects.toMatchObject({ code: 'resource-not-found' });
    expect(asked).toEqual(['default/other', 'default/other']);
  });

  it('is answered with 508 when it is one deeper', async () => {
    const { call, asked } = caller();
    expect(await call(MAX_CALL_DEPTH + 1)).toMatchObject({ status: 508 });
    expect(asked).toEqual([]);
  });

  it.each([
    ['without a request', undefined],
    ['on behalf of a request that is over', 11],
    ['on behalf of one that never was', -1],
  ])('is refused %s', async (_what, from) => {
    const { call, asked } = caller();
    await expect(call(from)).rejects.toMatchObject({ code: 'api-forbidden' });
    expect(asked).toEqual([]);
  });

  it.each([
    ['an inner name that was not granted', 'http://other.team.svc.cluster.local/'],
    ['what is no inner name', 'http://example.com/'],
    ['a name that no App can have', 'http://a.b.default.svc.cluster.local/'],
  ])('is refused to %s, whatever its instance thinks of it', async (_what, url) => {
    const { call, asked } = caller();
    await expect(call(1, url)).rejects.toMatchObject({ code: 'api-forbidden' });
    expect(asked).toEqual([]);
  });

  it('is refused to an App without a grant', async () => {
    const { call } = caller({ http: { allow: [] } });
    await expect(call(1)).rejects.toMatchObject({ code: 'api-forbidden' });
  });
});
