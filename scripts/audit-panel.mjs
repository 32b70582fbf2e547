/**
 * What Lighthouse looks at, measured offline: `npm run build && npm run audit`. Performance of the first and of the second visit on
 * a processor four times slower (the "mobile" setting of Lighthouse) with its own thresholds, accessibility by all rules of axe on
 * every view in both themes, and best practices. Ends with 1 when something is wrong; times are told, and never fail. As JSON with
 * `--json`.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import process, { argv, env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { fillCluster, request } from './demo-cluster.mjs';
import { CHROMIUM_FLAGS, findChromium } from './find-chromium.mjs';
import { startServer } from './serve.mjs';

const SLOWDOWN = 4;
const ROUNDS = 3;
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 780 };
/** Up to the first number is good, above the second is poor: developer.chrome.com/docs/lighthouse/performance/performance-scoring */
const THRESHOLDS = /** @type {const} */ ({
  'first contentful paint, ms': [1_800, 3_000],
  'largest contentful paint, ms': [2_500, 4_000],
  'total blocking time, ms': [200, 600],
  'layout shift': [0.1, 0.25],
});
/** What stands there while a view is still being loaded is not what is to be looked at. */
const VIEWS = [
  ['overview', '#/', 'Swerve cluster'],
  ['App: overview', '#/apps/default/shop', 'shop'],
  ['App: requests', '#/apps/default/shop/requests', 'shop'],
  ['App: logs', '#/apps/default/unruly/logs', 'unruly'],
  ['App: instances', '#/apps/default/shop/instances', 'shop'],
  ['App: settings', '#/apps/default/shop/settings', 'shop'],
  ['App: versions', '#/apps/default/shop/versions', 'shop'],
  ['console', '#/console', 'Request console'],
  ['cluster', '#/cluster', 'Cluster'],
  ['storage', '#/storage', 'Storage'],
  ['browser', '#/browser', 'This browser'],
  ['unknown', '#/nowhere', 'There is nothing at this address'],
];

const root = fileURLToPath(new URL('..', import.meta.url));
const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Browser} Browser */
/** @typedef {{ area: string, what: string, value: string, verdict: 'good' | 'fair' | 'poor' | 'wrong' }} Finding */

/** @type {Finding[]} */
const findings = [];
/** @param {string} area @param {string} what @param {string | number} value @param {Finding['verdict']} verdict */
function note(area, what, value, verdict) {
  findings.push({ area, what, value: String(value), verdict });
}

/** @param {number[]} values */
function median(values) {
  return /** @type {number} */ (values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]);
}

/** Collects paints, shifts and long tasks from the first moment of every document. @param {Page} page */
async function observe(page) {
  await page.addInitScript(() => {
    const seen = { lcpMs: 0, shift: 0, blockingMs: 0 };
    Object.assign(globalThis, { audit: seen });
    const on = (/** @type {string} */ type, /** @type {(entry: any) => void} */ take) =>
      new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
    on('largest-contentful-paint', ({ startTime }) => {
      seen.lcpMs = startTime;
    });
    on('layout-shift', ({ value, hadRecentInput }) => {
      if (!hadRecentInput) seen.shift += value;
    });
    on('longtask', ({ duration }) => {
      seen.blockingMs += Math.max(0, duration - 50);
    });
  });
}

/** One visit on a slowed processor. @param {Page} page @param {string} url @returns {Promise<Record<keyof typeof THRESHOLDS, number> & { kilobytes: number }>} */
async function visit(page, url) {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  await session.send('Network.enable');
  let bytes = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.goto(url);
  await page.getByRole('button', { name: 'Choose files' }).waitFor();
  // What comes after the first picture counts too: Lighthouse waits for five quiet seconds.
  await page.waitForTimeout(5_000);
  const seen = await page.evaluate(() => ({
    ...Reflect.get(globalThis, 'audit'),
    fcpMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
  }));
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await session.detach();
  return {
    'first contentful paint, ms': seen.fcpMs,
    'largest contentful paint, ms': seen.lcpMs,
    'total blocking time, ms': seen.blockingMs,
    'layout shift': seen.shift,
    kilobytes: bytes / 1000,
  };
}

/** @param {Browser} browser @param {string} url */
async function auditPerformance(browser, url) {
  const visits = /** @type {Record<'first visit' | 'second visit', Awaited<ReturnType<typeof visit>>[]>} */ ({ 'first visit': [], 'second visit': [] });
  for (let round = 0; round < ROUNDS; round += 1) {
    const context = await browser.newContext({ viewport: PHONE });
    const page = await context.newPage();
    await observe(page);
    visits['first visit'].push(await visit(page, url));
    await page.goto('about:blank');
    visits['second visit'].push(await visit(page, url));
    await context.close();
  }
  for (const [which, all] of Object.entries(visits)) {
    for (const [metric, [good, fair]] of Object.entries(THRESHOLDS)) {
      const value = median(all.map((one) => /** @type {Record<string, number>} */ (one)[metric] ?? Number.NaN));
      const verdict = value <= good ? 'good' : value <= fair ? 'fair' : 'poor';
      note('performance', `${which}: ${metric}`, metric === 'layout shift' ? value.toFixed(4) : Math.round(value), verdict);
    }
    note('performance', `${which}: from the network, kB`, Math.round(median(all.map(({ kilobytes }) => kilobytes))), 'good');
  }
}

/** @param {Page} page */
async function auditAccessibility(page) {
  for (const [name, hash, heading] of /** @type {[string, string, string][]} */ (VIEWS)) {
    await page.evaluate((hash) => void location.assign(hash), hash);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    let violations = 0;
    let passes = 0;
    for (const size of [DESKTOP, PHONE]) {
      await page.setViewportSize(size);
      for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource);
        const result = await page.evaluate(() => Reflect.get(globalThis, 'axe').run(document, { resultTypes: ['violations'] }));
        for (const { id, nodes } of result.violations) {
          violations += nodes.length;
          for (const { target } of nodes) console.error(`${name}, ${size.width} px, ${colorScheme}: ${id}: ${target.flat().join(' >> ')}`);
        }
        passes = Math.max(passes, result.passes.length);
      }
    }
    note('accessibility', name, `${violations} violations, ${passes} rules passed`, violations === 0 ? 'good' : 'wrong');
  }
}

/** @param {Page} page @param {string} url @param {{ errors: string[], foreign: Set<string>, issues: Set<string> }} seen */
async function auditPractices(page, url, { errors, foreign, issues }) {
  /** @param {string} what @param {readonly string[]} found */
  const none = (what, found) => note('best practices', what, found.length === 0 ? 'none' : found.join('; '), found.length === 0 ? 'good' : 'wrong');
  /** @param {string} what @param {boolean} isTrue */
  const holds = (what, isTrue) => note('best practices', what, isTrue ? 'yes' : 'no', isTrue ? 'good' : 'wrong');
  none('errors in the console', errors);
  none('requests to other origins', [...foreign]);
  none('issues that the browser reports', [...issues]);
  const told = await page.evaluate(() => ({
    isSecure: isSecureContext,
    hasDoctype: document.compatMode === 'CSS1Compat',
    charset: document.characterSet,
    lang: document.documentElement.lang,
    title: document.title,
    description: document.querySelector('meta[name=description]')?.getAttribute('content') ?? '',
    viewport: document.querySelector('meta[name=viewport]')?.getAttribute('content') ?? '',
    isControlled: navigator.serviceWorker.controller !== null,
  }));
  holds('secure context', told.isSecure);
  holds(
    'standards mode, UTF-8, language, title, description',
    told.hasDoctype && told.charset === 'UTF-8' && [told.lang, told.title, told.description].every(Boolean),
  );
  holds('viewport that a person may zoom', /width=device-width/.test(told.viewport) && !/user-scalable=no|maximum-scale/.test(told.viewport));
  holds('controlled by a service worker', told.isControlled);
  const session = await page.context().newCDPSession(page);
  const { errors: manifestErrors } = await session.send('Page.getAppManifest');
  none(
    'errors in the manifest',
    manifestErrors.map(({ message }) => message),
  );
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // A window without a profile of its own is the audit's, not the panel's.
  none(
    'reasons not to be installed',
    installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'),
  );
  await session.detach();
  await page.context().setOffline(true);
  await page.goto(url);
  holds(
    'opens offline',
    await page
      .getByRole('link', { name: 'shop', exact: true })
      .waitFor()
      .then(
        () => true,
        () => false,
      ),
  );
  await page.context().setOffline(false);
}

const server = await startServer({ port: 0, ...(env['SWERVE_DIST'] ? { dir: env['SWERVE_DIST'] } : {}) });
const browser = await chromium.launch({ executablePath: await findChromium(), args: CHROMIUM_FLAGS });
try {
  await auditPerformance(browser, server.url);

  const context = await browser.newContext({ viewport: DESKTOP });
  const page = await context.newPage();
  const seen = { errors: /** @type {string[]} */ ([]), foreign: /** @type {Set<string>} */ (new Set()), issues: /** @type {Set<string>} */ (new Set()) };
  page.on('console', (message) => {
    if (message.type() === 'error') seen.errors.push(message.text());
  });
  page.on('pageerror', (error) => seen.errors.push(error.message));
  context.on('request', (sent) => {
    if (/^https?:/.test(sent.url()) && new URL(sent.url()).origin !== new URL(server.url).origin) seen.foreign.add(sent.url());
  });
  const session = await context.newCDPSession(page);
  session.on('Audits.issueAdded', ({ issue: { code, details } }) => seen.issues.add(`${code} ${JSON.stringify(Object.values(details)[0])}`));
  await session.send('Audits.enable');
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Choose files' }).waitFor();
  await fillCluster(page, root);
  for (let i = 0; i < 5; i += 1) await request(page, 'shop');
  await auditAccessibility(page);
  await auditPractices(page, server.url, seen);
} finally {
  await browser.close();
  await server.stop();
}

if (argv.includes('--json')) console.log(JSON.stringify(findings, null, 2));
else {
  for (const area of new Set(findings.map(({ area }) => area))) {
    console.log(`\n${area}`);
    for (const { what, value, verdict } of findings.filter((finding) => finding.area === area))
      console.log(`  ${verdict.padEnd(6)} ${what.padEnd(58)} ${value}`);
  }
}
process.exitCode = findings.some(({ verdict }) => verdict === 'wrong') ? 1 : 0;
