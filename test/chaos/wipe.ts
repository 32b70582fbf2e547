import { fetchIn } from '../browser/harness/api.ts';
import { untilControlled } from '../browser/harness/swerve.ts';
import type { World } from './world.ts';

/**
 * Everything that the origin stores is cleared under open tabs, as by the browser's "clear site data". The panel must come
 * up fresh and say so; what is written after that is kept, which the next storm finds out.
 */
export async function wipeStorage(world: World): Promise<void> {
  const { app, context, ledger, replica, report, tabs, timeline, ownModules } = world;
  const fault = timeline.begin('wipe-storage', null);
  report.count('faults wipe-storage');
  report.line(`fault ${fault.number} wipe-storage`);
  const session = await context.newCDPSession(context.pages()[0]!);
  await session.send('Storage.clearDataForOrigin', { origin: new URL(app.url).origin, storageTypes: 'all' });
  await session.detach();
  ledger.clear();
  replica.clear();
  ownModules.clear();
  for (const { page } of tabs.all) {
    await page.reload({ waitUntil: 'commit' });
    await untilControlled(page);
  }
  const [tab] = tabs.all;
  if (tab === undefined) return report.violation('after the wipe no tab is left');
  try {
    await tab.page.getByRole('heading', { name: 'Or run one of these' }).waitFor();
  } catch {
    report.violation(`after the wipe the panel does not say that nothing is there: ${(await tab.page.innerText('body')).slice(0, 300)}`);
  }
  const { text } = await fetchIn(tab.page, '_swerve/storage');
  const { modules, apps } = JSON.parse(text) as { modules: unknown[]; apps: { count: number } };
  if (modules.length > 0 || apps.count > 0) report.violation(`after the wipe there are still ${apps.count} Apps and ${modules.length} modules`);
  fault.ended();
  report.line(`fault ${fault.number} wipe-storage over`);
}
