import { afterEach, describe, expect, it } from 'vitest';
import { RuntimeError } from '../../../src/core/errors.ts';
import { INITIAL_CREDIT_BYTES } from '../../../src/protocol/sw-instance.ts';
import type { GuestRequest, ResponseWriter } from '../../../src/wasi/handler.ts';
import { bytesOf, REQUEST_HEAD, settle } from '../ingress/exchange-fixture.ts';
import { closeLines, serve } from './server-fixture.ts';

afterEach(closeLines);

const answer = async (_request: GuestRequest, response: ResponseWriter) => {
  response.head(200, []).write(bytesOf('hello'));
};

describe('RequestServer', () => {
  it('accepts, answers and says that it is done', async () => {
    const { request, received, seen, activity } = serve(answer);
    request(1);
    await settle();
    expect(received).toEqual([
      { type: 'accepted', id: 1 },
      { type: 'head', id: 1, status: 200, headers: [], bytes: bytesOf('hello'), end: false },
      { type: 'done', id: 1 },
    ]);
    expect(seen[0]).toMatchObject({ method: 'GET', url: REQUEST_HEAD.url, pathWithQuery: '/hello', route: REQUEST_HEAD.route, body: null });
    expect(activity.busy).toBe(0);
    expect(activity.idleSinceMs).toBeGreaterThan(0);
  });

  it('leaves the acknowledgement to an answer that comes soon, where it may', async () => {
    const { request, types } = serve(answer, undefined, null, 50);
    request(1);
    request(2, { hold: true });
    await settle();
    expect(types(1)).toEqual(['head', 'done']);
    expect(types(2)).toEqual(['accepted']);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(types(1)).toEqual(['head', 'done']);
  });

  it('acknowledges in time what takes longer', async () => {
    let finish = (): void => {};
    const { request, types } = serve(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
      undefined,
      null,
      20,
    );
    request(1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(types(1)).toEqual(['accepted']);
    finish();
    await settle();
    expect(types(1)).toEqual(['accepted', 'failed', 'done']);
  });

  it('tells the end of a body at once when the guest ends it and works on, with `done` otherwise', async () => {
    let finish = (): void => {};
    const closing = serve(async (_request, response) => {
      const sink = response.head(200, []);
      sink.write(bytesOf('hello'));
      sink.close();
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
    });
    closing.request(1);
    await settle();
    expect(closing.types()).toEqual(['accepted', 'head', 'end']);
    finish();
    await settle();
    expect(closing.types()).toEqual(['accepted', 'head', 'end', 'done']);
  });

  it('sends what a guest wrote last before it says that it is done', async () => {
    const { request, received } = serve(async (_request, response) => {
      const sink = response.head(200, []);
      sink.write(bytesOf('a'));
      sink.write(bytesOf('b'));
    });
    request(1);
    await settle();
    expect(received.slice(1)).toEqual([
      { type: 'head', id: 1, status: 200, headers: [], bytes: bytesOf('a'), end: false },
      { type: 'chunk', id: 1, bytes: bytesOf('b') },
      { type: 'done', id: 1 },
    ]);
  });

  it('says with the end how much memory the guest has', async () => {
    const { request, received, memory } = serve(answer);
    memory.bytes = 131_072;
    request(1);
    await settle();
    expect(received.at(-1)).toEqual({ type: 'done', id: 1, memoryBytes: 131_072 });
  });

  it('accepts a held request at once and runs it only when told to', async () => {
    const { request, types, seen, say } = serve(answer);
    request(1, { hold: true });
    await settle();
    expect(types()).toEqual(['accepted']);
    expect(seen).toEqual([]);
    say({ type: 'go', id: 1 });
    say({ type: 'go', id: 1 });
    await settle();
    expect(types()).toEqual(['accepted', 'head', 'done']);
    expect(seen).toHaveLength(1);
  });

  it('never runs a held request that was cancelled, even when told to later', async () => {
    const { request, types, seen, say, activity } = serve(answer);
    request(1, { hold: true });
    say({ type: 'cancel', id: 1 });
    say({ type: 'go', id: 1 });
    await settle();
    expect(types()).toEqual(['accepted', 'done']);
    expect(seen).toEqual([]);
    expect(activity.busy).toBe(0);
  });

  it('gives the body to its own request, and credit back', async () => {
    const texts = new Map<string, string>();
    const { request, say, received } = serve(async ({ body, method }, response) => {
      let text = '';
      for (let piece = body!.read(INITIAL_CREDIT_BYTES); piece !== null; piece = body!.read(INITIAL_CREDIT_BYTES)) {
        if (piece.length === 0) await body!.ready();
        text += new TextDecoder().decode(piece);
      }
      texts.set(method, text);
      response.head(200, []);
    });
    request(1, { hasBody: true, method: 'POST' });
    request(2, { hasBody: true, method: 'PUT' });
    say({ type: 'chunk', id: 2, bytes: bytesOf('second') });
    say({ type: 'chunk', id: 1, bytes: bytesOf('f'.repeat(INITIAL_CREDIT_BYTES / 4)) });
    await settle();
    say({ type: 'end', id: 1 });
    say({ type: 'end', id: 2 });
    await settle();
    expect(texts).toEqual(
      new Map([
        ['POST', 'f'.repeat(INITIAL_CREDIT_BYTES / 4)],
        ['PUT', 'second'],
      ]),
    );
    expect(received.filter(({ type }) => type === 'credit')).toEqual([{ type: 'credit', id: 1, bytes: INITIAL_CREDIT_BYTES / 4 }]);
  });

  it('waits for credit with what the caller does not read', async () => {
    const { request, say, received } = serve(async (_request, response) => {
      const sink = response.head(200, []);
      for (let sent = 0; sent < INITIAL_CREDIT_BYTES * 2; sent += 32_768) {
        while (sink.capacity() === 0) await sink.ready();
        sink.write(new Uint8Array(32_768));
      }
    });
    const sentBytes = () =>
      received.reduce((total, message) => total + ('bytes' in message && message.bytes instanceof Uint8Array ? message.bytes.length : 0), 0);
    request(1);
    await settle();
    expect(sentBytes()).toBe(INITIAL_CREDIT_BYTES);
    say({ type: 'credit', id: 1, bytes: INITIAL_CREDIT_BYTES });
    await settle();
    expect(sentBytes()).toBe(INITIAL_CREDIT_BYTES * 2);
    expect(received.at(-1)?.type).toBe('done');
  });
});

describe('RequestServer, a guest that fails', () => {
  it('before its head', async () => {
    const { request, received } = serve(() => Promise.reject(new RuntimeError('handler-trap', 'unreachable', { details: { exitCode: 1 } })));
    request(1);
    await settle();
    expect(received.slice(1)).toEqual([
      { type: 'failed', id: 1, error: { code: 'handler-trap', message: 'unreachable', details: { exitCode: 1 } } },
      { type: 'done', id: 1 },
    ]);
  });

  it('within its body', async () => {
    const { request, received } = serve(async (_request, response) => {
      response.head(200, []).write(bytesOf('a'));
      throw new RuntimeError('handler-trap', 'unreachable');
    });
    request(1);
    await settle();
    expect(received.slice(2)).toMatchObject([{ type: 'abort', error: { code: 'handler-trap' } }, { type: 'done' }]);
  });

  it('to answer', async () => {
    const { request, received } = serve(async () => {});
    request(1);
    await settle();
    expect(received.slice(1)).toMatchObject([{ type: 'failed', error: { code: 'handler-response-invalid' } }, { type: 'done' }]);
  });
});
