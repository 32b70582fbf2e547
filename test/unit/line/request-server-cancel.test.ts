import { afterEach, describe, expect, it } from 'vitest';
import type { GuestRequest } from '../../../src/wasi/handler.ts';
import { bytesOf, settle } from '../ingress/exchange-fixture.ts';
import { closeLines, serve } from './server-fixture.ts';

afterEach(closeLines);

/** Runs until its request is cancelled. */
const untilCancelled = ({ signal }: GuestRequest): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

describe('RequestServer, a request that is cancelled while it runs', () => {
  it('ends the waits of the guest, and is done when the guest is', async () => {
    const { request, say, seen, types, activity } = serve(untilCancelled);
    request(1, { hasBody: true });
    await settle();
    say({ type: 'cancel', id: 1 });
    await settle();
    expect(seen[0]!.signal.aborted).toBe(true);
    expect(seen[0]!.signal.reason).toMatchObject({ code: 'request-invalid' });
    expect(types()).toEqual(['accepted', 'failed', 'done']);
    expect(activity.busy).toBe(0);
  });

  it('is not done while the guest goes on, and leaves other requests alone', async () => {
    let finish!: () => void;
    const { request, say, seen, types, activity } = serve((_request, response) => {
      response.head(200, []);
      return new Promise((resolve) => {
        finish = resolve;
      });
    });
    request(1);
    request(2);
    say({ type: 'cancel', id: 1 });
    await settle();
    expect(types()).toEqual(['accepted', 'head']);
    expect(activity.busy).toBe(2);
    expect(seen.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    finish();
    await settle();
    expect(types(2).at(-1)).toBe('done');
  });

  it('breaks its body and its answer for the guest', async () => {
    const broken: unknown[] = [];
    const { request, say } = serve(async ({ body, signal }, response) => {
      const sink = response.head(200, []);
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      await settle();
      for (const use of [() => body!.read(1), () => sink.write(bytesOf('a'))]) {
        try {
          use();
        } catch (error) {
          broken.push(error);
        }
      }
    });
    request(1, { hasBody: true });
    await settle();
    say({ type: 'cancel', id: 1 });
    await settle();
    await settle();
    expect(broken).toMatchObject([{ code: 'request-invalid' }, { code: 'request-invalid' }]);
  });
});

describe('RequestServer, its worker', () => {
  it('makes the next guest when it has come to rest, and not before', async () => {
    let finish!: () => void;
    let prepared = 0;
    const { request, activity } = serve(
      ({ method }) =>
        method === 'POST'
          ? new Promise((resolve) => {
              finish = resolve;
            })
          : Promise.resolve(),
      async () => {
        prepared += 1;
        throw new Error('met by the next request');
      },
    );
    request(1, { method: 'POST' });
    request(2);
    await settle();
    expect([activity.busy, prepared]).toEqual([1, 0]);
    finish();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect([activity.busy, prepared]).toEqual([0, 1]);
  });

  it('cancels what runs on a line that was replaced, and says no more', async () => {
    const { server, request, seen, types, activity } = serve(untilCancelled);
    request(1);
    request(2, { hold: true });
    await settle();
    server.close();
    await settle();
    expect(seen.map(({ signal }) => signal.aborted)).toEqual([true]);
    expect(activity.busy).toBe(0);
    expect(types()).toEqual(['accepted']);
  });

  it('knows whether a line may be closed without a loss', async () => {
    let finish!: () => void;
    const { server, request } = serve(
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    expect(server.isBusy).toBe(false);
    request(1);
    await settle();
    expect(server.isBusy).toBe(true);
    finish();
    await settle();
    expect(server.isBusy).toBe(false);
  });
});
