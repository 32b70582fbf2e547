import type { Page } from 'playwright-core';

/** A hundredth of what counts as good (web.dev/articles/cls): below it a figure has become wider where it stands. */
const VISIBLE_SHIFT = 0.001;

type Shift = PerformanceEntry & { value: number; sources: { node: Node | null; previousRect: DOMRect; currentRect: DOMRect }[] };

/** The layout shifts of the document since `sinceMs` of its own clock: how bad each was, and what moved from where to where. A shift right after an input is told too. */
export async function jumpsOf(page: Page, { sinceMs = 0 } = {}): Promise<string[]> {
  return page.evaluate(
    async ({ sinceMs, visible }) => {
      const shifts = await new Promise<Shift[]>((resolve) => {
        const observer = new PerformanceObserver((list) => resolve(list.getEntries() as Shift[]));
        observer.observe({ type: 'layout-shift', buffered: true });
        // Without a shift the observer is never called.
        setTimeout(() => resolve([]), 500);
      });
      return shifts
        .filter(({ startTime, value }) => startTime >= sinceMs && value >= visible)
        .map(({ value, sources }) => {
          const moved = sources.map(
            ({ node, previousRect: from, currentRect: to }) =>
              `${(node as Element | null)?.localName ?? node?.nodeName} ${from.x},${from.y},${from.width},${from.height} to ${to.x},${to.y},${to.width},${to.height}`,
          );
          return `${value.toFixed(5)}: ${moved.join('; ')}`;
        });
    },
    { sinceMs, visible: VISIBLE_SHIFT },
  );
}

/** The time of the document's own clock, milliseconds. */
export async function clockOf(page: Page): Promise<number> {
  return page.evaluate(() => performance.now());
}
