/** Tabs as the cluster sees them: every one is a host until it is closed. */
import type { Page } from 'playwright-core';
import type { Swerve } from './swerve.ts';

/** Closes every tab of the app, so that no host is left. The browser's first blank page stays: the harness listens through it. */
export async function closeAllTabs(swerve: Swerve): Promise<void> {
  for (const page of swerve.context.pages()) if (page.url() !== 'about:blank') await page.close();
}

/** What the document of `page` was answered with. */
export async function navigationOf(page: Page): Promise<{ status: number; contentType: string; url: string }> {
  return page.evaluate(() => {
    const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    return { status: entry?.responseStatus ?? 0, contentType: document.contentType, url: location.href };
  });
}

/** Resolves once the document of `page` is an answer and none of those that stand in for it until there is one. */
export async function untilAnswered(page: Page): Promise<void> {
  await page.waitForFunction(() => document.readyState === 'complete' && !document.querySelector('meta[name="swerve-boot"], meta[name="swerve-app-origin"]'));
}
