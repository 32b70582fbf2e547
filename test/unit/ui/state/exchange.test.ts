import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Exchange, VIEW_MAX_BYTES } from '../../../../src/ui/state/exchange.ts';

const plain: Parameters<Exchange['run']>[0] = { headers: [], body: null, redirect: 'follow' };
let server: Server | null = null;

/** A real server for one test: what it does with its one request is the test's. */
async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}/`;
}

/** Resolves once `exchange` is as `test` wants it. */
function until(exchange: Exchange, test: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = exchange.subscribe(() => {
      if (!test()) return;
      unsubscribe();
      resolve();
    });
  });
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

describe('Exchange', () => {
  it('has the head, the body and the times of an answer', async () => {
    const url = await serve((request, response) => {
      response.writeHead(201, { 'content-type': 'text/plain; charset=utf-8', 'x-method': request.method ?? '' });
      request.pipe(response);
    });
    const exchange = new Exchange('POST', url);
    expect(exchange.state).toBe('waiting');
    expect(exchange.headMs).toBeNull();
    await exchange.run({ ...plain, body: 'schön', headers: [['content-type', 'text/plain']] });
    expect(exchange).toMatchObject({
      state: 'done',
      isOver: true,
      text: 'schön',
      sizeBytes: 6,
      contentType: 'text/plain',
      isCut: false,
      failure: '',
      events: null,
    });
    expect(exchange.head).toMatchObject({ status: 201, wasRedirected: false, isHiddenRedirect: false });
    expect(exchange.header('x-method')).toBe('POST');
    expect(exchange.bytes).toEqual(new TextEncoder().encode('schön'));
    expect(exchange.headMs).toBeGreaterThan(0);
    expect(exchange.totalMs).toBeGreaterThanOrEqual(exchange.headMs ?? 0);
    const { totalMs } = exchange;
    expect(exchange.totalMs).toBe(totalMs);
  });

  it('tells what has come while more is to come, until it is cancelled', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: first\n\n');
    });
    const exchange = new Exchange('GET', url);
    const over = exchange.run(plain);
    await until(exchange, () => exchange.events?.count === 1);
    expect(exchange.state).toBe('streaming');
    expect(exchange.events?.events[0]?.data).toBe('first');
    exchange.cancel();
    await over;
    expect(exchange).toMatchObject({ state: 'cancelled', failure: '', sizeBytes: 13 });
  });

  it('lets the time move on while nothing arrives', async () => {
    const exchange = new Exchange('GET', await serve(() => {}));
    const over = exchange.run(plain);
    const before = exchange.totalMs;
    await until(exchange, () => exchange.totalMs > before);
    expect(exchange.state).toBe('waiting');
    exchange.cancel();
    await over;
    expect(exchange).toMatchObject({ state: 'cancelled', head: null });
  });

  it('says that no answer came, and that one broke off', async () => {
    const none = new Exchange('GET', await serve((request) => request.socket.destroy()));
    await none.run(plain);
    expect(none).toMatchObject({ state: 'failed', head: null });
    expect(none.failure).toMatch(/^No answer came: /);
    server?.close();
    const half = new Exchange(
      'GET',
      await serve((request, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('so far so good');
        setTimeout(() => request.socket.destroy(), 50);
      }),
    );
    await half.run(plain);
    expect(half.state).toBe('failed');
    expect(half.failure).toMatch(/^The answer broke off: /);
    expect(half.head?.status).toBe(200);
  });

  it('shows the start of a long body, counts the whole and can give it', async () => {
    const piece = Buffer.alloc(700_000, 'ü');
    const url = await serve((_request, response) => {
      for (let index = 0; index < 4; index++) response.write(piece);
      response.end();
    });
    const exchange = new Exchange('GET', url);
    await exchange.run(plain);
    expect(exchange).toMatchObject({ state: 'done', isCut: true, sizeBytes: 2_800_000 });
    expect(exchange.bytes.length).toBe(VIEW_MAX_BYTES);
    expect(exchange.text).toMatch(/^ü+\ufffd?$/);
    expect(exchange.text.length).toBeLessThanOrEqual(VIEW_MAX_BYTES / 2 + 1);
    const blob = exchange.toBlob();
    expect(blob.size).toBe(2_800_000);
    expect(Buffer.from(await blob.arrayBuffer()).equals(Buffer.concat([piece, piece, piece, piece]))).toBe(true);
  });

  it('reads a character that comes in two pieces', async () => {
    const url = await serve((_request, response) => {
      response.write(Buffer.from([0xe2, 0x98]));
      setTimeout(() => response.end(Buffer.from([0x83])), 20);
    });
    const exchange = new Exchange('GET', url);
    await exchange.run(plain);
    expect(exchange.text).toBe('☃');
  });

  it('follows a redirect and says where it led', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/there' }).end();
      else response.end('here');
    });
    const exchange = new Exchange('GET', url);
    await exchange.run(plain);
    expect(exchange.head).toMatchObject({ status: 200, wasRedirected: true, url: `${url}there` });
  });
});
