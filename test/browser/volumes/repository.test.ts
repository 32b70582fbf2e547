import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp, deleteApp, fetchIn, untilCondition, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { fillVolume } from '../harness/volumes.ts';
import { exampleFile } from '../harness/wasm-files.ts';
import type {} from '../store-lab.ts';

/** The repository of volumes, which the API and the panel stand on, in a page of the app. */
const swerve = useSwerve();
let panel: Page;
let name: string;
beforeAll(async () => {
  panel = await swerve.openPanel();
});
beforeEach(async () => {
  name = `v-${crypto.randomUUID()}`;
  await fillVolume(panel, name, { '/a.txt': 'one', 'folder/b.txt': 'two', 'folder/deep/c.txt': 'three' });
});

describe('files of a volume', () => {
  it('are listed, found and read', async () => {
    const found = await panel.evaluate(async (name) => {
      const { volumes } = storeLab.createStore();
      const key = { namespace: 'default', name };
      const paths = async (...list: Parameters<typeof volumes.listFiles>) =>
        (await volumes.listFiles(...list)).map(({ path, kind, sizeBytes }) => `${kind} ${path} ${sizeBytes}`);
      const { file, body } = await volumes.readFile(key, '/folder/deep/c.txt');
      return {
        top: await paths(key),
        folder: await paths(key, '/folder', { recursive: true }),
        text: `${file.path} ${await new Response(body).text()}`,
        nothing: await volumes.stat(key, '/nothing'),
        root: (await volumes.stat(key, '/'))?.path,
        refusals: [await storeLab.refusal(volumes.readFile(key, '/nothing')), await storeLab.refusal(volumes.readFile(key, '/folder'))].map(({ code }) => code),
        volume: await volumes.get(key),
      };
    }, name);
    expect(found).toEqual({
      top: ['regular-file /a.txt 3', 'directory /folder 0'],
      folder: ['regular-file /folder/b.txt 3', 'directory /folder/deep 0', 'regular-file /folder/deep/c.txt 5'],
      text: '/folder/deep/c.txt three',
      nothing: null,
      root: '/',
      refusals: ['resource-not-found', 'request-invalid'],
      volume: expect.objectContaining({ namespace: 'default', name, sizeBytes: 11, files: 5 }),
    });
  });

  it('are written together or not at all', async () => {
    const result = await panel.evaluate(async (name) => {
      const { volumes } = storeLab.createStore();
      const key = { namespace: 'default', name };
      const bytes = new Blob(['new']);
      const refusal = await storeLab.refusal(
        volumes.writeFiles(key, [
          { path: 'a.txt', bytes },
          { path: 'new.txt', bytes },
          { path: 'folder', bytes },
        ]),
      );
      const before = await new Response((await volumes.readFile(key, 'a.txt')).body).text();
      const there = await volumes.stat(key, 'new.txt');
      await volumes.writeFiles(key, [
        { path: 'a.txt', bytes },
        { path: 'new.txt', bytes },
      ]);
      return { refusal: refusal.code, before, there, after: await new Response((await volumes.readFile(key, 'a.txt')).body).text() };
    }, name);
    expect(result).toEqual({ refusal: 'request-invalid', before: 'one', there: null, after: 'new' });
  });

  it('are moved and removed, and their bytes given back', async () => {
    const moved = await panel.evaluate(async (name) => {
      const { volumes } = storeLab.createStore();
      const key = { namespace: 'default', name };
      await volumes.renameFile(key, 'folder/deep', 'elsewhere');
      await volumes.deleteFile(key, 'folder');
      await volumes.createDirectory(key, 'made/and/made');
      return (await volumes.listFiles(key, '/', { recursive: true })).map(({ path }) => path);
    }, name);
    expect(moved).toEqual(['/a.txt', '/elsewhere', '/elsewhere/c.txt', '/made', '/made/and', '/made/and/made']);
    // Any write sweeps what was removed some time before.
    await expect
      .poll(
        () =>
          panel.evaluate(async (name) => {
            const { volumes } = storeLab.createStore();
            const key = { namespace: 'default', name };
            await volumes.writeFile(key, 'a.txt', new Blob(['1']));
            return (await volumes.get(key))?.sizeBytes;
          }, name),
        { timeout: 15_000, interval: 500 },
      )
      .toBeLessThan(12);
  });
});

it('a volume is made for the App that names it, and kept from being deleted while one does', async () => {
  const { digest } = await uploadModule(panel, exampleFile('hello-c'));
  await createApp(panel, { name: 'hello', source: { digest }, routes: [{ path: '/hello' }], volumes: [{ name: 'made', mountPath: '/data' }] });
  await untilCondition(panel, 'hello', { type: 'VolumesBound' });
  const remove = () =>
    panel.evaluate(async () => {
      const { volumes } = storeLab.createStore();
      const key = { namespace: 'default', name: 'made' };
      const { code } = await storeLab.refusal(volumes.delete(key));
      return { code, isThere: (await volumes.get(key)) !== null };
    });
  expect(await remove()).toEqual({ code: 'volume-in-use', isThere: true });
  expect((await fetchIn(panel, 'hello')).status).toBe(200);
  await deleteApp(panel, 'hello');
  expect(await remove()).toEqual({ code: 'none', isThere: false });
});

it('refuses what cannot be mounted', async () => {
  const { digest } = await uploadModule(panel, exampleFile('hello-c'));
  const refused = (spec: object) => createApp(panel, { name: 'no', source: { digest }, routes: [{ path: '/no' }], ...spec }).then(() => 'accepted', String);
  expect(await refused({ volumes: [{ name: 'Data', mountPath: '/data' }] })).toContain('spec.volumes[0].name');
  expect(await refused({ volumes: [{ name: 'data', mountPath: '/data/../etc' }] })).toContain('spec.volumes[0].mountPath');
  expect(
    await refused({
      volumes: [
        { name: 'a', mountPath: '/data' },
        { name: 'b', mountPath: '/data' },
      ],
    }),
  ).toContain('same mountPath twice');
  expect(await refused({ volumes: [{ name: 'data', mountPath: '/' }], files: [{ path: '/a', text: 'a' }] })).toContain('spec.files lies there already');
});
