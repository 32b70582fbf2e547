import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { World } from './world.ts';

const CLOSED_WITHIN_MS = 15_000;

/** Closes `page`. A busy browser may never tell of the end of one that is closed in the middle of a navigation: nobody waits for that. */
export async function closePage({ report }: Pick<World, 'report'>, page: Page): Promise<void> {
  const stop = new AbortController();
  const closed = page.close().then(
    () => true,
    () => true, // It crashed, or was closed already.
  );
  const overdue = delay(CLOSED_WITHIN_MS, false, { signal: stop.signal });
  overdue.catch(() => {}); // Stopped: nobody looks at it any more.
  if (!(await Promise.race([closed, overdue]))) report.count('pages whose end the browser did not tell');
  stop.abort();
}
