/** Where Apps are served, found out in every engine: by what it does, not by its name. */
import { expect, it } from 'vitest';
import type { OriginMode } from '../../src/core/app-origin.ts';
import { callApi } from '../browser/harness/api.ts';
import { untilControlled } from '../browser/harness/swerve.ts';
import { waitFor } from '../browser/harness/wait.ts';
import { describeEngines } from './harness/use-engine.ts';

describeEngines(
  'where Apps are',
  (swerve, name) => {
    const found = async (url: string): Promise<OriginMode> => {
      const panel = await swerve.open(url);
      await untilControlled(panel);
      try {
        return await waitFor('the panel to know', () => callApi<OriginMode | null>(panel, 'GET', 'origins/mode'), { deadlineMs: 30_000 });
      } finally {
        await swerve.closeTabs();
      }
    };

    it('at a name below localhost they have origins of their own, unless the engine takes those for other sites', async () => {
      const mode = await found(swerve.app.siteUrl);
      if (name === 'WebKitGTK') expect(mode).toMatchObject({ mode: 'shared', reason: expect.stringContaining('another site') });
      else expect(mode).toMatchObject({ mode: 'own' });
    });

    it('at localhost they have paths, and the reason names the way out', async () => {
      expect(await found(swerve.app.url)).toMatchObject({ mode: 'shared', reason: expect.stringContaining('swerve.localhost') });
    });
  },
  ['path'],
);
