import { describe, expect, it } from 'vitest';
import { streamOf, writeTo } from '../../../src/line/streams.ts';
import { type ByteSink, sourceFromBytes } from '../../../src/wasi/bytes.ts';

/** A sink that takes `roomBytes` and then one piece each time it is asked to wait. */
function slowSink(roomBytes: number) {
  const pieces: { bytes: Uint8Array; isOwned: boolean }[] = [];
  let room = roomBytes;
  let isClosed = false;
  const sink: ByteSink = {
    capacity: () => room,
    write(bytes, isOwned = false) {
      if (room <= 0) throw new Error('written without room');
      room -= bytes.length;
      pieces.push({ bytes: bytes.slice(), isOwned });
    },
    async ready() {
      room = roomBytes;
    },
    close() {
      isClosed = true;
    },
    abort: () => {},
  };
  return { sink, pieces, isClosed: () => isClosed };
}

function streamFrom(...pieces: Uint8Array<ArrayBuffer>[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
}

describe('writeTo', () => {
  it('writes all of it as there is room, and ends the sink', async () => {
    const { sink, pieces, isClosed } = slowSink(4);
    await writeTo(sink, streamFrom(new Uint8Array([1, 2, 3]), new Uint8Array([4, 5, 6]), new Uint8Array([7])));
    expect(pieces.flatMap(({ bytes }) => [...bytes])).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(isClosed()).toBe(true);
  });

  it('gives a buffer away only when the piece is large and all of it', async () => {
    const { sink, pieces } = slowSink(1_000_000);
    await writeTo(sink, streamFrom(new Uint8Array(40_000), new Uint8Array(40_000).subarray(1), new Uint8Array(10)));
    expect(pieces.map(({ isOwned }) => isOwned)).toEqual([true, false, false]);
  });

  it('gives the stream up when the sink breaks', async () => {
    let reason: unknown = null;
    const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => controller.enqueue(new Uint8Array(1)),
      cancel: (why) => {
        reason = why;
      },
    });
    const { sink } = slowSink(1);
    const gone = new Error('the caller went away');
    const broken: ByteSink = { ...sink };
    broken.capacity = () => {
      throw gone;
    };
    await expect(writeTo(broken, endless)).rejects.toBe(gone);
    expect(reason).toBe(gone);
  });
});

describe('streamOf', () => {
  it('gives what the source has', async () => {
    const bytes = Uint8Array.from({ length: 200_000 }, (_, index) => index % 251);
    const read = new Uint8Array(await new Response(streamOf(sourceFromBytes(bytes))).arrayBuffer());
    expect(Buffer.from(read).equals(Buffer.from(bytes))).toBe(true);
  });

  it('tells the source that its reader wants no more', async () => {
    let isCancelled = false;
    const cancel = (): void => {
      isCancelled = true;
    };
    const stream = streamOf({ ...sourceFromBytes(new Uint8Array(10)), cancel });
    await stream.cancel();
    await Promise.resolve();
    expect(isCancelled).toBe(true);
  });
});
