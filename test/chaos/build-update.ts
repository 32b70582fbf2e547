import type { FaultStep } from './faults.ts';
import type { Tab } from './tabs.ts';
import type { World } from './world.ts';

/** The browser replaces a service worker when what it serves has ended, so under traffic this may take a while. */
const TAKEN_WITHIN_MS = 20_000;

/** The next build is served, the panel finds it, and a person takes it by the panel's own button, which reloads that tab. */
export async function takeUpdate(world: World, _: FaultStep, { page }: Tab): Promise<string> {
  const { app, builds } = world;
  world.served = (world.served + 1) % builds.length;
  await app.restart(builds[world.served]);
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
  const button = page.getByRole('button', { name: 'Update and reload' });
  const isOffered = await button.waitFor({ timeout: TAKEN_WITHIN_MS }).then(
    () => true,
    () => false,
  );
  // A full disk has no room for another build: what is installed goes on.
  if (!isOffered) return 'no new build was offered';
  const startMs = performance.now();
  const isTaken = page.waitForEvent('load', { timeout: TAKEN_WITHIN_MS }).then(
    () => true,
    () => false,
  );
  world.updating = isTaken;
  await button.click();
  return (await isTaken) ? `taken after ${Math.round(performance.now() - startMs)} ms` : 'not taken yet: the one before it is still busy';
}
