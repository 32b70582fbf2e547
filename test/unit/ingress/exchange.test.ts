import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../../../src/core/errors.ts';
import { bytesOf, meteredBody, settle, startExchange } from './exchange-fixture.ts';

describe('Exchange, the request', () => {
  it('is announced at once, and says whether it has a body and must be held', () => {
    const { posted } = startExchange({ method: 'POST', body: meteredBody([1]).stream, hold: true });
    expect(posted).toEqual([{ type: 'request', id: 7, head: expect.objectContaining({ method: 'POST' }), hasBody: true, hold: true }]);
    expect(startExchange().posted).toEqual([expect.objectContaining({ hasBody: false, hold: false })]);
  });

  it('sends go and then the body only after it was accepted', async () => {
    const body = meteredBody([3, 2]);
    const { exchange, types, chunks, accept, told } = startExchange({ method: 'POST', body: body.stream, hold: true });
    await settle();
    expect(types()).toEqual(['request']);
    expect(body.taken).toBe(0);
    expect(exchange.isBodyWhole).toBe(true);
    accept();
    await settle();
    expect(types()).toEqual(['request', 'go', 'chunk', 'chunk', 'end']);
    expect(chunks()).toEqual([Uint8Array.of(1, 1, 1), Uint8Array.of(2, 2)]);
    expect(exchange.isBodyWhole).toBe(false);
    expect(told).toEqual(['accepted']);
  });

  it('without a body but held waits for acceptance to run', async () => {
    const { types, accept } = startExchange({ method: 'POST', hold: true });
    accept();
    await settle();
    expect(types()).toEqual(['request', 'go']);
  });

  it('that need not be held is never told to go', async () => {
    const { types, accept } = startExchange();
    accept();
    await settle();
    expect(types()).toEqual(['request']);
  });

  it('tells whether it was accepted in time', async () => {
    const late = startExchange();
    expect(await late.exchange.waitAccepted(5)).toBe(false);
    const prompt = startExchange();
    const waited = prompt.exchange.waitAccepted(5_000);
    prompt.accept();
    expect(await waited).toBe(true);
    expect(await prompt.exchange.waitAccepted(0)).toBe(true);
    const lost = startExchange();
    const waitedForLost = lost.exchange.waitAccepted(5_000);
    lost.exchange.lose(new RuntimeError('host-lost', 'closed'));
    expect(await waitedForLost).toBe(false);
  });

  it('that is withdrawn leaves its body whole, and a late acceptance does not let it run', async () => {
    const body = meteredBody([3]);
    const { exchange, types, told, accept } = startExchange({ method: 'POST', body: body.stream, hold: true });
    exchange.withdraw();
    await exchange.finished;
    accept();
    await settle();
    expect(types()).toEqual(['request', 'cancel']);
    expect(told).toEqual(['done']);
    expect(exchange.isBodyWhole).toBe(true);
    expect(new Uint8Array(await new Response(body.stream).arrayBuffer())).toEqual(Uint8Array.of(1, 1, 1));
  });

  it('that is withdrawn settles its reply', async () => {
    const { exchange } = startExchange();
    exchange.withdraw();
    await expect(Promise.race([exchange.reply, settle()])).rejects.toMatchObject({ code: 'host-lost' });
  });
});

describe('Exchange, the answer', () => {
  it('may be whole in one message', async () => {
    const { exchange, head, done, told } = startExchange();
    head(203, bytesOf('hello'), true);
    done();
    const reply = await exchange.reply;
    expect(reply).toMatchObject({ status: 203, headers: [['content-type', 'text/plain']] });
    expect(await new Response(reply.body).text()).toBe('hello');
    expect(told).toEqual(['accepted', 'done']);
  });

  it('may come in pieces', async () => {
    const { exchange, head, chunk, end } = startExchange();
    head(200, bytesOf('a'));
    const text = exchange.reply.then(({ body }) => new Response(body).text());
    await settle();
    chunk(bytesOf('b'));
    await settle();
    chunk(bytesOf('c'));
    end();
    expect(await text).toBe('abc');
  });

  it.each([
    ['GET', 204],
    ['GET', 205],
    ['GET', 304],
    ['HEAD', 200],
  ])('to %s with status %i has no body', async (method, status) => {
    const { exchange, head } = startExchange({ method });
    head(status, null, true);
    expect((await exchange.reply).body).toBe(null);
  });

  it('that is empty has a body that ends', async () => {
    const { exchange, head } = startExchange();
    head(200, null, true);
    expect(await new Response((await exchange.reply).body).text()).toBe('');
  });

  it('that failed before its head rejects with the reason of the guest', async () => {
    const { exchange, fail, done } = startExchange();
    fail();
    done();
    await expect(exchange.reply).rejects.toMatchObject({ code: 'handler-trap', message: 'unreachable', details: { exitCode: 3 } });
  });

  it('that never came rejects with handler-response-invalid', async () => {
    const { exchange, accept, done, told } = startExchange();
    accept();
    done();
    await expect(exchange.reply).rejects.toMatchObject({ code: 'handler-response-invalid' });
    expect(told).toEqual(['accepted', 'done']);
  });

  it('that breaks off gives its bytes and then the error', async () => {
    const { exchange, head, chunk, abort, done } = startExchange();
    head(200, bytesOf('a'));
    chunk(bytesOf('b'));
    abort();
    done();
    const reader = (await exchange.reply).body!.getReader();
    expect((await reader.read()).value).toEqual(bytesOf('a'));
    expect((await reader.read()).value).toEqual(bytesOf('b'));
    await expect(reader.read()).rejects.toMatchObject({ code: 'handler-trap' });
  });

  it('is done once: what comes after that is ignored', async () => {
    const { exchange, head, done, chunk, fail, accept, told, types } = startExchange({ hold: true });
    head(200, bytesOf('a'), true);
    done();
    done();
    accept();
    chunk(bytesOf('b'));
    fail();
    await exchange.finished;
    expect(await new Response((await exchange.reply).body).text()).toBe('a');
    expect(told).toEqual(['accepted', 'done']);
    expect(types()).toEqual(['request', 'go']);
  });

  it('is lost with its instance: before the head, and within the body', async () => {
    const error = new RuntimeError('host-lost', 'the tab was closed');
    const before = startExchange();
    before.exchange.lose(error);
    await expect(before.exchange.reply).rejects.toBe(error);
    await before.exchange.finished;

    const within = startExchange();
    within.head(200, bytesOf('a'));
    const text = within.exchange.reply.then(({ body }) => new Response(body).text());
    within.exchange.lose(error);
    await expect(text).rejects.toBe(error);
    expect(within.told).toEqual(['accepted', 'done']);
  });

  it('outlives its instance once the whole body is here', async () => {
    const { exchange, head, chunk, end } = startExchange();
    head(200, bytesOf('a'));
    chunk(bytesOf('b'));
    end();
    exchange.lose(new RuntimeError('host-lost', 'the tab was closed'));
    expect(await new Response((await exchange.reply).body).text()).toBe('ab');
  });

  it('that its caller gives up cancels the guest, and is done when the guest is', async () => {
    const { exchange, accept, head, done, types, told } = startExchange();
    accept();
    head(200, bytesOf('a'));
    await (await exchange.reply).body!.cancel();
    expect(types()).toEqual(['request', 'cancel']);
    expect(told).toEqual(['accepted']);
    done();
    await exchange.finished;
    expect(told).toEqual(['accepted', 'done']);
  });

  it('that its caller gives up before the head rejects', async () => {
    const { exchange, types } = startExchange();
    exchange.cancel();
    await expect(exchange.reply).rejects.toMatchObject({ code: 'request-invalid' });
    expect(types()).toEqual(['request', 'cancel']);
    exchange.lose(new RuntimeError('host-lost', 'end of the test'));
  });
});
