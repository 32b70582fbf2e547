import { describe, expect, it } from 'vitest';
import { prepareBody, prepareStream } from '../../../src/ingress/request-body.ts';
import { meteredBody } from './exchange-fixture.ts';

const MIB = 1_048_576;

function post(body: BodyInit | null, headers: HeadersInit = {}): Request {
  return new Request('https://example.org/', { method: 'POST', body, headers, ...(body instanceof ReadableStream ? { duplex: 'half' } : {}) });
}

/** A body whose pieces the test hands in. */
function openBody() {
  let controller!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  let isCancelled = false;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(own) {
      controller = own;
    },
    cancel() {
      isCancelled = true;
    },
  });
  return {
    stream,
    write: (text: string) => controller.enqueue(new TextEncoder().encode(text)),
    close: () => controller.close(),
    fail: (error: Error) => controller.error(error),
    get isCancelled() {
      return isCancelled;
    },
  };
}

const textOf = (stream: ReadableStream<Uint8Array> | null): Promise<string> => new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>> | null).text();

describe('prepareBody', () => {
  it('gives none for GET and HEAD, and for a POST without a body', async () => {
    const options = { buffer: true, maxBytes: 10 };
    expect(await prepareBody(new Request('https://example.org/'), options)).toEqual({ stream: null, length: null });
    expect(await prepareBody(new Request('https://example.org/', { method: 'HEAD' }), options)).toEqual({ stream: null, length: null });
    expect(await prepareBody(post(null), options)).toEqual({ stream: null, length: null });
  });

  it('measures a body that is all there', async () => {
    const { stream, length } = await prepareBody(post('hello'), { buffer: false, maxBytes: 10 });
    expect(length).toBe(5);
    expect(await textOf(stream)).toBe('hello');
  });

  it('measures one of several pieces that follow each other at once', async () => {
    const { stream, length } = await prepareBody(post(meteredBody([3, 2, 4]).stream), { buffer: false, maxBytes: 10 });
    expect(length).toBe(9);
    expect(new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer())).toEqual(
      Uint8Array.of(1, 1, 1, 2, 2, 3, 3, 3, 3),
    );
  });

  it('tells that an empty body has no bytes', async () => {
    expect(await prepareBody(post(new ReadableStream({ start: (controller) => controller.close() })), { buffer: false, maxBytes: 10 })).toEqual({
      stream: null,
      length: 0,
    });
  });

  it('passes a stream on without its length, the pieces that were read included', async () => {
    const body = openBody();
    body.write('first ');
    const { stream, length } = await prepareBody(post(body.stream), { buffer: false, maxBytes: 100 });
    expect(length).toBe(null);
    const text = textOf(stream);
    body.write('second ');
    body.write('third');
    body.close();
    expect(await text).toBe('first second third');
  });

  it('waits for a stream to end when the App wants it whole', async () => {
    const body = openBody();
    body.write('first ');
    setTimeout(() => {
      body.write('second');
      body.close();
    }, 40);
    const { stream, length } = await prepareBody(post(body.stream), { buffer: true, maxBytes: 100 });
    expect(length).toBe(12);
    expect(await textOf(stream)).toBe('first second');
  });

  it('does not hold more than a mebibyte, unless the App wants the body whole', async () => {
    const sizes = new Array(40).fill(MIB / 8);
    const ahead = meteredBody(sizes);
    const streamed = await prepareBody(post(ahead.stream), { buffer: false, maxBytes: 100 * MIB });
    expect(streamed.length).toBe(null);
    expect(ahead.taken).toBeLessThan(13);
    expect((await textOf(streamed.stream)).length).toBe(5 * MIB);
    expect((await prepareBody(post(meteredBody(sizes).stream), { buffer: true, maxBytes: 100 * MIB })).length).toBe(5 * MIB);
  });

  it('believes a declared length and leaves the stream as it is', async () => {
    const body = openBody();
    const { stream, length } = await prepareBody(post(body.stream, { 'content-length': '7' }), { buffer: false, maxBytes: 10 });
    expect(length).toBe(7);
    body.write('1234567');
    body.close();
    expect(await textOf(stream)).toBe('1234567');
  });

  it.each([{ buffer: true }, { buffer: false }])('refuses a body over the limit (%o), and cancels it', async ({ buffer }) => {
    const body = openBody();
    body.write('12345');
    body.write('678901');
    await expect(prepareBody(post(body.stream), { buffer, maxBytes: 10 })).rejects.toMatchObject({ code: 'body-too-large', details: { limit: 10 } });
    expect(body.isCancelled).toBe(true);
  });

  it('accepts a body of exactly the limit', async () => {
    expect((await prepareBody(post('1234567890'), { buffer: true, maxBytes: 10 })).length).toBe(10);
  });

  it('refuses a declared length over the limit before it reads', async () => {
    const body = openBody();
    await expect(prepareBody(post(body.stream, { 'content-length': '11' }), { buffer: false, maxBytes: 10 })).rejects.toMatchObject({ code: 'body-too-large' });
  });

  it('passes on a break and a cancellation', async () => {
    const broken = openBody();
    broken.write('first');
    const { stream } = await prepareBody(post(broken.stream), { buffer: false, maxBytes: 100 });
    const text = textOf(stream);
    broken.fail(new Error('network changed'));
    await expect(text).rejects.toThrow('network changed');

    const left = openBody();
    const prepared = await prepareBody(post(left.stream), { buffer: false, maxBytes: 100 });
    await prepared.stream?.cancel();
    expect(left.isCancelled).toBe(true);
  });
});

describe('prepareStream', () => {
  const piecesOf = (...pieces: number[]) => new Blob(pieces.map((size) => new Uint8Array(size))).stream();

  it('leaves a body of known length and one that is not to be buffered as they are', async () => {
    const known = { stream: piecesOf(5), length: 5 };
    expect(await prepareStream(known, { buffer: true, maxBytes: 10 })).toBe(known);
    const stream = { stream: piecesOf(5), length: null };
    expect(await prepareStream(stream, { buffer: false, maxBytes: 10 })).toBe(stream);
  });

  it('reads a stream whole to tell its length', async () => {
    const { stream, length } = await prepareStream({ stream: piecesOf(3, 4), length: null }, { buffer: true, maxBytes: 10 });
    expect(length).toBe(7);
    expect((await new Response(stream).arrayBuffer()).byteLength).toBe(7);
  });

  it('refuses what is over the limit, told or found', async () => {
    await expect(prepareStream({ stream: piecesOf(11), length: 11 }, { buffer: false, maxBytes: 10 })).rejects.toMatchObject({ code: 'body-too-large' });
    await expect(prepareStream({ stream: piecesOf(6, 6), length: null }, { buffer: true, maxBytes: 10 })).rejects.toMatchObject({ code: 'body-too-large' });
  });
});
