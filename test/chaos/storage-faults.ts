import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { FaultStep } from './faults.ts';
import type { World } from './world.ts';

/** What fills the storage is kept apart from what is Swerve's. */
const FILLER = 'chaos-filler';
/** More than any quota of a run: the filling ends by itself before. */
const MOST_MIB = 1_000;

/** Fills the origin's storage with random bytes until the browser refuses more, and takes them away after a while. */
export async function fillStorage({ tabs }: World, { pick, forMs }: FaultStep): Promise<string> {
  const filled = await tabs.use(pick, (page) => page.evaluate(fill, [FILLER, MOST_MIB] as const));
  await delay(forMs);
  await tabs.use(pick, emptyStorage);
  return filled;
}

/** Runs in a page. */
async function fill([name, mostMiB]: readonly [string, number]): Promise<string> {
  const cache = await caches.open(name);
  let storedKiB = 0;
  // Large pieces first, small ones into what they leave.
  for (const sizeKiB of [4_096, 512, 64, 8, 1]) {
    const bytes = new Uint8Array(sizeKiB * 1_024);
    for (let offset = 0; offset < bytes.length; offset += 65_536) crypto.getRandomValues(bytes.subarray(offset, offset + 65_536));
    try {
      for (;;) {
        if (storedKiB > mostMiB * 1_024) return `not full after ${mostMiB} MiB`;
        await cache.put(`/filler/${sizeKiB}/${storedKiB}`, new Response(bytes));
        storedKiB += sizeKiB;
      }
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'QuotaExceededError') throw error;
    }
  }
  return `full with ${Math.round(storedKiB / 1_024)} MiB more`;
}

/** Takes away what {@link fillStorage} put there, if anything. */
export async function emptyStorage(page: Page): Promise<void> {
  await page.evaluate((name) => caches.delete(name), FILLER);
}
