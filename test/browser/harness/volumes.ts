/** Files of volumes, put there past the API: by the repository, in the page itself. */
import type { Page } from 'playwright-core';
import { pageScript } from '../conformance/programs.ts';
import type {} from '../store-lab.ts';

/** Writes `files`, by their paths, into the volume `name` of the namespace `default`, which is made when there is none. */
export async function fillVolume(page: Page, name: string, files: Record<string, string>): Promise<void> {
  if (!(await page.evaluate(() => 'storeLab' in globalThis))) {
    await page.addScriptTag({ type: 'module', content: await pageScript('../store-lab.ts') });
    await page.waitForFunction(() => 'storeLab' in globalThis);
  }
  await page.evaluate(
    async ({ name, files }) => {
      const { volumes } = storeLab.createStore();
      const key = { namespace: 'default', name };
      await volumes.ensure(key);
      await volumes.writeFiles(
        key,
        Object.entries(files).map(([path, text]) => ({ path, bytes: new Blob([text]) })),
      );
    },
    { name, files },
  );
}
