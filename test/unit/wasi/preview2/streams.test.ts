import { describe, expect, it } from 'vitest';
import { sourceFromBytes } from '../../../../src/wasi/bytes.ts';
import { InputStream } from '../../../../src/wasi/preview2/input-stream.ts';
import { IoError } from '../../../../src/wasi/preview2/io-error.ts';
import { OutputStream } from '../../../../src/wasi/preview2/output-stream.ts';
import { scriptedBlock } from '../scripted-block.ts';
import { errOf, TestHost, TestSink, TestSource, testContext } from './guest-fixtures.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (read: Uint8Array) => new TextDecoder().decode(read);
const closed = { tag: 'closed' };

describe('InputStream', () => {
  it('answers what is here, nothing while nothing is, and closed at the end', () => {
    const source = new TestSource();
    const stream = new InputStream(source, testContext());
    expect(stream.read(10n)).toHaveLength(0);
    source.push('hello');
    expect(text(stream.read(4n))).toBe('hell');
    expect(stream.skip(10n)).toBe(1n);
    source.end();
    expect(errOf(() => stream.read(1n))).toEqual(closed);
    expect(errOf(() => stream.read(0n))).toEqual(closed);
  });

  it('reads without waiting when bytes are here, else waits for them', async () => {
    const source = new TestSource();
    const stream = new InputStream(source, testContext());
    source.push('a');
    expect(stream.blockingRead(5n)).toBeInstanceOf(Uint8Array);
    const later = stream.blockingRead(5n);
    expect(later).toBeInstanceOf(Promise);
    source.push('bc');
    expect(text(await later)).toBe('bc');
    const skipped = stream.blockingSkip(9n);
    source.push('de');
    expect(await skipped).toBe(2n);
  });

  it('reports what broke it once, and is closed from then on', () => {
    const source = new TestSource();
    source.end(new Error('cable pulled'));
    const stream = new InputStream(source, testContext());
    const error = errOf(() => stream.read(1n)) as { tag: string; val: IoError };
    expect(error.tag).toBe('last-operation-failed');
    expect(error.val).toBeInstanceOf(IoError);
    expect(error.val.toDebugString()).toBe('cable pulled');
    expect(errOf(() => stream.read(1n))).toEqual(closed);
  });

  it('ends a wait when the request is aborted', async () => {
    const controller = new AbortController();
    const stream = new InputStream(new TestSource(), testContext({ signal: controller.signal }));
    const later = stream.blockingRead(1n);
    controller.abort();
    await expect(later).rejects.toThrow('cancelled');
  });

  it('gives what has come while the thread was blocked, without a promise', () => {
    const source = new TestSource();
    const block = scriptedBlock(
      () => {},
      () => source.push('late'),
    );
    const stream = new InputStream(source, testContext({ block }, new TestHost(false)));
    expect(stream.blockingRead(10n)).toEqual(bytes('late'));
    expect(block.askedMs).toEqual([null, null]);
  });

  it('ends the guest whose request is aborted while the thread is blocked', () => {
    const controller = new AbortController();
    const context = testContext({ signal: controller.signal, block: scriptedBlock(() => controller.abort()) }, new TestHost(false));
    expect(() => new InputStream(new TestSource(), context).blockingRead(1n)).toThrow('cancelled');
    expect(context.failure?.code).toBe('internal');
  });

  it('refuses to wait where the guest can neither be suspended nor its thread blocked', async () => {
    const stream = new InputStream(new TestSource(), testContext({}, new TestHost(false)));
    await expect((async () => stream.blockingRead(1n))()).rejects.toMatchObject({ code: 'engine-unsupported' });
  });
});

describe('OutputStream', () => {
  it('lets a guest write as much as check-write gave, and traps beyond it', () => {
    const sink = new TestSink(4);
    const stream = new OutputStream(sink, testContext());
    expect(() => stream.write(bytes('a'))).toThrow(RangeError);
    expect(stream.checkWrite()).toBe(4n);
    stream.write(bytes('abc'));
    expect(() => stream.write(bytes('de'))).toThrow('permit of 1');
    expect(stream.checkWrite()).toBe(1n);
    expect(sink.text).toBe('abc');
  });

  it('passes a blocking write on at once when it fits, else piece by piece as the sink drains', async () => {
    const sink = new TestSink(4);
    const stream = new OutputStream(sink, testContext());
    expect(stream.blockingWriteAndFlush(bytes('ab'))).toBeUndefined();
    const later = stream.blockingWriteAndFlush(bytes('cdefgh'));
    await new Promise((resolve) => setTimeout(resolve));
    expect(sink.text).toBe('abcd');
    sink.drain();
    await new Promise((resolve) => setTimeout(resolve));
    expect(sink.text).toBe('abcdefgh');
    sink.drain();
    await later;
  });

  it('takes 4096 bytes in a blocking write and traps on more', () => {
    const stream = new OutputStream(new TestSink(), testContext());
    expect(stream.blockingWriteAndFlush(new Uint8Array(4096))).toBeUndefined();
    expect(() => stream.blockingWriteAndFlush(new Uint8Array(4097))).toThrow('4096');
    expect(() => stream.blockingWriteZeroesAndFlush(5000n)).toThrow('4096');
  });

  it('writes zeroes', () => {
    const sink = new TestSink();
    const stream = new OutputStream(sink, testContext());
    stream.checkWrite();
    stream.writeZeroes(3n);
    expect(sink.text).toBe('\0\0\0');
  });

  it('splices what the one has and the other takes', async () => {
    const sink = new TestSink(4);
    const stream = new OutputStream(sink, testContext());
    const input = new InputStream(sourceFromBytes(bytes('hello world')), testContext());
    expect(stream.splice(input, 100n)).toBe(4n);
    expect(stream.splice(input, 100n)).toBe(0n);
    const later = stream.blockingSplice(input, 2n);
    sink.drain();
    expect(await later).toBe(2n);
    expect(sink.text).toBe('hello ');
  });

  it('reports what broke the sink once, and is closed from then on', () => {
    const sink = new TestSink();
    const stream = new OutputStream(sink, testContext());
    sink.broken = new Error('caller left');
    expect(stream.subscribe().ready()).toBe(true);
    expect(errOf(() => stream.checkWrite())).toMatchObject({ tag: 'last-operation-failed' });
    expect(errOf(() => stream.flush())).toEqual(closed);
  });

  it('writes on as room comes while the thread is blocked', () => {
    const sink = new TestSink(4);
    const drain = () => sink.drain();
    const block = scriptedBlock(drain, drain, drain);
    const stream = new OutputStream(sink, testContext({ block }, new TestHost(false)));
    expect(stream.blockingWriteAndFlush(bytes('0123456789'))).toBeUndefined();
    expect(block.askedMs).toHaveLength(2);
    expect(stream.blockingFlush()).toBeUndefined();
    expect(sink.text).toBe('0123456789');
  });

  it('splices what comes into the room that comes, while the thread is blocked', () => {
    const sink = new TestSink(4);
    sink.write(bytes('full'));
    const source = new TestSource();
    const block = scriptedBlock(
      () => sink.drain(),
      () => source.push('abc'),
    );
    const context = testContext({ block }, new TestHost(false));
    expect(new OutputStream(sink, context).blockingSplice(new InputStream(source, context), 10n)).toBe(3n);
    expect(sink.text).toBe('fullabc');
  });
});
