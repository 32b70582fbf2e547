import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Mailbox } from '../../../src/ingress/mailbox.ts';
import { decodeFrames, MAX_WAIT_MS } from '../../../src/protocol/line-mailbox.ts';

const CREDIT = { type: 'credit', id: 1, bytes: 10 } as const;
const read = async (taken: Promise<Uint8Array<ArrayBuffer> | null>) => {
  const bytes = await taken;
  return bytes && decodeFrames(bytes.buffer);
};

describe('Mailbox', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('gives what is there at once, in order, and only once', async () => {
    const mailbox = new Mailbox();
    mailbox.put(CREDIT);
    mailbox.put({ type: 'end', id: 1 });
    expect(await read(mailbox.take(1_000))).toEqual([CREDIT, { type: 'end', id: 1 }]);
    expect(await mailbox.take(0)).toBeNull();
  });

  it('answers as soon as something comes, and with nothing when the time is over', async () => {
    const mailbox = new Mailbox();
    const taken = read(mailbox.take(1_000));
    mailbox.put(CREDIT);
    expect(await taken).toEqual([CREDIT]);
    const empty = mailbox.take(300);
    await vi.advanceTimersByTimeAsync(300);
    expect(await empty).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps nobody waiting longer than the limit', async () => {
    const empty = new Mailbox().take(Number.MAX_SAFE_INTEGER);
    await vi.advanceTimersByTimeAsync(MAX_WAIT_MS);
    expect(await empty).toBeNull();
  });

  it('gives a wait up for a later one, which alone gets what comes', async () => {
    const mailbox = new Mailbox();
    const earlier = mailbox.take(1_000);
    const later = mailbox.take(1_000);
    mailbox.put(CREDIT);
    expect(await earlier).toBeNull();
    expect(await read(later)).toEqual([CREDIT]);
  });

  it('forgets what was for a request that is over', async () => {
    const mailbox = new Mailbox();
    mailbox.put(CREDIT);
    mailbox.put({ type: 'cancel', id: 2 });
    mailbox.forget(1);
    expect(await read(mailbox.take(0))).toEqual([{ type: 'cancel', id: 2 }]);
  });

  it('ends its wait when it is closed', async () => {
    const mailbox = new Mailbox();
    const waiting = mailbox.take(1_000);
    mailbox.close();
    mailbox.put(CREDIT);
    expect(await waiting).toBeNull();
    expect(await mailbox.take(1_000)).toBeNull();
  });

  it('serves one client, the first that asks', () => {
    const mailbox = new Mailbox();
    expect(mailbox.admits('worker')).toBe(true);
    expect(mailbox.admits('page')).toBe(false);
    expect(mailbox.admits('worker')).toBe(true);
    expect(mailbox.token).not.toBe(new Mailbox().token);
  });
});
