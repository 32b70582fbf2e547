import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp, fetchIn, uploadModule } from '../harness/api.ts';
import { limitStorage } from '../harness/cdp.ts';
import { useSwerve } from '../harness/swerve.ts';
import { guestFile } from '../harness/wasm-files.ts';

/** In a profile of its own: the browser remembers for a while how much room an origin has. */
describe('where the browser has no more room', () => {
  const swerve = useSwerve();
  let panel: Page;
  beforeAll(async () => {
    await limitStorage(swerve.context, swerve.app.url, 8_000_000);
    panel = await swerve.openPanel();
    for (const [name, guest] of [
      ['files', 'volume-files'],
      ['component', 'volume-files.component'],
    ] as const) {
      const { digest } = await uploadModule(panel, guestFile(guest));
      await createApp(panel, { name, source: { digest }, routes: [{ path: `/${name}` }], volumes: [{ name: 'data', mountPath: '/data' }] });
    }
  });

  it.each(['files', 'component'])('%s is told so by ENOSPC, and has all that it was told was written', async (app) => {
    const put = (path: string, body: string) => fetchIn(panel, `${app}/${path}`, { method: 'PUT', body });
    const answers: { status: number; text: string }[] = [];
    while (answers.length < 8 && answers.at(-1)?.status !== 507) answers.push(await put(`${app}-${answers.length}`, String(answers.length).repeat(2_000_000)));
    expect(answers.at(-1)).toMatchObject({ status: 507, text: expect.stringMatching(/^(open|write): No space left on device\n$/) });
    for (const [at, { status }] of answers.entries()) {
      const found = await fetchIn(panel, `${app}/${app}-${at}`);
      // There may not have been room for the name of the last.
      const text = found.status === 404 && status === 507 ? '' : found.text;
      expect(text).toBe(String(at).repeat(text.length));
      if (status === 201) expect(text.length).toBe(2_000_000);
      else expect(text.length).toBeLessThan(2_000_000);
    }
  });
});
