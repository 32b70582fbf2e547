/** Time to the first byte of a document: with no tab open, and from the only tab. */
import { stopServiceWorkers } from './setup.mjs';

const LIMIT = '_swerve/bench/page';

/** @typedef {import('./setup.mjs').Setup} Setup @typedef {import('./setup.mjs').Page} Page */

/** When the document of `page` got its first byte, Unix epoch in milliseconds. @param {Page} page */
const firstByteAtMs = (page) =>
  page.evaluate(() => performance.timeOrigin + (performance.getEntriesByType('navigation')[0]?.toJSON().responseStart ?? Number.NaN));

/** A navigation of a new tab: until the first byte of the document that stays. @param {Setup} setup @param {string} url @param {(page: Page) => Promise<unknown>} arrived */
export async function openCold(setup, url, arrived) {
  const page = await setup.context.newPage();
  const startAtMs = performance.timeOrigin + performance.now();
  await page.goto(url);
  await arrived(page);
  const ms = (await firstByteAtMs(page)) - startAtMs;
  return { page, ms };
}

/** The boot document has given way to the answer. @param {Page} page */
export const untilAnswer = (page) => page.waitForFunction(() => document.querySelector('h1') !== null, null, { polling: 20 });

/**
 * One round on each build. The panel was opened once before; no tab is open now.
 * @param {readonly { setup: Setup, measures: import('./report.mjs').Measures }[]} runs @param {number} round
 */
export async function measureNavigations(runs, round) {
  for (const { setup, measures } of runs) {
    /** @param {string} name @param {string} title @param {string | null} limit @param {number} ms */
    const add = (name, title, limit, ms) =>
      measures.add({ id: `navigation/${name}`, group: 'navigation, time to first byte', title, what: '', unit: 'ms', better: 'lower', limit }, round, [ms]);

    const icon = await setup.context.newPage();
    await icon.goto(`${setup.url}_swerve/icon.svg`);
    await registerLimit(icon);
    await icon.close();
    for (const [state, title] of /** @type {const} */ ([
      ['stopped', 'service worker stopped'],
      ['running', 'service worker running'],
    ])) {
      for (const [kind, path] of /** @type {const} */ ([
        ['limit', LIMIT],
        ['cold', 'wagi'],
      ])) {
        const warm = await setup.context.newPage();
        await warm.goto(setup.url + (kind === 'limit' ? LIMIT : '_swerve/icon.svg'));
        await warm.close();
        if (state === 'stopped') await stopServiceWorkers(setup.blank);
        const { page, ms } = await openCold(setup, setup.url + path, kind === 'limit' ? async () => {} : untilAnswer);
        if (kind === 'limit') add(`${state}/limit`, `bare service worker, ${title}`, null, ms);
        else add(`${state}/cold`, `no tab open, ${title}`, `navigation/${state}/limit`, ms);
        await page.close();
      }
    }

    for (const [kind, path] of /** @type {const} */ ([
      ['limit', LIMIT],
      ['only', 'wagi'],
    ])) {
      const { page } = await openCold(setup, setup.url + path, kind === 'limit' ? async () => {} : untilAnswer);
      // What the tab does right after it was opened is over.
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
      await Promise.all([page.waitForNavigation(), page.evaluate((url) => void location.assign(url), `${setup.url}${path}?next`)]);
      const ms = await page.evaluate(() => performance.getEntriesByType('navigation')[0]?.toJSON().responseStart ?? Number.NaN);
      if (kind === 'limit') add('only/limit', 'bare service worker, from its own tab', null, ms);
      else add('only/tab', 'from the only tab', 'navigation/only/limit', ms);
      await page.close();
    }
  }
}

/** A new tab at `url`, once the answer of a guest is in it. @param {Setup} setup @param {string} url */
export async function openHost(setup, url) {
  return (await openCold(setup, url, untilAnswer)).page;
}

/** At the origin of `page`. @param {Page} page */
export async function registerLimit(page) {
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.register('/_swerve/bench/limit.js', { scope: '/_swerve/bench/' });
    while (registration.active?.state !== 'activated') await new Promise((resolve) => setTimeout(resolve, 10));
  });
}
