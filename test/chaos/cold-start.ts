import { setTimeout as delay } from 'node:timers/promises';
import { closePage } from './close-page.ts';
import type { FaultStep } from './faults.ts';
import { documentPath, navigate } from './requests.ts';
import type { Tab } from './tabs.ts';
import type { World } from './world.ts';

/**
 * Closes every tab, and opens an App's address while there is no window: by GET, or by the submission of a form, which
 * must run once. Then the tabs are opened again.
 */
export async function coldStart(world: World, { variant }: FaultStep): Promise<string> {
  const { tabs, context, report } = world;
  const goes: Tab[] = tabs.all.filter(({ isBusy }) => !isBusy);
  for (const tab of goes) {
    tab.isBusy = true;
    tab.isMute = true;
  }
  await Promise.all(goes.map(({ page }) => closePage(world, page)));
  const id = `cold${variant}x${Math.floor(performance.now())}`;
  const isPost = variant % 2 === 1;
  // Once in a while the first who comes goes again before anything was there.
  if (variant % 3 === 0) {
    const gone = await context.newPage();
    gone.goto(new URL(documentPath(`${id}gone`), world.app.url).href).catch(() => {}); // Closed before it is there.
    await delay(variant % 500);
    await closePage(world, gone);
  }
  const page = await context.newPage();
  const failure = isPost ? await submitForm(world, page, id) : await navigate(world, page, documentPath(id), id);
  report.count(`requests cold ${isPost ? 'POST' : 'GET'}`);
  if (failure === null) report.count('ended: answered');
  // The first who came was its host, and went: what must not be repeated ends with the error that says so.
  else if (isPost && variant % 3 === 0 && failure.includes('host-lost')) report.count('ended: defined error');
  else report.violation(`cold ${isPost ? 'POST' : 'GET'} ${id}: ${failure}`);
  for (let missing = world.tabCount - tabs.all.length; missing > 0; missing -= 1) await world.reopen();
  await closePage(world, page);
  return failure ?? `answered; ${goes.length} tabs had been closed`;
}

/** From a page without a network address, as from a file: the answer's document must be the one that was asked for. */
async function submitForm(world: World, page: Tab['page'], id: string): Promise<string | null> {
  const action = new URL(documentPath(id), world.app.url).href;
  await page.setContent(`<form method="post" action="${action.replaceAll('&', '&amp;')}"><input name="id" value="${id}"><button>Send</button></form>`);
  return navigate(world, page, '', id, (target) => target.click('button', { noWaitAfter: true }));
}
