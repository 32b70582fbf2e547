/**
 * What only the browser's own debugging protocol can do to a tab, a service worker or the storage (Chrome DevTools
 * Protocol, domains ServiceWorker, Page and Storage).
 */
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { waitFor } from './wait.ts';

async function withSession<T>(page: Page, use: (session: CDPSession) => Promise<T>): Promise<T> {
  const session = await page.context().newCDPSession(page);
  try {
    return await use(session);
  } finally {
    // A page that crashed has taken its session with it.
    await session.detach().catch(() => {});
  }
}

/** Stops every running service worker of the profile, or those whose script has the path `script`, as the browser does at any moment; resolves once each has been seen stopped. It starts again with the next event. */
export async function stopServiceWorkers(page: Page, script?: string): Promise<void> {
  await withSession(page, async (session) => {
    const states = new Map<string, { path: string; isRunning: boolean }>();
    session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      for (const { versionId, runningStatus, scriptURL } of versions)
        states.set(versionId, { path: new URL(scriptURL).pathname, isRunning: runningStatus !== 'stopped' });
    });
    const chosen = () => [...states].filter(([, { path }]) => script === undefined || path === script);
    await session.send('ServiceWorker.enable');
    // What there is it tells after that.
    await waitFor('the service workers to be known', () => chosen().length > 0);
    const running = chosen().filter(([, { isRunning }]) => isRunning);
    const stopped = new Set<string>();
    session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      for (const { versionId, runningStatus } of versions) if (runningStatus === 'stopped') stopped.add(versionId);
    });
    if (script === undefined) await session.send('ServiceWorker.stopAllWorkers');
    else for (const [versionId] of running) await session.send('ServiceWorker.stopWorker', { versionId });
    await waitFor('the service workers to stop', () => running.every(([versionId]) => stopped.has(versionId)));
  });
}

/** Kills the renderer of `page` as an out-of-memory does. Pages of the same site that share its process die too. The page can only be closed or reloaded after. */
export async function crashTab(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash');
  const session = await page.context().newCDPSession(page);
  // Never answered: who would answer is gone.
  session.send('Page.crash').catch(() => {});
  await crashed;
}

/**
 * Halts `page` and its dedicated workers by the debugger: its locks and ports stay, but nothing of it runs, as in a tab
 * that the browser froze. (`Page.setWebLifecycleState` will not do: under Chromium 156 a tab frozen by it still
 * receives messages, and so do its workers.) Resolves to the way to let it run on. `page.evaluate` hangs meanwhile.
 */
export async function haltTab(page: Page): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  const workers: string[] = [];
  let nextId = 1;
  const tellWorkers = async (method: string) => {
    // One that has ended meanwhile has nothing left to halt.
    for (const sessionId of workers)
      await session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id: nextId++, method }) }).catch(() => {});
  };
  session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    if (targetInfo.type === 'worker') workers.push(sessionId);
  });
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  await session.send('Debugger.enable');
  await tellWorkers('Debugger.enable');
  await tellWorkers('Debugger.pause');
  await session.send('Debugger.pause');
  return async () => {
    await tellWorkers('Debugger.resume');
    await tellWorkers('Debugger.disable');
    await session.send('Debugger.resume').catch(() => {}); // It may not have come to a statement to halt at.
    await session.send('Debugger.disable');
    await session.detach();
  };
}

/**
 * Limits what the origin of `url` may store to `sizeBytes`; null lifts the limit. Set it before the origin's first write:
 * Chromium trusts what it once learned of the free space for up to half a minute. `navigator.storage.estimate()` does not tell.
 */
export async function limitStorage(context: BrowserContext, url: string, sizeBytes: number | null): Promise<void> {
  const [blank] = context.pages();
  if (blank === undefined) throw new Error('the context has no page to send the command through: leave its first one open');
  const session = await context.newCDPSession(blank);
  // Not detached: the browser lifts the limit with the session that set it.
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(url).origin, ...(sizeBytes === null ? {} : { quotaSize: sizeBytes }) });
}

/** Has the animations of `page` run `rate` times as fast, ends and events included. Resolves to the way back. */
export async function hastenAnimations(page: Page, rate: number): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Animation.enable');
  await session.send('Animation.setPlaybackRate', { playbackRate: rate });
  return async () => {
    await session.send('Animation.setPlaybackRate', { playbackRate: 1 });
    await session.detach();
  };
}
