import { RuntimeError } from '../../core/errors.ts';
import type { GuestRequest, Handler, ResponseWriter } from '../handler.ts';
import { failureOf, type Guest } from './guest.ts';

/** Makes a guest instance. */
export type MakeGuest = () => Promise<Guest>;
/** Serves one request with `guest`. @throws what ended the guest */
export type Serve = (guest: Guest, request: GuestRequest, response: ResponseWriter) => Promise<void>;

/**
 * A handler that gives each request a guest of its own, one made ahead; with `reuse` it keeps one guest, which requests
 * take in turn. A guest that failed or is spent is never used again.
 */
export function createGuestPool(make: MakeGuest, serve: Serve, reuse: boolean): Handler {
  let next: Promise<Guest> | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  let memoryBytes: number | null = null;

  const prepare = (): Promise<Guest> => {
    if (!next) {
      const prepared = make().catch((error) => {
        if (next === prepared) next = null;
        throw error instanceof RuntimeError
          ? error
          : new RuntimeError('instance-start-failed', `The component cannot be instantiated: ${messageOf(error)}`, { cause: error });
      });
      next = prepared;
    }
    return next;
  };

  const serveOnce = async (request: GuestRequest, response: ResponseWriter): Promise<void> => {
    const guestPromise = prepare();
    if (!reuse) next = null;
    const guest = await guestPromise;
    try {
      await serve(guest, request, response);
    } catch (thrown) {
      guest.context.isSpent = true;
      throw failureOf(thrown, guest.context);
    } finally {
      memoryBytes = guest.memoryBytes();
      if (!reuse) guest.context.isSpent = true;
      if (guest.context.isSpent) guest.loop?.end();
      if (guest.context.isSpent && next === guestPromise) next = null;
      if (!reuse || guest.context.isSpent) guest.context.close();
      // Hands over last lines without a line end.
      guest.stdoutLog.close();
      guest.stderrLog.close();
    }
  };

  return {
    get memoryBytes() {
      return memoryBytes;
    },
    async prepare() {
      await prepare();
    },
    handle(request, response) {
      if (!reuse) return serveOnce(request, response);
      const served = turn.then(() => serveOnce(request, response));
      turn = served.catch(() => {
        // The caller of this request learns of it; the next request takes its turn all the same.
      });
      return served;
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
