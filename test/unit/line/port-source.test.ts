import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../../../src/core/errors.ts';
import { PortSource } from '../../../src/line/port-pipes.ts';
import { type FromInstance, INITIAL_CREDIT_BYTES } from '../../../src/protocol/sw-instance.ts';
import { bytesOf } from '../ingress/exchange-fixture.ts';

const ID = 4;

describe('PortSource', () => {
  function startSource() {
    const posted: FromInstance[] = [];
    const source = new PortSource(ID, (message) => void posted.push(message));
    return {
      source,
      posted,
      receive: (bytes: Uint8Array<ArrayBuffer>) => source.receive({ type: 'chunk', id: ID, bytes }),
      end: () => source.receive({ type: 'end', id: ID }),
    };
  }

  it('gives what is here, nothing while none is here, and null at the end', () => {
    const { source, receive, end } = startSource();
    expect(source.isReady()).toBe(false);
    expect(source.read(10)).toEqual(new Uint8Array(0));
    receive(bytesOf('hello'));
    receive(bytesOf('you'));
    expect(source.isReady()).toBe(true);
    expect([source.read(2), source.read(10), source.read(10)]).toEqual([bytesOf('he'), bytesOf('llo'), bytesOf('you')]);
    expect(source.isReady()).toBe(false);
    end();
    expect(source.isReady()).toBe(true);
    expect(source.read(1)).toBe(null);
    expect(source.read(1)).toBe(null);
  });

  it.each(['bytes', 'the end', 'an error', 'its cancellation'])('wakes all who wait for it with %s', async (what) => {
    const { source, receive, end } = startSource();
    const waits = Promise.all([source.ready(), source.ready()]);
    if (what === 'bytes') receive(bytesOf('a'));
    else if (what === 'the end') end();
    else if (what === 'an error') source.fail(new RuntimeError('request-invalid', 'gone'));
    else source.cancel();
    await waits;
    await source.ready();
  });

  it('gives credit for what the guest took, not for what came', () => {
    const { source, posted, receive } = startSource();
    const quarter = INITIAL_CREDIT_BYTES / 4;
    for (let count = 0; count < 4; count += 1) receive(new Uint8Array(quarter));
    expect(posted).toEqual([]);
    source.read(quarter - 1);
    expect(posted).toEqual([]);
    source.read(quarter);
    expect(posted).toEqual([{ type: 'credit', id: ID, bytes: quarter }]);
    source.read(quarter);
    source.read(quarter);
    expect(posted).toHaveLength(3);
  });

  it('gives none to a sender that has ended', () => {
    const { source, posted, receive, end } = startSource();
    receive(new Uint8Array(INITIAL_CREDIT_BYTES));
    end();
    source.read(INITIAL_CREDIT_BYTES);
    expect(posted).toEqual([]);
  });

  it('gives the bytes before a break, and then its reason, the first one', () => {
    const { source, receive } = startSource();
    receive(bytesOf('a'));
    source.receive({ type: 'abort', id: ID, error: { code: 'body-too-large', message: 'too large' } });
    source.fail(new RuntimeError('request-invalid', 'cancelled later'));
    expect(source.read(10)).toEqual(bytesOf('a'));
    expect(() => source.read(10)).toThrow(expect.objectContaining({ code: 'body-too-large' }));
    expect(() => source.read(10)).toThrow(expect.objectContaining({ code: 'body-too-large' }));
  });

  it('is at its end once it is cancelled', () => {
    const { source, receive } = startSource();
    receive(bytesOf('a'));
    source.cancel();
    expect(source.read(10)).toBe(null);
  });
});
