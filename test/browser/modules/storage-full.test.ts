import { expect, it } from 'vitest';
import { fetchJsFile } from '../../../scripts/fetch-js-file.mjs';
import { callApi, createApp, fetchIn, uploadModule } from '../harness/api.ts';
import { limitStorage } from '../harness/cdp.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile, PACKAGED } from '../harness/wasm-files.ts';

const swerve = useSwerve();

it('an upload that the browser has no room for leaves nothing behind, and what runs goes on', async () => {
  await limitStorage(swerve.context, swerve.app.url, 8_000_000);
  const panel = await swerve.openPanel();
  const hello = await uploadModule(panel, exampleFile('hello-c'));
  await createApp(panel, { name: 'hello', source: { digest: hello.digest }, routes: [{ path: '/hello' }] });
  expect((await fetchIn(panel, 'hello')).status).toBe(200);

  const refusal = String(await uploadModule(panel, PACKAGED.phpCgi()).catch(String));
  expect(refusal).toContain('answered with 507');
  const problem = JSON.parse(refusal.slice(refusal.indexOf('{')));
  expect(problem).toMatchObject({ code: 'storage-full', status: 507, sizeBytes: 13_128_903, detail: expect.stringContaining('nothing of it was stored') });
  // A component needs room twice: for itself and for what the transpiler made of it.
  expect(String(await uploadModule(panel, await fetchJsFile()).catch(String))).toMatch(/answered with 507.*storage-full/s);

  const { items } = await callApi<{ items: { digest: string }[] }>(panel, 'GET', 'modules');
  expect(items.map(({ digest }) => digest)).toEqual([hello.digest]);
  const artifacts = await panel.evaluate(async () => {
    const ended = <T>(request: IDBRequest<T>) => new Promise<T>((resolve) => request.addEventListener('success', () => resolve(request.result)));
    const database = await ended(indexedDB.open('swerve'));
    const count = await ended(database.transaction('artifacts').objectStore('artifacts').count());
    database.close();
    return count;
  });
  expect(artifacts).toBe(0);
  expect((await fetchIn(panel, 'hello')).status).toBe(200);

  await limitStorage(swerve.context, swerve.app.url, null);
});
