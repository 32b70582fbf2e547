import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { INITIAL_CREDIT_BYTES } from '../../../src/protocol/sw-instance.ts';
import { bytesOf, meteredBody, startExchange } from './exchange-fixture.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const limits = { headTimeoutMs: 1_000, timeoutMs: 1_000, durationMs: 10_000 };

/** What a promise has come to so far. */
function watch<T>(promise: Promise<T>) {
  const seen: { state: 'pending' | 'resolved' | 'rejected'; error?: unknown; value?: T } = { state: 'pending' };
  promise.then(
    (value) => Object.assign(seen, { state: 'resolved', value }),
    (error) => Object.assign(seen, { state: 'rejected', error }),
  );
  return seen;
}

describe('Exchange, the deadline of the head', () => {
  it('stops the guest: handler-timeout to the caller, cancel to the guest, and after the grace its worker is overdue', async () => {
    const { exchange, accept, types, told } = startExchange({ limits });
    accept();
    const reply = watch(exchange.reply);
    await pass(999);
    expect(reply.state).toBe('pending');
    await pass(1);
    expect(reply).toMatchObject({ state: 'rejected', error: { code: 'handler-timeout', details: { deadlineMs: 1_000 } } });
    expect(types()).toEqual(['request', 'cancel']);
    await pass(249);
    expect(told).toEqual(['accepted']);
    await pass(1);
    expect(told).toEqual(['accepted', 'overdue']);
  });

  it('spares the worker of a guest that stops within the grace', async () => {
    const { accept, done, told } = startExchange({ limits });
    accept();
    await pass(1_200);
    done();
    await pass(1_000);
    expect(told).toEqual(['accepted', 'done']);
  });

  it('leaves nothing behind once the request is done', async () => {
    const { head, done, types, told } = startExchange({ limits });
    head(200, bytesOf('a'), true);
    done();
    await pass(20_000);
    expect(types()).toEqual(['request']);
    expect(told).toEqual(['accepted', 'done']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is put off while the request body flows', async () => {
    const quarter = INITIAL_CREDIT_BYTES / 4;
    const { exchange, accept, credit } = startExchange({ method: 'POST', body: meteredBody([...new Array(6).fill(quarter)]).stream, limits });
    accept();
    const reply = watch(exchange.reply);
    await pass(900);
    credit(quarter);
    await pass(900);
    credit(quarter);
    await pass(999);
    expect(reply.state).toBe('pending');
    await pass(1);
    expect(reply.state).toBe('rejected');
  });
});

describe('Exchange, the deadline between two pieces', () => {
  it('starts anew with each piece', async () => {
    const { exchange, head, chunk } = startExchange({ limits });
    head(200, bytesOf('a'));
    const text = watch(exchange.reply.then(({ body }) => new Response(body).text()));
    for (let count = 0; count < 3; count += 1) {
      await pass(900);
      chunk(bytesOf('b'));
    }
    await pass(999);
    expect(text.state).toBe('pending');
    await pass(1);
    expect(text).toMatchObject({ state: 'rejected', error: { code: 'handler-timeout' } });
  });

  it('does not run while the caller does not read', async () => {
    const { exchange, head, types } = startExchange({ limits });
    head(200, bytesOf('a'));
    const reader = (await exchange.reply).body!.getReader();
    await pass(5_000);
    expect(types()).toEqual(['request']);
    await reader.read();
    await pass(2_000);
    expect(types()).toEqual(['request']);
    const next = watch(reader.read());
    await pass(999);
    expect(next.state).toBe('pending');
    await pass(1);
    expect(next).toMatchObject({ state: 'rejected', error: { code: 'handler-timeout' } });
    expect(types()).toEqual(['request', 'cancel']);
  });
});

describe('Exchange, the deadline of the whole', () => {
  it('ends an answer that keeps coming', async () => {
    const { exchange, head, chunk } = startExchange({ limits: { ...limits, durationMs: 3_000 } });
    head(200, bytesOf('a'));
    const text = watch(exchange.reply.then(({ body }) => new Response(body).text()));
    for (let count = 0; count < 5; count += 1) {
      await pass(500);
      chunk(bytesOf('b'));
    }
    await pass(499);
    expect(text.state).toBe('pending');
    await pass(1);
    expect(text).toMatchObject({ state: 'rejected', error: { code: 'handler-timeout', details: { deadlineMs: 3_000 } } });
  });

  it('ends an answer that nobody reads', async () => {
    const { exchange, head, types } = startExchange({ limits: { ...limits, durationMs: 3_000 } });
    head(200, bytesOf('a'));
    await exchange.reply;
    await pass(2_999);
    expect(types()).toEqual(['request']);
    await pass(1);
    expect(types()).toEqual(['request', 'cancel']);
  });

  it('ends a head that the upload keeps putting off', async () => {
    const quarter = INITIAL_CREDIT_BYTES / 4;
    const { exchange, accept, credit } = startExchange({
      method: 'POST',
      body: meteredBody(new Array(40).fill(quarter)).stream,
      limits: { ...limits, durationMs: 3_000 },
    });
    accept();
    const reply = watch(exchange.reply);
    for (let count = 0; count < 5; count += 1) {
      await pass(500);
      credit(quarter);
    }
    await pass(499);
    expect(reply.state).toBe('pending');
    await pass(1);
    expect(reply).toMatchObject({ state: 'rejected', error: { code: 'handler-timeout', details: { deadlineMs: 3_000 } } });
  });
});

describe('Exchange, whose caller goes away', () => {
  it('gives the guest until its deadline to stop: it may be computing for others too', async () => {
    const { exchange, accept, told } = startExchange({ limits });
    accept();
    exchange.cancel();
    await pass(999);
    expect(told).toEqual(['accepted']);
    await pass(1);
    expect(told).toEqual(['accepted', 'overdue']);
  });

  it('before it was accepted does not let it run', async () => {
    const { exchange, accept, done, types, told } = startExchange({ limits });
    const accepted = exchange.waitAccepted(10_000);
    exchange.cancel();
    expect(await accepted).toBe(false);
    done();
    accept();
    await pass(20_000);
    expect(types()).toEqual(['request', 'cancel']);
    expect(told).toEqual(['done']);
  });

  it('twice, by its body and by the signal of the request, still spares a guest that stops in time', async () => {
    const { exchange, accept, head, done, told, types } = startExchange({ limits });
    accept();
    head(200, bytesOf('a'));
    await (await exchange.reply).body!.cancel();
    await pass(10);
    exchange.cancel();
    await pass(10);
    done();
    await pass(20_000);
    expect(told).toEqual(['accepted', 'done']);
    expect(types()).toEqual(['request', 'cancel']);
  });

  it('twice does not put off the end of one that goes on', async () => {
    const { exchange, accept, told } = startExchange({ limits });
    accept();
    exchange.cancel();
    await pass(900);
    exchange.cancel();
    await pass(100);
    expect(told).toEqual(['accepted', 'overdue']);
    await pass(20_000);
    expect(told).toEqual(['accepted', 'overdue']);
  });
});
