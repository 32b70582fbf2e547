import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../../../src/core/ids.ts';
import { APPS_FILE, type ArchiveInfo, archivedApp, INFO_FILE } from '../../../../src/ui/state/archive.ts';
import { type Archive, readArchive } from '../../../../src/ui/state/archive-reader.ts';
import { type ArchiveContents, writeArchive } from '../../../../src/ui/state/archive-writer.ts';
import { makeApp } from '../../control/app-fixture.ts';

const AT_MS = Date.parse('2026-11-21T09:50:00Z');
const HEX = 'a'.repeat(64);
const INFO: ArchiveInfo = { format: 1, createdAt: '2026-11-21T09:50:00.000Z', swerve: '0.1.0', counts: { apps: 0, modules: 0, logs: 0 } };

const streamOf = (...pieces: Uint8Array<ArrayBuffer>[]) => new Blob(pieces).stream();
const noise = (length: number, seed: number) => Uint8Array.from({ length }, (_, index) => (index * 31 + seed * 17 + (index >> 8)) & 0xff);

/** A zip archive of these parts; parts that Swerve would write are there unless they are replaced or taken out (null). */
function zipOf(parts: Record<string, string | Uint8Array | null>): Blob {
  const all = { [APPS_FILE]: '# No Apps.\n', [INFO_FILE]: JSON.stringify(INFO), ...parts };
  const files = Object.entries(all).flatMap(([name, content]) => (content === null ? [] : [[name, typeof content === 'string' ? strToU8(content) : content]]));
  return new Blob([zipSync(Object.fromEntries(files))]);
}

const yamlOf = (spec: string, metadata = 'name: hello') => `apiVersion: swerve.dev/v1\nkind: App\nmetadata:\n  ${metadata}\nspec:\n  ${spec}\n`;
const SOURCE = `source: { digest: "sha256:${HEX}" }`;

async function refusal(file: Blob): Promise<{ code: string; message: string }> {
  const outcome: Archive | Error = await readArchive(file).catch((error: Error) => error);
  if (!(outcome instanceof Error)) return { code: 'none', message: 'it was read' };
  return { code: (outcome as { code?: string }).code ?? '', message: outcome.message };
}

describe('what was written', () => {
  it('is read again, Apps, modules and all', async () => {
    // With the signature of a zip entry inside, and larger than one piece.
    const wasm = [noise(70_000, 1), new Uint8Array([0x50, 0x4b, 3, 4, 0x50, 0x4b, 7, 8]), noise(70_000, 2)];
    const bytes = new Uint8Array(await new Blob(wasm as BlobPart[]).arrayBuffer());
    const digest = await digestOf(bytes);
    const apps = [
      makeApp({
        labels: { team: 'web' },
        spec: { source: { digest }, env: { NUMBER: '1', YES: 'yes', TEXT: 'a: b # c\n---\nend ' }, files: [{ path: '/x', text: '---\n\ttab\n' }] },
      }),
      makeApp({ name: 'other', namespace: 'far', annotations: { 'x.dev/note': '"quoted"' } }),
    ];
    const contents: ArchiveContents = {
      swerve: '0.1.0',
      atMs: AT_MS,
      apps,
      modules: [
        { digest, open: async () => streamOf(...wasm) },
        { digest: `sha256:${HEX}`, open: async () => null },
      ],
      logs: [
        { namespace: 'default', app: 'hello', open: async () => streamOf(strToU8('line 1\n')) },
        { namespace: 'far', app: 'other', open: async () => streamOf() },
      ],
      volumes: [
        {
          namespace: 'far',
          name: 'site',
          files: [
            { path: 'a/b.txt', open: async () => streamOf(strToU8('b')) },
            { path: 'empty', open: async () => streamOf() },
          ],
        },
        { namespace: 'default', name: 'bare', files: [] },
      ],
    };
    const archive = await readArchive(await writeArchive(contents));
    expect(archive.info).toEqual({ ...INFO, format: 2, counts: { apps: 2, modules: 1, logs: 1, volumes: 2 } });
    expect(archive.volumes.map(({ namespace, name, files }) => [namespace, name, files])).toEqual([
      [
        'far',
        'site',
        [
          { path: 'a/b.txt', sizeBytes: 1 },
          { path: 'empty', sizeBytes: 0 },
        ],
      ],
      ['default', 'bare', []],
    ]);
    const files: [string, string][] = [];
    for await (const { path, bytes } of archive.volumes[0]?.open() ?? []) files.push([path, await bytes.text()]);
    expect(files).toEqual([
      ['a/b.txt', 'b'],
      ['empty', ''],
    ]);
    expect(archive.apps).toEqual(apps.map(archivedApp));
    expect(archive.modules.map((module) => module.digest)).toEqual([digest]);
    expect(new Uint8Array((await archive.modules[0]?.bytes.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(bytes);
  });

  it('may be nothing', async () => {
    const blob = await writeArchive({ swerve: '0.1.0', atMs: AT_MS, apps: [], modules: [], logs: [], volumes: [] });
    expect(await readArchive(blob)).toMatchObject({ info: INFO, apps: [], modules: [] });
  });

  it('fails with a stream that fails', async () => {
    const open = async () =>
      new ReadableStream<Uint8Array>({
        pull() {
          throw new Error('the line broke');
        },
      });
    await expect(writeArchive({ swerve: '', atMs: AT_MS, apps: [], modules: [{ digest: `sha256:${HEX}`, open }], logs: [], volumes: [] })).rejects.toThrow(
      'the line broke',
    );
  });
});

describe('an archive is refused', () => {
  it.each<[string, Blob, RegExp]>([
    ['that is none', new Blob(['Buy bread.\n'.repeat(10)]), /not a zip archive/],
    ['that is empty', new Blob([]), /not a zip archive/],
    ['that was cut', zipOf({}).slice(0, 200), /not a zip archive/],
    ['with a path that leads out', zipOf({ '../evil.wasm': 'x' }), /"\.\.\/evil\.wasm".*leads out/],
    ['with an absolute path', zipOf({ '/etc/passwd': 'x' }), /leads out/],
    ['with a path of Windows', zipOf({ 'modules\\..\\x': 'x' }), /leads out/],
    ['without Apps', zipOf({ [APPS_FILE]: null }), /no swerve\.yaml at the top level/],
    ['in one of several folders', zipOf({ [APPS_FILE]: null, [INFO_FILE]: null, 'export/swerve.yaml': '', 'other/x': '' }), /no swerve\.yaml at the top level/],
    ['whose description is no JSON', zipOf({ [INFO_FILE]: '{' }), /not JSON/],
    ['whose description says nothing', zipOf({ [INFO_FILE]: '[]' }), /does not say what the archive is/],
    ['of a newer form', zipOf({ [INFO_FILE]: JSON.stringify({ ...INFO, format: 3, swerve: '9.0.0' }) }), /newer Swerve \(9\.0\.0, format 3\)/],
    ['with a module under another name', zipOf({ 'modules/evil.wasm': 'x' }), /not named by its digest/],
    ['with a module that is not what its name says', zipOf({ [`modules/${HEX}.wasm`]: 'x' }), /does not hold what its name says: its digest is sha256:2d71/],
    ['whose Apps are no text', zipOf({ [APPS_FILE]: new Uint8Array([0xff, 0xfe, 0xfd]) }), /not text/],
    ['whose Apps are no YAML', zipOf({ [APPS_FILE]: `${yamlOf(SOURCE)}---\nkind: [App\n` }), /swerve\.yaml, line (7|8|9|10):/],
    ['with another kind of object', zipOf({ [APPS_FILE]: `${yamlOf(SOURCE)}---\napiVersion: v1\nkind: Pod\n` }), /line 9: this is not an App/],
    ['with an App without a name', zipOf({ [APPS_FILE]: yamlOf(SOURCE, 'labels: {}') }), /metadata\.name must be/],
    ['with a name that is a path', zipOf({ [APPS_FILE]: yamlOf(SOURCE, 'name: ../../x') }), /metadata\.name must be/],
    ['with an App without a module', zipOf({ [APPS_FILE]: yamlOf('routes: []') }), /line 5: spec\.source\.digest must name a module/],
    ['with the same App twice', zipOf({ [APPS_FILE]: `${yamlOf(SOURCE)}---\n${yamlOf(SOURCE)}` }), /line 11: the App default\/hello is there twice/],
    ['whose YAML grows without end', zipOf({ [APPS_FILE]: `${bomb()}${yamlOf(SOURCE)}x: *i\n` }), /alias/],
    ['with too many files', zipOf(Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`logs/${index}`, '']))), /more than 10000 files/],
  ])('%s', async (_what, file, message) => {
    expect(await refusal(file)).toEqual({ code: 'request-invalid', message: expect.stringMatching(message) });
  });

  it('that says of a part that it is smaller, or far larger, than it is', async () => {
    const honest = new Uint8Array(await zipOf({ [APPS_FILE]: '#'.repeat(5_000) }).arrayBuffer());
    // Sizes are in the list at the archive's end: 24 bytes into the record of each part.
    const record = honest.findLastIndex(
      (_, index) =>
        honest[index] === 0x50 &&
        honest[index + 1] === 0x4b &&
        honest[index + 2] === 1 &&
        honest[index + 3] === 2 &&
        honest[index + 46] === 's'.charCodeAt(0) &&
        honest[index + 52] === '.'.charCodeAt(0),
    );
    const lie = (sizeBytes: number) => {
      const bytes = honest.slice();
      new DataView(bytes.buffer).setUint32(record + 24, sizeBytes, true);
      return new Blob([bytes]);
    };
    expect(record).toBeGreaterThan(0);
    expect((await refusal(lie(0xf0000000))).message).toMatch(/Unpacked, the archive would be over/);
    expect((await refusal(lie(100 * 1_048_576))).message).toMatch(/swerve\.yaml has 100 MiB; at most 64 MiB/);
    expect((await refusal(lie(60_000))).message).toMatch(/damaged/);
  });

  it('that names a part twice', async () => {
    const bytes = new Uint8Array(await zipOf({ 'modules/1': 'x', 'modules/2': 'y' }).arrayBuffer());
    const text = Array.from(bytes, (byte) => String.fromCharCode(byte))
      .join('')
      .replaceAll('modules/2', 'modules/1');
    expect((await refusal(new Blob([Uint8Array.from(text, (character) => character.charCodeAt(0))]))).message).toMatch(/"modules\/1" twice/);
  });
});

it('what else is in an archive is passed over', async () => {
  const archive = await readArchive(zipOf({ 'modules/': '', '.DS_Store': 'x', 'logs/default/hello.log': 'line', 'README.md': '# Hi' }));
  expect(archive).toMatchObject({ info: INFO, apps: [], modules: [] });
});

/** Ten lines that stand for ten thousand million. */
function bomb(): string {
  const lines = ['a: &a [x]'];
  for (const [index, letter] of [...'bcdefghi'].entries()) lines.push(`${letter}: &${letter} [${Array(10).fill(`*${'abcdefghi'[index]}`).join(',')}]`);
  return `${lines.join('\n')}\n`;
}
