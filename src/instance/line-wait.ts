import { deploymentBase, SYSTEM_PREFIX } from '../core/deployment.ts';
import type { TakeFrames } from '../line/request-server.ts';
import { decodeFrames, LINE_HEADER, LINES_PATH, MAX_WAIT_MS } from '../protocol/line-mailbox.ts';

/** Beyond the wait that was asked for: a service worker that says nothing for so long is not coming back to this request. */
const ANSWER_GRACE_MS = 20_000;
/** A worker's requests pass by the service worker for a moment after its start (platform facts, WebKitGTK 2.50). */
const CONTROLLED_WITHIN_MS = 5_000;

/** {@link TakeFrames} by synchronous XMLHttpRequest; `onTick` is called after each, for a blocked worker answers no pings. */
export function createTakeFrames(onTick: () => void): TakeFrames {
  const base = new URL(`${SYSTEM_PREFIX}${LINES_PATH}`, deploymentBase(import.meta.url)).href;
  const startedMs = performance.now();
  let isControlled = false;
  return (token, waitMs) => {
    const askedMs = Math.ceil(Math.min(Math.max(waitMs, 0), MAX_WAIT_MS));
    for (;;) {
      const answer = ask(`${base}${token}?ms=${askedMs}`, askedMs + ANSWER_GRACE_MS);
      onTick();
      if (answer) {
        isControlled = true;
        if (answer.status === 204) return [];
        return answer.status === 200 ? decodeFrames(answer.response as ArrayBuffer) : null;
      }
      // The service worker was stopped in the middle of it, or does not answer: either way the caller of the guest is gone too.
      if (isControlled || performance.now() - startedMs > CONTROLLED_WITHIN_MS) return null;
    }
  };
}

/** The service worker's answer; null: there was none, or it was the network's. */
function ask(url: string, timeoutMs: number): XMLHttpRequest | null {
  const request = new XMLHttpRequest();
  try {
    request.open('GET', url, false);
    request.responseType = 'arraybuffer';
    request.timeout = timeoutMs;
    request.send();
  } catch {
    return null;
  }
  return request.getResponseHeader(LINE_HEADER) === null ? null : request;
}
