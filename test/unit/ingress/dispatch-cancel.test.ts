import { afterEach, describe, expect, it } from 'vitest';
import { closePorts, TestInstance } from './cluster-fixture.ts';
import { dispatchTo, makeRequest, startWith } from './dispatch-fixture.ts';
import { settle } from './exchange-fixture.ts';
import { outcomeOf } from './pool-fixture.ts';
import { startCluster } from './started-cluster.ts';

afterEach(closePorts);

/** Dispatches to `instance`, and once it was sent the caller goes away; `meanwhile` happens in the same turn. */
async function abandon(instance: TestInstance, meanwhile: () => void = () => {}) {
  const { cluster } = startWith(instance);
  const caller = new AbortController();
  const result = outcomeOf(dispatchTo(cluster, makeRequest({ signal: caller.signal })));
  await settle();
  caller.abort();
  meanwhile();
  await settle();
  return result;
}

describe('dispatch, when the caller goes away', () => {
  it('cancels the guest', async () => {
    const instance = new TestInstance('accepts');
    const result = await abandon(instance);
    expect(result.error).toMatchObject({ code: 'request-invalid' });
    expect(instance.types).toEqual(['request', 'cancel']);
    instance.say({ type: 'done', id: 1 });
    await settle();
  });

  it('before it was accepted cancels the guest that accepts it later', async () => {
    const instance = new TestInstance('silent');
    const result = await abandon(instance, () => instance.say({ type: 'accepted', id: 1 }));
    expect(result.error).toMatchObject({ code: 'request-invalid' });
    expect(instance.types).toEqual(['request', 'cancel']);
    instance.say({ type: 'done', id: 1 });
    await settle();
  });

  it('while no window is there yet gives up: nothing is sent for it', async () => {
    const { cluster, join } = startCluster({ askWindows: async () => 1 });
    const caller = new AbortController();
    const result = outcomeOf(dispatchTo(cluster, makeRequest({ signal: caller.signal })));
    await settle();
    caller.abort();
    const instance = new TestInstance('accepts');
    join('a', [{ id: 'one', instance }]);
    await settle();
    expect(result.error).toMatchObject({ code: 'request-invalid' });
    expect(instance.received).toEqual([]);
  });

  it('while its request waits gives up the place in the queue', async () => {
    const { cluster, target } = startWith(); // Its starts take for ever.
    const caller = new AbortController();
    const result = outcomeOf(dispatchTo(cluster, makeRequest({ signal: caller.signal })));
    await settle();
    expect(cluster.pool(target).queued).toBe(1);
    caller.abort();
    await settle();
    expect(result.error).toMatchObject({ code: 'request-invalid' });
    expect(cluster.pool(target).queued).toBe(0);
  });
});
