import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { createApp, fetchIn, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { waitFor } from '../harness/wait.ts';
import { PACKAGED } from '../harness/wasm-files.ts';
import { instancesOf } from '../http/guests.ts';

interface TraceEvent {
  name: string;
  tid: number;
}

const swerve = useSwerve();

/** What V8 tells of WebAssembly while `act` runs (trace category `v8.wasm`): of every process and thread of the browser. */
async function traced(page: Page, act: () => Promise<void>): Promise<TraceEvent[]> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', { traceConfig: { includedCategories: ['v8.wasm'] } });
  await act();
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  return events;
}

it('a window compiles a module once, and its workers share it', async () => {
  const panel = await swerve.openPanel();
  const { digest } = await uploadModule(panel, PACKAGED.esbuild());
  const events = await traced(panel, async () => {
    await createApp(panel, {
      name: 'minify',
      source: { digest },
      routes: [{ path: '/minify' }],
      args: ['esbuild', '--minify', '--banner=Content-Type: text/javascript\n\n'],
      scale: { min: 3, max: 3 },
    });
    await waitFor('three instances', async () => (await instancesOf(panel, 'minify')).names.length === 3);
    const answers = await Promise.all([1, 2, 3].map(() => fetchIn(panel, 'minify', { method: 'POST', body: 'let value = 1;' })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });
  const compiled = events.filter(({ name }) => /^wasm\.(Async|Sync|Streaming)Compile$/.test(name));
  const instantiating = new Set(events.filter(({ name }) => name === 'wasm.SyncInstantiate').map(({ tid }) => tid));
  expect(instantiating.size).toBe(3);
  expect(compiled.length).toBe(1);
});
