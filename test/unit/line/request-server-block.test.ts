import { afterEach, describe, expect, it } from 'vitest';
import type { TakeFrames } from '../../../src/line/request-server.ts';
import type { MailboxFrame } from '../../../src/protocol/line-mailbox.ts';
import type { GuestRequest, ResponseWriter } from '../../../src/wasi/handler.ts';
import { bytesOf, settle } from '../ingress/exchange-fixture.ts';
import { closeLines, serve } from './server-fixture.ts';

afterEach(closeLines);

/** A mailbox that a test fills: each wait gets the next of `answers`, null once there are none. */
function mailboxOf(...answers: (MailboxFrame[] | null)[]) {
  const asked: [string, number][] = [];
  const takeFrames: TakeFrames = (token, waitMs) => {
    asked.push([token, waitMs]);
    return answers.shift() ?? null;
  };
  return { asked, takeFrames };
}

/** Reads its body to the end without ever leaving its task, and answers with it. */
async function echo(request: GuestRequest, response: ResponseWriter): Promise<void> {
  const sink = response.head(200, []);
  for (;;) {
    const piece = request.body?.read(1_000) ?? null;
    if (piece === null) return;
    if (piece.length > 0) sink.write(piece);
    else request.block?.(null);
    if (request.signal.aborted) throw request.signal.reason;
  }
}

describe('RequestServer, where guests block the thread', () => {
  it('brings what is in the mailbox to the guest that waits, and sends what it has written before', async () => {
    const { asked, takeFrames } = mailboxOf(
      [{ type: 'chunk', id: 1, bytes: bytesOf('one') }],
      [],
      [
        { type: 'chunk', id: 1, bytes: bytesOf('two') },
        { type: 'end', id: 1 },
      ],
    );
    const { say, request, received } = serve(echo, undefined, takeFrames);
    say({ type: 'mailbox', token: 'secret' });
    request(1, { hasBody: true, method: 'POST' });
    await settle();
    const waited = ['secret', Number.POSITIVE_INFINITY];
    expect(asked).toEqual([waited, waited, waited]);
    expect(received.map(({ type }) => type)).toEqual(['accepted', 'head', 'chunk', 'chunk', 'done']);
    expect(received.slice(1, 4)).toMatchObject([{ bytes: null }, { bytes: bytesOf('one') }, { bytes: bytesOf('two') }]);
  });

  it('gives credit and cancellation that come by mailbox', async () => {
    const { takeFrames } = mailboxOf([{ type: 'credit', id: 1, bytes: 1_000_000 }], [{ type: 'cancel', id: 1 }]);
    const capacities: number[] = [];
    const { say, request, types } = serve(
      async (guest, response) => {
        const sink = response.head(200, []);
        sink.write(new Uint8Array(262_144));
        capacities.push(sink.capacity());
        guest.block?.(5);
        capacities.push(sink.capacity());
        guest.block?.(5);
        expect(guest.signal.aborted).toBe(true);
        throw guest.signal.reason;
      },
      undefined,
      takeFrames,
    );
    say({ type: 'mailbox', token: 'secret' });
    request(1);
    await settle();
    expect(capacities).toEqual([0, 1_000_000]);
    expect(types()).toEqual(['accepted', 'head', 'abort', 'done']);
  });

  it('cancels the guest whose line is lost, and one that never had a mailbox', async () => {
    for (const hasMailbox of [true, false]) {
      const { takeFrames } = mailboxOf(null);
      const { say, request, types } = serve(echo, undefined, takeFrames);
      if (hasMailbox) say({ type: 'mailbox', token: 'secret' });
      request(1, { hasBody: true, method: 'POST' });
      await settle();
      expect(types()).toEqual(['accepted', 'head', 'abort', 'done']);
    }
  });

  it('gives a guest that can be suspended no way to block', async () => {
    const { request, seen } = serve(echo);
    request(1);
    await settle();
    expect(seen[0]).not.toHaveProperty('block');
  });
});
