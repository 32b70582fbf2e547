/** Memory that an instance takes while it has nothing to do. */
import { setTimeout as delay } from 'node:timers/promises';
import { GUESTS } from './guests.mjs';
import { canReadProcesses, memoryBytes } from './processes.mjs';

const INSTANCES = 10;
const CASES = ['wagi', 'fresh', 'php', 'js'];

/** Waits until `count` instances of the App are ready. @param {import('./setup.mjs').Page} panel @param {string} app @param {number} count */
async function untilInstances(panel, app, count) {
  for (;;) {
    const ready = await panel.evaluate(async (app) => {
      const { scope } = await navigator.serviceWorker.ready;
      const list = await (await fetch(new URL('_swerve/api/v1/pods', scope))).json();
      const own = list.items.filter((/** @type {any} */ { metadata }) => metadata.labels?.['swerve.dev/app'] === app);
      return own.filter((/** @type {any} */ { status }) => status.phase === 'Running').length;
    }, app);
    if (ready === count) return;
    await delay(200);
  }
}

/** @param {import('./setup.mjs').Page} panel @param {string} app @param {number} min */
const scale = (panel, app, min) =>
  panel.evaluate(
    async ([app, min]) => {
      const { scope } = await navigator.serviceWorker.ready;
      const answer = await fetch(new URL(`_swerve/apis/swerve.dev/v1/namespaces/default/apps/${app}`, scope), {
        method: 'PATCH',
        headers: { 'content-type': 'application/merge-patch+json' },
        body: JSON.stringify({ spec: { scale: { min, max: Math.max(2, min), idleSeconds: 1 } } }),
      });
      if (answer.status !== 200) throw new Error(await answer.text());
    },
    /** @type {const} */ ([app, min]),
  );

/** Memory of the browser once it has come to rest. @param {import('./setup.mjs').Setup} setup @param {import('./setup.mjs').Page} panel */
async function settledBytes(setup, panel) {
  const session = await setup.context.newCDPSession(panel);
  await session.send('HeapProfiler.collectGarbage');
  await session.detach();
  await delay(1_500);
  return memoryBytes(setup.profile);
}

/**
 * The difference that ten more instances make, a tenth of it.
 * @param {readonly { setup: import('./setup.mjs').Setup, panel: import('./setup.mjs').Page, measures: import('./report.mjs').Measures }[]} runs
 */
export async function measureMemory(runs) {
  if (!canReadProcesses) return;
  for (const { setup, panel, measures } of runs) {
    for (const name of CASES) {
      const title = GUESTS.find((one) => one.name === name)?.title ?? name;
      await scale(panel, name, 1);
      await untilInstances(panel, name, 1);
      const before = await settledBytes(setup, panel);
      await scale(panel, name, 1 + INSTANCES);
      await untilInstances(panel, name, 1 + INSTANCES);
      const after = await settledBytes(setup, panel);
      measures.add({ id: `memory/${name}`, group: 'memory of an idle instance', title, what: '', unit: 'MiB', better: 'lower', limit: null }, 0, [
        (after - before) / INSTANCES / 1_048_576,
      ]);
      await scale(panel, name, 0);
    }
  }
}
