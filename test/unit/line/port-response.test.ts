import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RuntimeError } from '../../../src/core/errors.ts';
import { PortResponse } from '../../../src/line/port-pipes.ts';
import { type FromInstance, INITIAL_CREDIT_BYTES } from '../../../src/protocol/sw-instance.ts';
import { bytesOf } from '../ingress/exchange-fixture.ts';

const ID = 4;

describe('PortResponse', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  function startResponse(method = 'GET') {
    const posted: FromInstance[] = [];
    const response = new PortResponse(ID, (message, transfer) => void posted.push(structuredClone(message, { transfer: transfer ?? [] })), method);
    return { response, posted };
  }
  const head = (bytes: string | null, end: boolean, status = 200): FromInstance => ({
    type: 'head',
    id: ID,
    status,
    headers: [
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ],
    bytes: bytes === null ? null : bytesOf(bytes),
    end,
  });
  const HEADERS = [
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ] as const;
  const chunk = (text: string): FromInstance => ({ type: 'chunk', id: ID, bytes: bytesOf(text) });
  const tick = () => Promise.resolve();

  it('sends what is whole as one', async () => {
    const { response, posted } = startResponse();
    response.whole(200, HEADERS, bytesOf('hello'));
    response.finish();
    await tick();
    expect(posted).toEqual([head('hello', true)]);
    expect(() => response.whole(200, HEADERS, bytesOf('again'))).toThrow(/twice/);
  });

  it.each([
    ['HEAD', 200],
    ['GET', 204],
  ])('sends the head alone of what is whole, in answer to %s with %d', async (method, status) => {
    const { response, posted } = startResponse(method);
    response.whole(status, HEADERS, bytesOf('hello'));
    await tick();
    expect(posted).toEqual([head(null, true, status)]);
  });

  it.each([
    ['fields', Array.from({ length: 1_001 }, (_, index) => [`x-${index}`, ''] as const)],
    ['bytes', [['x-long', 'x'.repeat(65_536)] as const]],
  ])('refuses a head of too many %s, with the rule, and sends nothing of it', async (_what, headers) => {
    const { response, posted } = startResponse();
    expect(() => response.head(200, headers)).toThrow(/at most 1000 fields of 65536 bytes are taken/);
    await tick();
    expect([response.headSent, posted]).toEqual([false, []]);
  });

  it('sends the head with the first bytes, at once', () => {
    const { response, posted } = startResponse();
    expect(response.headSent).toBe(false);
    const sink = response.head(200, HEADERS);
    expect(response.headSent).toBe(true);
    expect(posted).toEqual([]);
    sink.write(bytesOf('a'));
    expect(posted).toEqual([head('a', false)]);
  });

  it('sends a head without bytes when the guest yields, and an empty answer whole', async () => {
    const yielding = startResponse();
    yielding.response.head(200, HEADERS);
    await tick();
    expect(yielding.posted).toEqual([head(null, false)]);
    yielding.response.close();
    yielding.response.close();
    expect(yielding.posted).toEqual([head(null, false), { type: 'end', id: ID }]);

    const whole = startResponse();
    whole.response.head(200, HEADERS).close();
    await tick();
    expect(whole.posted).toEqual([head(null, true)]);
  });

  it('sends writes that follow each other at once together, when the guest yields', async () => {
    const { response, posted } = startResponse();
    const sink = response.head(200, HEADERS);
    for (const text of ['a', 'b', 'c']) sink.write(bytesOf(text));
    expect(posted).toEqual([head('a', false)]);
    await tick();
    expect(posted).toEqual([head('a', false), chunk('bc')]);
    sink.write(bytesOf('d'));
    sink.close();
    await tick();
    expect(posted.slice(2)).toEqual([chunk('d'), { type: 'end', id: ID }]);
  });

  it('sends a write at once that comes a while after the last, and what was held back before it', () => {
    const { response, posted } = startResponse();
    const sink = response.head(200, HEADERS);
    sink.write(bytesOf('a'));
    sink.write(bytesOf('b'));
    vi.advanceTimersByTime(3);
    sink.write(bytesOf('c'));
    expect(posted).toEqual([head('a', false), chunk('bc')]);
  });

  it('sends what it holds back when it is much, or when the guest says so', () => {
    const { response, posted } = startResponse();
    const sink = response.head(200, HEADERS);
    sink.write(bytesOf('a'));
    sink.write(new Uint8Array(65_535));
    expect(posted).toHaveLength(1);
    sink.write(new Uint8Array(1));
    expect(posted).toHaveLength(2);
    sink.write(bytesOf('b'));
    sink.flush?.();
    expect(posted).toHaveLength(3);
    sink.flush?.();
    expect(posted).toHaveLength(3);
  });

  it('copies what is written: it may be a view of wasm memory', () => {
    const { response, posted } = startResponse();
    const memory = bytesOf('xabx');
    const sink = response.head(200, HEADERS);
    sink.write(memory.subarray(1, 3));
    sink.write(memory.subarray(1, 3));
    memory.fill(0);
    sink.close();
    expect(posted).toEqual([head('ab', false), chunk('ab'), { type: 'end', id: ID }]);
    expect(memory).toHaveLength(4);
  });

  it('does not copy what was given to it', () => {
    const { response, posted } = startResponse();
    const sink = response.head(200, HEADERS);
    const [first, second, third] = [bytesOf('a'), bytesOf('b'), bytesOf('c')];
    sink.write(first, true);
    sink.write(second, true);
    sink.write(third, true);
    sink.close();
    expect(posted).toEqual([head('a', false), chunk('bc'), { type: 'end', id: ID }]);
    // Sent as it was; what travels together is joined.
    expect(first.byteLength).toBe(0);
    expect(second.byteLength).toBe(1);
  });

  it('has room for as much as it was given credit for, whether sent or held back', async () => {
    const { response } = startResponse();
    const sink = response.head(200, HEADERS);
    expect(sink.capacity()).toBe(INITIAL_CREDIT_BYTES);
    sink.write(new Uint8Array(10));
    sink.write(new Uint8Array(INITIAL_CREDIT_BYTES - 30));
    sink.write(new Uint8Array(15));
    expect(sink.capacity()).toBe(5);
    sink.write(new Uint8Array(9));
    expect(sink.capacity()).toBe(0);
    let isReady = false;
    const ready = sink.ready().then(() => {
      isReady = true;
    });
    await tick();
    expect(isReady).toBe(false);
    response.giveCredit(100);
    await ready;
    expect(sink.capacity()).toBe(96);
  });

  it.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 205],
    ['GET', 304],
  ])('drops the body of an answer that has none (%s, %i), so that no credit is waited for', (method, status) => {
    const { response, posted } = startResponse(method);
    const sink = response.head(status, HEADERS);
    sink.write(new Uint8Array(INITIAL_CREDIT_BYTES * 2));
    expect(sink.capacity()).toBe(INITIAL_CREDIT_BYTES);
    sink.close();
    expect(posted).toEqual([head(null, true, status)]);
  });

  it('sends what was written before a break, and then its reason', () => {
    const { response, posted } = startResponse();
    const sink = response.head(200, HEADERS);
    sink.write(bytesOf('a'));
    sink.write(bytesOf('b'));
    sink.abort(new Error('unreachable'));
    sink.abort(new Error('again'));
    sink.close();
    sink.write(bytesOf('late'));
    expect(posted).toEqual([
      head('a', false),
      chunk('b'),
      { type: 'abort', id: ID, error: expect.objectContaining({ code: 'handler-trap', message: 'unreachable' }) },
    ]);
  });

  it('ends the waits and writes of a guest whose caller went away', async () => {
    const { response } = startResponse();
    const sink = response.head(200, HEADERS);
    sink.write(new Uint8Array(INITIAL_CREDIT_BYTES));
    const ready = sink.ready();
    const gone = new RuntimeError('request-invalid', 'the caller went away');
    response.fail(gone);
    await ready;
    expect(() => sink.capacity()).toThrow(gone);
    expect(() => sink.write(bytesOf('a'))).toThrow(gone);
  });

  it('refuses a second head', () => {
    const { response } = startResponse();
    response.head(200, []);
    expect(() => response.head(200, [])).toThrow(expect.objectContaining({ code: 'handler-response-invalid' }));
  });
});
