import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DropEntry } from '../../../../src/ui/state/file-walk.ts';
import { entryOfFile } from '../../../../src/ui/state/file-walk.ts';
import { tarFiles } from '../../../../src/ui/state/tar-entries.ts';
import { filesToStore } from '../../../../src/ui/state/volume-intake.ts';

let folder: string;
const LONG = `${'deep/'.repeat(30)}file.txt`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'swerve-tar-'));
  mkdirSync(join(folder, 'site/css'), { recursive: true });
  mkdirSync(join(folder, 'site', LONG, '..'), { recursive: true });
  writeFileSync(join(folder, 'site/index.php'), '<?php echo 1;');
  writeFileSync(join(folder, 'site/empty'), '');
  writeFileSync(join(folder, 'site/css/ü.css'), 'x'.repeat(1500));
  writeFileSync(join(folder, 'site', LONG), 'deep');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the system's own tar makes of the folder. */
function tar(name: string, ...args: string[]): File {
  const path = join(folder, name);
  execFileSync('tar', [...args, '-f', path, '-C', join(folder, 'site'), '.']);
  return new File([readFileSync(path)], name);
}

const drop = (...entries: DropEntry[]) => filesToStore({ kind: 'entries', entries });
const textsOf = async (files: readonly { path: string; bytes: Blob }[]) => {
  const texts = await Promise.all(files.map(async ({ path, bytes }) => [path, await bytes.text()] as const));
  return texts.sort(([a], [b]) => (a < b ? -1 : 1));
};
const CONTENT = [
  ['css/ü.css', 'x'.repeat(1500)],
  [LONG, 'deep'],
  ['empty', ''],
  ['index.php', '<?php echo 1;'],
];

describe('a volume takes', () => {
  it.each([['--format=ustar'], ['--format=gnu'], ['--format=pax']])('a .tar.gz, %s', async (format) => {
    expect(await textsOf(await drop(entryOfFile(tar('site.tar.gz', '-cz', format))))).toEqual(CONTENT);
    expect(await textsOf(await drop(entryOfFile(tar('site.tar', '-c', format))))).toEqual(CONTENT);
  });

  it('a .zip, files and folders', async () => {
    const zip = zipSync({ 'site/swerve.yaml': strToU8('kind: App'), 'site/a': strToU8('1') });
    const file = new File([zip as Uint8Array<ArrayBuffer>], 'site.zip');
    const inner: DropEntry = { kind: 'folder', name: 'css', entries: async () => [entryOfFile(new File(['y'], 'a.css'))] };
    expect(await textsOf(await drop(entryOfFile(file), inner, entryOfFile(new File(['z'], 'z.txt'))))).toEqual([
      ['css/a.css', 'y'],
      ['site/a', '1'],
      ['site/swerve.yaml', 'kind: App'],
      ['z.txt', 'z'],
    ]);
  });
});

describe('is refused by name', () => {
  it('a link in a tar', async () => {
    symlinkSync('/etc/passwd', join(folder, 'site/secret'));
    const packed = tar('link.tar', '-c');
    rmSync(join(folder, 'site/secret'));
    await expect(drop(entryOfFile(packed))).rejects.toThrow('The archive holds the symbolic link "./secret"');
  });

  it('a path that leads out, a name twice, a tar that was cut, one that is none', async () => {
    const path = join(folder, 'out.tar');
    execFileSync('tar', ['-cP', '-f', path, '-C', join(folder, 'site'), '--transform=s,index.php,../../index.php,', 'index.php']);
    await expect(drop(entryOfFile(new File([readFileSync(path)], 'out.tar')))).rejects.toThrow('"../../index.php", whose path leads out');
    const twice = join(folder, 'twice.tar');
    execFileSync('tar', ['-c', '-f', twice, '-C', join(folder, 'site'), '--hard-dereference', 'index.php', 'index.php', 'index.php']);
    await expect(drop(entryOfFile(new File([readFileSync(twice)], 'twice.tar')))).rejects.toThrow('"index.php" twice');
    const whole = tar('cut.tar', '-c');
    await expect(drop(entryOfFile(new File([whole.slice(0, 2_000)], 'cut.tar')))).rejects.toThrow('cut or damaged');
    await expect(drop(entryOfFile(new File(['no archive'.repeat(100)], 'x.tar')))).rejects.toThrow('not a tar archive');
    await expect(drop(entryOfFile(new File(['no archive'], 'x.tgz')))).rejects.toThrow('cannot be unpacked');
    await expect(drop(entryOfFile(new File(['a'], 'a')), entryOfFile(new File(['b'], 'a')))).rejects.toThrow('"a" was dropped twice');
  });

  it('a file of a size that no number says', async () => {
    const header = new Uint8Array(1024);
    header.set(strToU8('big'), 0);
    header.set([0x80, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 124);
    header.set(strToU8('0'), 156);
    const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
    header.set(strToU8(sum.toString(8).padStart(6, '0')), 148);
    await expect(tarFiles(new Blob([header]).stream()).next()).rejects.toThrow('not a tar archive');
  });
});
