/** How much memory the realms of a page hold, by the browser's debugging protocol. */
import type { Page } from 'playwright-core';

/** Bytes of JavaScript heap in use after a garbage collection: of the page, and of its service worker. */
export interface HeapUse {
  readonly pageBytes: number;
  readonly serviceWorkerBytes: number;
}

export async function heapUse(page: Page): Promise<HeapUse> {
  const session = await page.context().newCDPSession(page);
  try {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize: pageBytes } = await session.send('Runtime.getHeapUsage');
    const { targetInfos } = await session.send('Target.getTargets');
    const origin = new URL(page.url()).origin;
    const target = targetInfos.find(({ type, url }) => type === 'service_worker' && url.startsWith(origin));
    if (!target) throw new Error('no service worker runs for the page');
    const { sessionId } = await session.send('Target.attachToTarget', { targetId: target.targetId, flatten: false });
    let nextId = 1;
    const tell = (method: string): Promise<{ usedSize?: number }> => {
      const id = nextId++;
      const answered = new Promise<{ usedSize?: number }>((resolve) => {
        session.on('Target.receivedMessageFromTarget', ({ message }) => {
          const answer = JSON.parse(message) as { id?: number; result?: { usedSize?: number } };
          if (answer.id === id) resolve(answer.result ?? {});
        });
      });
      return session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) }).then(() => answered);
    };
    await tell('HeapProfiler.collectGarbage');
    const { usedSize } = await tell('Runtime.getHeapUsage');
    await session.send('Target.detachFromTarget', { sessionId });
    if (usedSize === undefined) throw new Error('the service worker told nothing of its heap');
    return { pageBytes, serviceWorkerBytes: usedSize };
  } finally {
    await session.detach();
  }
}
