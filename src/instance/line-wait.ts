import { deploymentBase, SYSTEM_PREFIX } from '../core/deployment.ts';
import { RuntimeError } from '../core/errors.ts';
import { decodeFrames, LINES_PATH, MAX_WAIT_MS, type MailboxFrame } from '../protocol/line-mailbox.ts';

/** Beyond the wait that was asked for: a service worker that says nothing for so long is not coming back to this request. */
const ANSWER_GRACE_MS = 20_000;
/** A worker's requests pass by the service worker for a moment after its start (WebKitGTK 2.50). */
const CONTROLLED_WITHIN_MS = 5_000;
const ASK_AGAIN_MS = 10;

/** Blocks this worker until the mailbox `token` has something, or `waitMs` have passed. null: the line is lost. */
export type TakeFrames = (token: string, waitMs: number) => MailboxFrame[] | null;

const linesUrl = () => new URL(`${SYSTEM_PREFIX}${LINES_PATH}`, deploymentBase(import.meta.url)).href;

/** {@link TakeFrames} by synchronous XMLHttpRequest; `onTick` is called after each, for a blocked worker answers no pings. */
export function createTakeFrames(onTick: () => void): TakeFrames {
  const base = linesUrl();
  return (token, waitMs) => {
    const askedMs = Math.ceil(Math.min(Math.max(waitMs, 0), MAX_WAIT_MS));
    const request = new XMLHttpRequest();
    try {
      request.open('GET', `${base}${token}?ms=${askedMs}`, false);
      request.responseType = 'arraybuffer';
      request.timeout = askedMs + ANSWER_GRACE_MS;
      request.send();
    } catch {
      // The service worker was stopped in the middle of it, or does not answer: either way the caller of the guest is gone too.
      return null;
    }
    onTick();
    if (request.status === 204) return [];
    return request.status === 200 ? decodeFrames(request.response as ArrayBuffer) : null;
  };
}

/** Resolves once the service worker answers the requests of this worker. @throws RuntimeError `instance-start-failed` */
export async function untilControlled(): Promise<void> {
  const untilMs = performance.now() + CONTROLLED_WITHIN_MS;
  for (;;) {
    const status = await fetch(linesUrl(), { cache: 'no-store' }).then(
      (answer) => answer.status,
      () => 0, // Without a network, and not yet through the service worker: asked again.
    );
    if (status === 204) return;
    if (performance.now() > untilMs) break;
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
  throw new RuntimeError(
    'instance-start-failed',
    'the service worker does not answer the requests of this worker, which it must in a browser that cannot suspend WebAssembly (JSPI); reload the tab',
  );
}
