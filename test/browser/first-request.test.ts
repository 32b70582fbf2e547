import { expect, it } from 'vitest';
import { createApp, uploadModule } from './harness/api.ts';
import { useSwerve } from './harness/swerve.ts';
import { exampleFile } from './harness/wasm-files.ts';

const swerve = useSwerve();

it('answers at a route with a page of the module, after an upload', async () => {
  const panel = await swerve.openPanel();
  const module = await uploadModule(panel, exampleFile("hello-c"));
  await createApp(panel, { name: 'hello', source: { digest: module.digest }, routes: [{ path: "/hello" }] });
  const page = await swerve.open('hello?name=Ada');
  expect(await page.textContent('h1')).toContain('Ada');
});
