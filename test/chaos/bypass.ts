import type { Outcome } from './page-sender.ts';
import type { Tab } from './tabs.ts';
import type { World } from './world.ts';

/**
 * Whether what `tab` saw came past the service worker, from the static server. Chromium 156 takes tabs from a service
 * worker that is stopped while they are being loaded or taken over, for as long as their document lives (platform notes,
 * "Stopped while it is activated"). The tab is reloaded then, as a person would do, and the report counts it. False when
 * no service worker was stopped in the life of the tab: that would be a fault of ours.
 */
export function isBypassed({ report, timeline }: World, tab: Tab, { status, code, failure }: Outcome): boolean {
  const isPast = tab.isBypassed || (status === 404 && code === null);
  if (!isPast || (failure === null && code !== null) || !timeline.explainsNoAnswer(tab.number, tab.openedMs, performance.now())) return false;
  report.count('ended: past the service worker, which was stopped while it took the tab');
  if (!tab.isBypassed) {
    tab.isBypassed = true;
    tab.isMute = true;
    report.count('tabs that the browser took from a stopped service worker');
    report.line(`tab ${tab.number} is past the service worker: reloaded`);
    void reload(tab);
  }
  return true;
}

async function reload(tab: Tab): Promise<void> {
  await tab.page.reload({ waitUntil: 'commit' }).catch(() => {}); // It went meanwhile.
  tab.isMute = false;
  tab.isBypassed = false;
}
