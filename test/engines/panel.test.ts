/** The panel, in every engine: each view is drawn, whichever was open before. */
import { expect, it } from 'vitest';
import { waitFor } from '../browser/harness/wait.ts';
import { exampleFile } from '../browser/harness/wasm-files.ts';
import type { Tab } from './harness/engine.ts';
import { textOf } from './harness/find-deep.ts';
import { serveFiles } from './harness/guests.ts';
import { describeEngines } from './harness/use-engine.ts';

/** Address of a view, and what only it shows. */
const VIEWS: readonly [hash: string, text: RegExp][] = [
  ['#/', /Ready/],
  ['#/apps/default/hello', /Requests/],
  ['#/cluster', /[Tt]ab/],
  ['#/storage', /Export/],
  ['#/console', /Send/],
  ['#/apps/default/hello/logs', /Logs/],
  ['#/browser', /JSPI|suspend/],
  ['#/apps/default/hello/settings', /Restart/],
  ['#/', /Ready/],
];

/** What Firefox says of each stream of a service worker that a page has given up, whatever that did. */
const ABORTED_IN_FIREFOX = /A ServiceWorker intercepted the request and encountered an unexpected error/;

async function show(panel: Tab, hash: string, text: RegExp): Promise<void> {
  await panel.evaluate((hash) => location.assign(hash), hash);
  let seen = '';
  try {
    await waitFor(`${text} at ${hash}`, async () => {
      seen = await textOf(panel);
      return text.test(seen) && !/Loading/.test(seen);
    });
  } catch (error) {
    throw new Error(`at ${hash} the panel shows: ${seen.replaceAll(/\s+/g, ' ').slice(0, 600)}`, { cause: error });
  }
}

describeEngines(
  'the panel',
  (swerve) => {
    it('draws each view, after whichever other', { timeout: 120_000 }, async () => {
      const panel = await swerve.openPanel();
      await serveFiles(panel, { hello: { file: exampleFile('hello-c') } });
      for (const [hash, text] of VIEWS) await show(panel, hash, text);
      expect((swerve.engine.takeErrors() ?? []).filter((error) => !ABORTED_IN_FIREFOX.test(error))).toEqual([]);
    });
  },
  ['path'],
);
