import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../../src/core/ids.ts';
import { readArchive } from '../../../../src/ui/state/archive-reader.ts';
import { archiveAmong } from '../../../../src/ui/state/dropped-archive.ts';
import { type DropEntry, entryOfFile } from '../../../../src/ui/state/file-walk.ts';
import { DroppedParts } from '../../../../src/ui/state/folder-parts.ts';
import { asksOf } from '../../../../src/ui/state/import-plan.ts';
import { makeApp } from '../../control/app-fixture.ts';

type Content = string | Uint8Array<ArrayBuffer>;
type Files = Record<string, Content>;

const WASM = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const APP = `apiVersion: swerve.dev/v1
kind: App
metadata:
  name: shop
spec:
  source: { file: build/app.wasm }
  routes: [{ path: /shop }]
  files:
    - path: /site/index.html
      file: site/index.html
    - { path: /logo, file: ./site/logo.bin }
    - { path: /inline, text: hi }
`;
const BUNDLE: Files = {
  'swerve.yaml': APP,
  'build/app.wasm': WASM,
  'site/index.html': '\ufeff<h1>Shop</h1>',
  'site/logo.bin': Uint8Array.of(0xff, 0, 1),
  'README.md': '# Shop',
};

const bytesOf = (content: Content): Uint8Array<ArrayBuffer> => (typeof content === 'string' ? (strToU8(content) as Uint8Array<ArrayBuffer>) : content);
const fileOf = (name: string, content: Content): File => new File([bytesOf(content)], name);
const zipOf = (files: Files): Blob => new Blob([zipSync(Object.fromEntries(Object.entries(files).map(([name, content]) => [name, bytesOf(content)])))]);

/** A folder as the browser hands it over. */
function folderOf(files: Files, name = 'shop'): DropEntry & { kind: 'folder' } {
  const names = [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))];
  return {
    kind: 'folder',
    name,
    entries: async () =>
      names.map((first) => {
        const content = files[first];
        if (content !== undefined) return entryOfFile(fileOf(first, content));
        const below = Object.entries(files).filter(([path]) => path.startsWith(`${first}/`));
        return folderOf(Object.fromEntries(below.map(([path, inner]) => [path.slice(first.length + 1), inner])), first);
      }),
  };
}

async function refusalOf(files: Files): Promise<string> {
  const outcome = await readArchive(zipOf(files)).catch((error: Error) => error);
  return outcome instanceof Error ? outcome.message : 'it was read';
}

describe('a bundle', () => {
  it.each([
    ['as a zip', zipOf(BUNDLE)],
    [
      'as a zip of its folder',
      zipOf({ ...Object.fromEntries(Object.entries(BUNDLE).map(([path, content]) => [`shop/${path}`, content])), '__MACOSX/shop/._x': '' }),
    ],
    ['as a folder', new DroppedParts(folderOf(BUNDLE))],
  ])('%s is read: what it names as files lies in the Apps', async (_what, source) => {
    const digest = await digestOf(WASM);
    const bundle = await readArchive(source);
    expect(bundle.info).toBeNull();
    expect(bundle.apps).toEqual([
      {
        namespace: 'default',
        name: 'shop',
        labels: {},
        annotations: {},
        spec: {
          source: { digest },
          routes: [{ path: '/shop' }],
          files: [
            { path: '/site/index.html', text: '\ufeff<h1>Shop</h1>' },
            { path: '/logo', base64: '/wAB' },
            { path: '/inline', text: 'hi' },
          ],
        },
      },
    ]);
    expect(bundle.modules.map(({ digest, path }) => ({ digest, path }))).toEqual([{ digest, path: 'build/app.wasm' }]);
    expect(bundle.placeOf('default/shop', 'spec.routes[0].path')).toBe('swerve.yaml, line 7');
    expect(bundle.placeOf('default/shop', 'spec.limits.timeoutMs')).toBe('swerve.yaml, line 5');
  });

  it('has a module once that two Apps name, and one by its digest', async () => {
    const hex = (await digestOf(WASM)).slice('sha256:'.length);
    const other = APP.replace('name: shop', 'name: other').replace('{ file: build/app.wasm }', `{ digest: "sha256:${hex}" }`);
    const bundle = await readArchive(zipOf({ ...BUNDLE, 'swerve.yaml': `${APP}---\n${other}`, [`modules/${hex}.wasm`]: WASM }));
    expect(bundle.apps.map(({ name }) => name)).toEqual(['shop', 'other']);
    expect(bundle.modules.length).toBe(1);
  });

  it('of a folder is looked at only where it is named', async () => {
    const folder = folderOf(BUNDLE);
    const asked: string[] = [];
    const entries = async (): Promise<DropEntry[]> => [
      ...(await folder.entries()),
      { kind: 'folder', name: 'node_modules', entries: async () => [void asked.push('node_modules')].flatMap(() => []) },
    ];
    await readArchive(new DroppedParts({ kind: 'folder', name: 'shop', entries }));
    expect(asked).toEqual([]);
  });
});

describe('is refused, with file, line and field', () => {
  const changed = (before: string, after: string): Files => ({ ...BUNDLE, 'swerve.yaml': APP.replace(before, after) });
  it.each<[string, Files, RegExp]>([
    [
      'a module that is not there',
      changed('build/app.wasm', 'build/shop.wasm'),
      /^swerve\.yaml, line 6: spec\.source\.file names "build\/shop\.wasm", which is not there/,
    ],
    ['a file that is not there', changed('file: site/index.html', 'file: index.html'), /^swerve\.yaml, line 10: spec\.files\[0\]\.file names "index\.html"/],
    ['a path that leads out', changed('build/app.wasm', '../app.wasm'), /^swerve\.yaml, line 6: spec\.source\.file must be a path below/],
    ['an absolute path', changed('./site/logo.bin', '/etc/passwd'), /^swerve\.yaml, line 11: spec\.files\[1\]\.file must be/],
    ['a path of Windows', changed('./site/logo.bin', "'C:\\logo'"), /spec\.files\[1\]\.file must be/],
    ['a path that is none', changed('build/app.wasm', '7'), /spec\.source\.file must be/],
    ['a folder for a file', changed('build/app.wasm', 'build'), /names "build", which is not there/],
    [
      'a digest that is another',
      changed('{ file: build/app.wasm }', `{ file: build/app.wasm, digest: "sha256:${'a'.repeat(64)}" }`),
      /^swerve\.yaml, line 6: spec\.source\.digest is not that of build\/app\.wasm/,
    ],
    ['a file over its limit', { ...BUNDLE, 'site/logo.bin': new Uint8Array(1_048_577) }, /site\/logo\.bin has 1\.0 MiB; at most 1\.0 MiB/],
    ['an App without a spec', changed('spec:', 'specs:'), /^swerve\.yaml, line 1: spec must say/],
    ['another kind', changed('kind: App', 'kind: Pod'), /^swerve\.yaml, line 2: this is not an App/],
    ['no App at all', { ...BUNDLE, 'swerve.yaml': '# Nothing yet.\n' }, /names no App/],
    ['one file under two spellings', { ...BUNDLE, './README.md': 'again' }, /"\.\/README\.md" twice/],
    ['a path that leads out of the archive', { ...BUNDLE, 'site/../../x': 'x' }, /"site\/\.\.\/\.\.\/x", whose path leads out/],
  ])('%s', async (_what, files, message) => {
    expect(await refusalOf(files)).toMatch(message);
  });

  it('a link, by its name', async () => {
    const files = Object.fromEntries(Object.entries(BUNDLE).map(([name, content]) => [name, bytesOf(content)]));
    // Made by Unix (3), with the mode of a link.
    const zip = zipSync({ ...files, 'site/secret': [strToU8('/etc/passwd'), { os: 3, attrs: 0o120777 << 16 }] });
    await expect(readArchive(new Blob([zip as Uint8Array<ArrayBuffer>]))).rejects.toThrow('The archive holds the link "site/secret"');
    const plain = zipSync({ ...files, 'site/file': [strToU8('text'), { os: 3, attrs: 0o100644 << 16 }] });
    expect((await readArchive(new Blob([plain as Uint8Array<ArrayBuffer>]))).apps.length).toBe(1);
  });
});

describe('a volume of a bundle', () => {
  const volume = (spec: string) => `apiVersion: swerve.dev/v1\nkind: Volume\nmetadata: { name: site }\nspec: ${spec}\n`;
  const withVolume = (spec: string): Files => ({ ...BUNDLE, 'swerve.yaml': `${volume(spec)}---\n${APP}` });

  it.each([
    ['of a zip', zipOf(withVolume('{ source: { folder: ./site/ } }'))],
    ['of a folder', new DroppedParts(folderOf(withVolume('{ source: { folder: site } }')))],
  ])('%s is filled from its folder', async (_what, source) => {
    const { volumes, apps } = await readArchive(source);
    expect(apps.length).toBe(1);
    expect(volumes.map(({ namespace, name, files }) => [namespace, name, files.map(({ path }) => path)])).toEqual([
      ['default', 'site', ['index.html', 'logo.bin']],
    ]);
    const texts: string[] = [];
    for await (const { path, bytes } of volumes[0]?.open() ?? []) texts.push(`${path} ${bytes.size}`);
    expect(texts).toEqual(['index.html 16', 'logo.bin 3']);
  });

  it.each([
    ['{ source: { folder: sites } }', /^swerve\.yaml, line 4: spec\.source\.folder names "sites", in which there is no file/],
    ['{ source: { folder: ../site } }', /line 4: spec\.source\.folder must be a path below/],
    ['{ source: { folder: site, from: x } }', /line 4: spec\.source\.from is no field of a Volume/],
    ['{ sizeLimit: 1 }', /line 4: spec\.sizeLimit is no field of a Volume/],
    [`{ source: { folder: site } }\n---\n${volume('{}')}`, /line 8: the volume default\/site is there twice/],
  ])('is refused: %s', async (spec, message) => {
    expect(await refusalOf(withVolume(spec))).toMatch(message);
  });
});

describe('what is dropped', () => {
  const dropped = (...entries: DropEntry[]) => archiveAmong({ kind: 'entries', entries }, false);
  it('is a bundle when it is a zip or a folder with swerve.yaml, or its files', async () => {
    const zip = new File([zipOf(BUNDLE)], 'shop.zip');
    expect(await dropped(entryOfFile(zip))).toEqual({ name: 'shop.zip', content: zip, isExport: false });
    expect(await dropped(folderOf(BUNDLE))).toMatchObject({ name: 'shop', isExport: false });
    const files = await dropped(entryOfFile(fileOf('swerve.yaml', APP)), entryOfFile(fileOf('app.wasm', WASM)));
    expect(await (files?.content as DroppedParts | undefined)?.read('app.wasm', 100)).toEqual(WASM);
  });

  it('is none when it has no swerve.yaml at its top', async () => {
    expect(await dropped(folderOf({ 'a/swerve.yaml': APP, 'a.wasm': WASM }))).toBeNull();
    expect(await dropped(entryOfFile(new File([zipOf({ 'holiday.txt': 'sun' })], 'holiday.zip')))).toBeNull();
    expect(await dropped(entryOfFile(fileOf('app.wasm', WASM)))).toBeNull();
    expect(await dropped(folderOf({ 'swerve.yaml': APP }), folderOf({ 'swerve.yaml': APP }))).toBeNull();
  });
});

it('what an App asks for is told: always what it is granted', () => {
  expect(asksOf(makeApp({ spec: { routes: [{ path: '/a', match: 'exact', host: 'x.dev', methods: ['GET', 'POST'] }] } }))).toEqual([
    { label: 'Routes', lines: ['GET, POST x.dev/a (exact)'] },
    { label: 'Grants', lines: [] },
  ]);
  const asks = asksOf(
    makeApp({
      spec: {
        capabilities: { keyValue: { stores: ['cart', 'stock'] }, blobStore: { containers: [] } },
        files: [{ path: '/logo', base64: '/wAB' }],
        env: { A: '1', B: '2' },
        args: ['-v', 'x'],
      },
    }),
  );
  expect(asks.slice(1)).toEqual([
    { label: 'Grants', lines: ['keyValue: stores cart, stock', 'blobStore: containers none'] },
    { label: 'Files', lines: ['/logo, 3 B'] },
    { label: 'Environment', lines: ['A, B'] },
    { label: 'Arguments', lines: ['-v x'] },
  ]);
});
