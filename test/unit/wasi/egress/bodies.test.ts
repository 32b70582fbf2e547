import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../../../../src/core/errors.ts';
import { ReplySource, ReplyTimeout } from '../../../../src/wasi/egress/reply-source.ts';
import { RequestBody } from '../../../../src/wasi/egress/request-body.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (piece: Uint8Array | null) => (piece === null ? null : new TextDecoder().decode(piece));

describe('RequestBody', () => {
  it('is gathered when it is closed, full or broken', async () => {
    const closed = new RequestBody(10);
    const gathered = closed.gathered();
    closed.write(bytes('abc'));
    closed.close();
    expect(await gathered).toBe('ended');
    expect(text(closed.take())).toBe('abc');

    const full = new RequestBody(3);
    full.write(bytes('abc'));
    expect(full.capacity()).toBe(0);
    expect(await full.gathered()).toBe('full');

    const broken = new RequestBody(3);
    broken.abort(new RuntimeError('request-invalid', 'dropped'));
    expect(await broken.gathered()).toBe('broken');
    expect(() => broken.capacity()).toThrow('dropped');
  });

  it('is read as it is written, and its writer waits meanwhile', async () => {
    const body = new RequestBody(3);
    const reader = body.stream().getReader();
    body.write(bytes('abc'));
    let hasRoom = false;
    const room = body.ready().then(() => {
      hasRoom = true;
    });
    await Promise.resolve();
    expect(hasRoom).toBe(false);
    expect(text((await reader.read()).value!)).toBe('abc');
    await room;
    body.write(bytes('d'));
    body.close();
    expect(text((await reader.read()).value!)).toBe('d');
    expect((await reader.read()).done).toBe(true);
  });

  it('breaks for its reader when its writer breaks off, and for its writer when its reader goes', async () => {
    const dropped = new RequestBody(3);
    const reader = dropped.stream().getReader();
    const read = reader.read();
    dropped.abort(new RuntimeError('request-invalid', 'dropped'));
    await expect(read).rejects.toThrow('dropped');

    const left = new RequestBody(3);
    await left.stream().cancel();
    expect(() => left.write(bytes('a'))).toThrow('given up');
  });
});

describe('ReplySource', () => {
  /** A stream that a test feeds, and counts how often it is asked. */
  function source(timeoutMs: number | null = null) {
    let controller!: ReadableStreamDefaultController<Uint8Array>;
    const seen = { pulls: 0, cancelled: false, ends: 0 };
    const stream = new ReadableStream<Uint8Array>(
      {
        start: (own) => {
          controller = own;
        },
        pull: () => {
          seen.pulls += 1;
        },
        cancel: () => {
          seen.cancelled = true;
        },
      },
      { highWaterMark: 0 },
    );
    const events = {
      toError: (cause: unknown) => cause,
      onEnd: () => {
        seen.ends += 1;
      },
    };
    return { reply: new ReplySource(stream, timeoutMs, events), controller, seen };
  }

  it('asks for the next piece when one is used up, and not before', async () => {
    const { reply, controller, seen } = source();
    expect(text(reply.read(10))).toBe('');
    // A stream asks its source once its start is over.
    await new Promise((resolve) => setTimeout(resolve));
    controller.enqueue(bytes('abcd'));
    await reply.ready();
    expect(text(reply.read(3))).toBe('abc');
    await Promise.resolve();
    expect(seen.pulls).toBe(1);
    expect(text(reply.read(3))).toBe('d');
    controller.close();
    await reply.ready();
    expect(reply.read(1)).toBeNull();
    expect(seen).toEqual({ pulls: 2, cancelled: false, ends: 1 });
  });

  it('breaks when nothing comes for as long as is waited', async () => {
    const { reply, seen } = source(5);
    await reply.ready();
    expect(() => reply.read(1)).toThrow(ReplyTimeout);
    expect(seen).toMatchObject({ cancelled: true, ends: 1 });
  });

  it('ends once, however it is given up', async () => {
    const { reply, seen } = source();
    reply.cancel();
    reply.cancel();
    reply.fail(new Error('too late'));
    expect(reply.read(1)).toBeNull();
    expect(seen).toMatchObject({ cancelled: true, ends: 1 });
  });

  it('tells its reader what broke it', async () => {
    const { reply, controller } = source();
    controller.error(new Error('cut off'));
    await reply.ready();
    expect(() => reply.read(1)).toThrow('cut off');
  });
});
