import { afterEach, describe, expect, it } from 'vitest';
import type { App } from '../../../src/core/app.ts';
import { TrafficLog } from '../../../src/ingress/traffic-log.ts';
import type { LoanOffer, LoanReport } from '../../../src/protocol/sw-instance.ts';
import { Lender } from '../../../src/sw/lender.ts';
import { closePorts, makeTarget, TestInstance } from '../ingress/cluster-fixture.ts';
import { settle } from '../ingress/exchange-fixture.ts';
import { outcomeOf, startPool } from '../ingress/pool-fixture.ts';

afterEach(closePorts);

const ORIGIN = 'http://hello.example.org';
const app = { metadata: { namespace: 'default', name: 'hello', uid: 'uid-hello' } } as App;

const REPORT: LoanReport = {
  request: 1,
  instance: 'one',
  method: 'GET',
  url: `${ORIGIN}/a?b`,
  isNavigation: false,
  atMs: Date.now(),
  state: 'done',
  status: 200,
  error: null,
  sentMs: 1,
  headMs: 3,
  endedMs: 4,
  requestHeaders: [['a', 'b']],
  responseHeaders: [],
  requestBytes: null,
  responseBytes: 5,
  requestStart: null,
  responseStart: { bytes: new TextEncoder().encode('hello'), isCut: false },
  memoryBytes: 65_536,
};

function start({ maxInstances = 1 } = {}) {
  const pool = startPool(makeTarget({ maxInstances }), 2);
  const traffic = new TrafficLog();
  const offers: LoanOffer[] = [];
  const lender = new Lender(ORIGIN, app, pool.pool, traffic, (offer) => void offers.push(offer));
  /** `one` is ready, and lent. */
  const lendOne = async () => {
    pool.addReady('one');
    lender.lendIdle();
    await settle();
    pool.windows[0]!.say({ type: 'lent', instance: 'one' }, [new TestInstance().port]);
    await settle();
  };
  const asked = () => pool.windows[0]!.received.filter(({ type }) => type === 'lend' || type === 'take-back');
  return { ...pool, traffic, offers, lender, lendOne, asked, records: () => traffic.requests('uid-hello').map((trace) => trace.record()) };
}

describe('Lender', () => {
  it('lends all room of an idle instance, and says when there is no more to have', async () => {
    const { lendOne, offers, asked } = start();
    await lendOne();
    expect(asked()).toEqual([{ type: 'lend', instance: 'one', slots: 2, durationMs: 10_000 }]);
    expect(offers).toEqual([{ type: 'loan', instance: 'one', host: 'a', slots: 2, isWhole: true }]);
  });

  it('lends nothing that is busy, leaves, or is lent already', async () => {
    const { addReady, load, lender, hosts, asked } = start({ maxInstances: 3 });
    addReady('busy');
    load('busy');
    addReady('leaves', { host: 1 });
    hosts[1]!.isLeaving = true;
    lender.lendIdle();
    await settle();
    expect(asked()).toEqual([]);
    addReady('idle');
    lender.lendIdle();
    lender.lendIdle();
    await settle();
    expect(asked()).toMatchObject([{ type: 'lend', instance: 'idle' }]);
  });

  it('has what it lent back before another waits for it in vain', async () => {
    const { lendOne, acquire, lender, offers, asked } = start();
    await lendOne();
    const waiting = outcomeOf(acquire());
    await settle();
    expect(waiting).toEqual({});
    expect(offers.at(-1)).toEqual({ type: 'loan-recalled', instance: 'one' });
    lender.receive({ type: 'loan-returned', instance: 'one' });
    await settle();
    expect(waiting.value).toMatchObject({ id: 'one', reserved: 1 });
    expect(asked().at(-1)).toEqual({ type: 'take-back', instance: 'one' });
    waiting.value!.reserved = 0;
    lender.lendIdle();
    await settle();
    expect(asked().at(-1)?.type).toBe('lend');
  });

  it('has the room back that those who were recalled do not use any more', async () => {
    const { lendOne, acquire, lender, asked } = start();
    await lendOne();
    const waiting = outcomeOf(acquire());
    await settle();
    lender.receive({ type: 'loan-busy', instance: 'one', inFlight: 1 });
    await settle();
    expect(waiting.value).toMatchObject({ id: 'one', reserved: 1, loan: { slots: 1 } });
    // What both have need of is not lent again at once.
    lender.receive({ type: 'loan-returned', instance: 'one' });
    waiting.value!.reserved = 0;
    lender.lendIdle();
    await settle();
    expect(asked().at(-1)?.type).toBe('take-back');
  });

  it('takes back what nobody answers for', async () => {
    const { lendOne, acquire, asked } = start();
    await lendOne();
    expect(await acquire()).toMatchObject({ id: 'one', loan: null });
    await settle();
    expect(asked().at(-1)).toEqual({ type: 'take-back', instance: 'one' });
  });

  it('is asked before another instance is started, which follows when it does not suffice', async () => {
    const { lendOne, acquire, lender, ids } = start({ maxInstances: 2 });
    await lendOne();
    void outcomeOf(acquire());
    await settle();
    expect(ids('starting')).toEqual([]);
    lender.receive({ type: 'loan-busy', instance: 'one', inFlight: 2 });
    expect(ids('starting').length).toBe(1);
  });

  it('starts another instance when that would do good, up to the maximum, and lends it as it comes', async () => {
    const { lendOne, lender, ids, addReady, asked } = start({ maxInstances: 2 });
    lender.lendMore();
    await lendOne();
    lender.receive({ type: 'loan-grow' });
    lender.receive({ type: 'loan-grow' });
    const [second] = ids('starting');
    expect(ids('starting').length).toBe(1);
    addReady(second!);
    lender.lendMore();
    await settle();
    expect(asked()).toMatchObject([
      { type: 'lend', instance: 'one' },
      { type: 'lend', instance: second },
    ]);
  });

  it('ends an instance of an earlier generation once it was returned', async () => {
    const { pool, lendOne, lender, ids, windows } = start();
    await lendOne();
    pool.retarget(makeTarget({ spec: { generation: 2 } }));
    expect(ids('retiring')).toEqual(['one']);
    lender.receive({ type: 'loan-returned', instance: 'one' });
    await settle();
    expect(windows[0]!.terminated).toEqual([{ instance: 'one', reason: 'retired' }]);
  });

  it('has an instance terminated that is overdue, and tells that it is lost', async () => {
    const { lendOne, lender, offers, windows } = start();
    await lendOne();
    lender.receive({ type: 'loan-overdue', instance: 'one' });
    await settle();
    expect(windows[0]!.terminated).toEqual([{ instance: 'one', reason: 'deadline' }]);
    expect(offers.at(-1)).toMatchObject({ type: 'loan-lost', instance: 'one', error: { code: 'host-lost' } });
  });

  it('recalls what runs in a window that is about to go', async () => {
    const { pool, hosts, lendOne, offers } = start();
    await lendOne();
    pool.recallFrom(hosts[1]!);
    expect(offers.length).toBe(1);
    pool.recallFrom(hosts[0]!);
    expect(offers.at(-1)).toEqual({ type: 'loan-recalled', instance: 'one' });
  });

  it('notes the requests that it is told of, while they run and when they end', async () => {
    const { pool, lendOne, lender, records } = start();
    await lendOne();
    lender.receive({ type: 'loan-used', reports: [{ ...REPORT, state: 'running', status: null, headMs: null, endedMs: null, responseBytes: 0 }] });
    const one = pool.instances.get('one')!;
    expect([records().map(({ state }) => state), one.loan?.inFlight]).toEqual([['running'], 1]);
    lender.receive({ type: 'loan-used', reports: [REPORT] });
    expect(records()).toMatchObject([
      { state: 'done', status: 200, instance: 'one', host: 'a', path: '/a?b', responseBytes: 5, phases: { guestMs: 2, bodyMs: 1 } },
    ]);
    expect([one.loan?.inFlight, one.line?.served, one.line?.memoryBytes, one.line?.medianReplyMs()]).toEqual([0, 1, 65_536, 3]);
  });

  it('notes nothing of what a page wrote on the line that is no report of its own origin', async () => {
    const { lendOne, lender, records } = start();
    await lendOne();
    const wrong: Record<string, unknown>[] = [
      { url: 'http://other.example.org/' },
      { url: 'no address' },
      { instance: 'of another' },
      { requestHeaders: 'x' },
      { requestHeaders: [['a']] },
      { responseHeaders: [['a', 'x'.repeat(200_000)]] },
      { status: 'fine' },
      { state: 'odd' },
      { error: { code: 1 } },
      { responseStart: { bytes: 'x' } },
      { sentMs: Number.NaN },
    ];
    lender.receive({ type: 'loan-used', reports: wrong.map((change, request) => ({ ...REPORT, request, ...change }) as LoanReport) });
    lender.receive({ type: 'loan-used', reports: [null as unknown as LoanReport] });
    expect(records()).toEqual([]);
    lender.receive({ type: 'loan-used', reports: 'many' as unknown as LoanReport[] });
    expect(records()).toEqual([]);
  });

  it('takes everything back when whoever it lent to is gone', async () => {
    const { pool, lendOne, lender, records, asked } = start();
    await lendOne();
    lender.receive({ type: 'loan-used', reports: [{ ...REPORT, state: 'running', endedMs: null }] });
    lender.end();
    await settle();
    expect([pool.instances.get('one')!.loan, records()[0]?.state, asked().at(-1)?.type]).toEqual([null, 'cancelled', 'take-back']);
  });
});
