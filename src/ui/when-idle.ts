/** Safari has no idle callbacks. */
const SOON_MS = 200;
/** A page that is never idle gets to it all the same. */
const LATEST_MS = 2_000;

/** Runs `task` once the browser has nothing better to do. */
export function whenIdle(task: () => void): void {
  if (globalThis.requestIdleCallback === undefined) setTimeout(task, SOON_MS);
  else requestIdleCallback(task, { timeout: LATEST_MS });
}
