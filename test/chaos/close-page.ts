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

/** Closes the windows of the origin that are no tabs of the run, by the browser's own command: such as were to be closed and never told of their end. */
export async function closeStrays({ app, context, tabs, report }: World): Promise<void> {
  const known = new Set<string>();
  for (const { page } of tabs.all) {
    const session = await context.newCDPSession(page);
    known.add((await session.send('Target.getTargetInfo')).targetInfo.targetId);
    await session.detach();
  }
  const [first] = tabs.all;
  if (first === undefined) return;
  const session = await context.newCDPSession(first.page);
  const { targetInfos } = await session.send('Target.getTargets');
  for (const { type, url, targetId } of targetInfos) {
    if (type !== 'page' || !url.startsWith(app.url) || known.has(targetId)) continue;
    report.count('windows closed by force');
    await session.send('Target.closeTarget', { targetId }).catch(() => {}); // It went by itself meanwhile.
  }
  await session.detach();
}
