import { describe, expect, it } from 'vitest';
import { INITIAL_CREDIT_BYTES, WIDE_CREDIT_BYTES } from '../../../src/protocol/sw-instance.ts';
import { bytesOf, meteredBody, settle, startExchange } from './exchange-fixture.ts';

const sum = (pieces: readonly Uint8Array[]): number => pieces.reduce((total, piece) => total + piece.byteLength, 0);

describe('Exchange, credit of the request body', () => {
  it('never has more under way than it was given credit for, and sends every byte in order', async () => {
    const sizes = [100_000, 100_000, 100_000, 1, 400_000];
    const { accept, credit, chunks, types } = startExchange({ method: 'POST', body: meteredBody(sizes).stream });
    accept();
    let grantedBytes = INITIAL_CREDIT_BYTES;
    for (let turn = 0; turn < 100 && types().at(-1) !== 'end'; turn += 1) {
      await settle();
      expect(sum(chunks())).toBeLessThanOrEqual(grantedBytes);
      credit(10_001);
      grantedBytes += 10_001;
    }
    expect(types().at(-1)).toBe('end');
    const sent = await new Blob(chunks()).arrayBuffer();
    const expected = await new Blob(sizes.map((size, index) => new Uint8Array(size).fill(index + 1))).arrayBuffer();
    expect(Buffer.compare(Buffer.from(sent), Buffer.from(expected))).toBe(0);
  });

  it('stops reading the body of the caller while it has no credit', async () => {
    const body = meteredBody(new Array(40).fill(INITIAL_CREDIT_BYTES / 8));
    const { accept, credit } = startExchange({ method: 'POST', body: body.stream });
    accept();
    await settle();
    expect(body.taken).toBe(9); // Eight fill the credit, the ninth waits.
    await settle();
    expect(body.taken).toBe(9);
    credit(INITIAL_CREDIT_BYTES / 4);
    await settle();
    expect(body.taken).toBe(11);
  });

  it('cuts large pieces and leaves those of the caller untouched', async () => {
    const piece = new Uint8Array(INITIAL_CREDIT_BYTES).fill(5);
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(piece);
        controller.close();
      },
    });
    const { accept, chunks } = startExchange({ method: 'POST', body });
    accept();
    await settle();
    expect(chunks().length).toBeGreaterThan(1);
    expect(sum(chunks())).toBe(INITIAL_CREDIT_BYTES);
    expect(piece.byteLength).toBe(INITIAL_CREDIT_BYTES);
  });

  it('hands a piece over without a copy where it can, and keeps the beginning for people to read', async () => {
    const piece = new Uint8Array(INITIAL_CREDIT_BYTES / 8).fill(5);
    const small = bytesOf('small');
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const bytes of [piece, small]) controller.enqueue(bytes);
        controller.close();
      },
    });
    const { accept, chunks, trace } = startExchange({ method: 'POST', body });
    accept();
    await settle();
    expect(chunks()).toEqual([new Uint8Array(INITIAL_CREDIT_BYTES / 8).fill(5), bytesOf('small')]);
    expect(piece.byteLength).toBe(0);
    expect(small.byteLength).toBe(5);
    expect(trace.detail().requestBody?.base64).toMatch(/^BQUF/);
  });
});

describe('Exchange, a request body that is not sent to its end', () => {
  it('over the limit is refused: the guest is told and stopped, the caller gets body-too-large', async () => {
    const body = meteredBody([60, 60, 60]);
    const { exchange, posted, accept, done } = startExchange({ method: 'POST', body: body.stream, limits: { requestBytes: 100 } });
    accept();
    await expect(exchange.reply).rejects.toMatchObject({ code: 'body-too-large', details: { limit: 100 } });
    expect(posted.slice(1)).toMatchObject([{ type: 'chunk' }, { type: 'abort', error: { code: 'body-too-large' } }, { type: 'cancel' }]);
    done();
    await settle();
    expect(body.isCancelled).toBe(true);
    expect(body.taken).toBe(2);
  });

  it('of exactly the limit passes', async () => {
    const { types, accept } = startExchange({ method: 'POST', body: meteredBody([60, 40]).stream, limits: { requestBytes: 100 } });
    accept();
    await settle();
    expect(types()).toEqual(['request', 'chunk', 'chunk', 'end']);
  });

  it('over the limit breaks an answer that has begun', async () => {
    const { exchange, accept, head, done } = startExchange({ method: 'POST', body: meteredBody([60, 60]).stream, limits: { requestBytes: 100 } });
    accept();
    head(200, bytesOf('begun'));
    const text = exchange.reply.then(({ body }) => new Response(body).text());
    await expect(text).rejects.toMatchObject({ code: 'body-too-large' });
    done();
  });

  it('that broke at the caller is reported to the guest, whose answer still counts', async () => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('network changed')),
    });
    const { exchange, posted, accept, head, done } = startExchange({ method: 'POST', body });
    accept();
    await settle();
    expect(posted.at(-1)).toMatchObject({ type: 'abort', error: { code: 'request-invalid', message: expect.stringContaining('network changed') } });
    head(400, null, true);
    done();
    expect((await exchange.reply).status).toBe(400);
  });

  it('is given up when the guest has finished without it', async () => {
    const body = meteredBody(new Array(20).fill(INITIAL_CREDIT_BYTES / 4));
    const { exchange, accept, head, done, types } = startExchange({ method: 'POST', body: body.stream });
    accept();
    await settle();
    head(200, null, true);
    done();
    await settle();
    expect((await exchange.reply).status).toBe(200);
    expect(body.isCancelled).toBe(true);
    expect(types()).not.toContain('end');
  });
});

describe('Exchange, credit of the answer', () => {
  const piece = () => new Uint8Array(INITIAL_CREDIT_BYTES / 8);
  const given = (posted: readonly { type: string }[]) =>
    posted.reduce((total, message) => total + (message.type === 'credit' ? (message as unknown as { bytes: number }).bytes : 0), 0);

  it('is given for what the reader took, and not while it does not read', async () => {
    const { exchange, posted, head, chunk } = startExchange();
    head(200, piece());
    for (let count = 1; count < 8; count += 1) chunk(piece());
    const reader = (await exchange.reply).body!.getReader();
    await settle();
    expect(given(posted)).toBe(0);
    await reader.read();
    await reader.read();
    await settle();
    expect(given(posted)).toBe(INITIAL_CREDIT_BYTES / 4);
    await settle();
    expect(given(posted)).toBe(INITIAL_CREDIT_BYTES / 4);
    for (let count = 2; count < 8; count += 1) await reader.read();
    await settle();
    expect(given(posted)).toBe(INITIAL_CREDIT_BYTES);
  });

  it('is wider for a reader that has kept up', async () => {
    const { exchange, posted, head, chunk } = startExchange();
    head(200, piece());
    const reader = (await exchange.reply).body!.getReader();
    await reader.read();
    let takenBytes = piece().byteLength;
    const take = async (bytes: number) => {
      for (const end = takenBytes + bytes; takenBytes < end; takenBytes += piece().byteLength) {
        chunk(piece());
        await reader.read();
      }
      await settle();
    };
    await take(WIDE_CREDIT_BYTES - 2 * piece().byteLength);
    expect(given(posted)).toBeLessThanOrEqual(takenBytes);
    await take(WIDE_CREDIT_BYTES);
    const underWayBytes = INITIAL_CREDIT_BYTES + given(posted) - takenBytes;
    expect(underWayBytes).toBeGreaterThan(WIDE_CREDIT_BYTES / 2);
    expect(underWayBytes).toBeLessThanOrEqual(WIDE_CREDIT_BYTES);
  });

  it('and every piece reach a reader that asks for several at once', async () => {
    const { exchange, head, chunk, end } = startExchange();
    head(200);
    const reader = (await exchange.reply).body!.getReader();
    const reads = [reader.read(), reader.read(), reader.read()];
    await settle();
    chunk(bytesOf('a'));
    chunk(bytesOf('b'));
    end();
    expect((await Promise.all(reads)).map(({ value }) => (value ? Buffer.from(value).toString() : null))).toEqual(['a', 'b', null]);
  });

  it('leaves a reader that has taken all with a sender that may send again', async () => {
    const { exchange, posted, head, chunk } = startExchange();
    head(200, bytesOf('x'));
    chunk(new Uint8Array(INITIAL_CREDIT_BYTES - 1));
    const reader = (await exchange.reply).body!.getReader();
    await reader.read();
    await reader.read();
    await settle();
    expect(given(posted)).toBeGreaterThan(0);
  });

  it('is not given to a guest that has ended', async () => {
    const { exchange, posted, head, chunk, end, done } = startExchange();
    head(200, piece());
    for (let count = 1; count < 8; count += 1) chunk(piece());
    end();
    done();
    const received = await new Response((await exchange.reply).body).arrayBuffer();
    expect(received.byteLength).toBe(INITIAL_CREDIT_BYTES);
    expect(given(posted)).toBe(0);
  });
});

describe('Exchange, an answer that is here whole', () => {
  it('gives it at once, and to one reader alone', async () => {
    const { exchange, accept, head, done, trace } = startExchange();
    accept();
    head(200, bytesOf('hello'), true);
    const reply = await exchange.reply;
    expect(reply.takeWhole?.()).toEqual(bytesOf('hello'));
    expect(reply.takeWhole?.()).toBeNull();
    done();
    await exchange.finished;
    expect(trace.record().state).toBe('done');
  });

  it('gives nothing while some of it may come, nor of an answer without a body', async () => {
    const early = startExchange();
    early.accept();
    early.head(200, bytesOf('hel'), false);
    const reply = await early.exchange.reply;
    expect(reply.takeWhole?.()).toBeNull();
    early.chunk(bytesOf('lo'));
    early.end();
    expect(reply.takeWhole?.()).toBeNull();
    expect(await new Response(reply.body).text()).toBe('hello');
    const empty = startExchange({ method: 'HEAD' });
    empty.accept();
    empty.head(200, null, true);
    expect((await empty.exchange.reply).takeWhole?.()).toBeNull();
  });

  it('gives no bytes where there are none', async () => {
    const { exchange, accept, head } = startExchange();
    accept();
    head(200, null, true);
    expect((await exchange.reply).takeWhole?.()).toEqual(new Uint8Array(0));
  });
});

describe('Exchange, whose first word is its answer', () => {
  it('takes that for its acceptance', async () => {
    const { exchange, head } = startExchange();
    const accepted = exchange.waitAccepted(1_000);
    head(200, bytesOf('hello'), true);
    expect(await accepted).toBe(true);
    expect((await exchange.reply).status).toBe(200);
  });

  it.each(['fail', 'done'] as const)('also when that is %s', async (word) => {
    const started = startExchange();
    const accepted = started.exchange.waitAccepted(1_000);
    started[word]();
    expect(await accepted).toBe(true);
    await expect(started.exchange.reply).rejects.toMatchObject({ code: expect.stringMatching(/^handler-/) });
    if (word === 'fail') started.done();
    await started.exchange.finished;
  });
});
