import type { FaultStep } from './faults.ts';
import type { World } from './world.ts';

/** The browser replaces a service worker when what it serves has ended: streams included, so this may take a while. */
const TAKEN_WITHIN_MS = 15_000;

/** The next build is served, a tab finds it, and a person takes it. */
export async function takeUpdate(world: World, { pick }: FaultStep): Promise<string> {
  const { app, builds, tabs } = world;
  world.served = (world.served + 1) % builds.length;
  await app.restart(builds[world.served]);
  return tabs.use(pick, (page) => page.evaluate(findAndTake, TAKEN_WITHIN_MS));
}

/** Runs in a page. */
async function findAndTake(withinMs: number): Promise<string> {
  const registration = await navigator.serviceWorker.ready;
  const before = navigator.serviceWorker.controller;
  const until = async (isSo: () => boolean): Promise<boolean> => {
    const endsAtMs = performance.now() + withinMs;
    while (!isSo() && performance.now() < endsAtMs) await new Promise((resolve) => setTimeout(resolve, 25));
    return isSo();
  };
  await registration.update();
  if (!(await until(() => registration.waiting !== null || navigator.serviceWorker.controller !== before)))
    return `no new build was found within ${withinMs} ms`;
  registration.waiting?.postMessage({ type: 'skip-waiting' });
  const startMs = performance.now();
  const isTaken = await until(() => navigator.serviceWorker.controller !== before);
  return isTaken ? `taken after ${Math.round(performance.now() - startMs)} ms` : 'not taken yet: the one before it is still busy';
}
