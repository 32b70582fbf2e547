import type { Page } from 'playwright-core';

/** As much slower than it is. */
const CPU_RATE = 6;

/**
 * Makes `page` what a browser makes of a tab that was long hidden: it is told that it is hidden, its timers run at whole
 * seconds only, its processor is slow. A shim in the page does the first two, because a Chromium that is driven by
 * playwright holds every tab for visible. Workers are not throttled, as in a real hidden tab. Resolves to the way back.
 */
export async function throttleTab(page: Page): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  await page.evaluate(() => {
    const real = { setTimeout: self.setTimeout, setInterval: self.setInterval };
    type Start = (run: () => void, ms: number, ...args: unknown[]) => number;
    const at =
      (start: unknown, align: (ms: number) => number) =>
      (run: () => void, ms?: number, ...args: unknown[]) =>
        (start as Start).call(self, run, align(ms ?? 0), ...args);
    Object.assign(self, {
      setTimeout: at(real.setTimeout, (ms) => ms + (1_000 - ((performance.now() + ms) % 1_000))),
      setInterval: at(real.setInterval, (ms) => Math.max(Math.ceil(ms / 1_000), 1) * 1_000),
    });
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
    Object.assign(self, {
      chaosRelease: () => {
        Object.assign(self, real);
        Reflect.deleteProperty(document, 'visibilityState');
        document.dispatchEvent(new Event('visibilitychange'));
      },
    });
  });
  await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_RATE });
  return async () => {
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    await page.evaluate(() => (self as unknown as { chaosRelease(): void }).chaosRelease());
    await session.detach();
  };
}
