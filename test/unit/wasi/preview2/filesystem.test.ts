import { describe, expect, it } from 'vitest';
import { FileTree } from '../../../../src/wasi/files.ts';
import { createPreopens } from '../../../../src/wasi/preview2/filesystem.ts';
import type { Descriptor } from '../../../../src/wasi/preview2/filesystem-descriptor.ts';
import { errOf, testContext } from './guest-fixtures.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (read: Uint8Array) => new TextDecoder().decode(read);
const follow = { symlinkFollow: true };

function rootOf(tree: FileTree): Descriptor {
  const [preopen] = createPreopens(testContext(), tree).getDirectories();
  if (preopen?.[1] !== '/') throw new Error('no preopen at /');
  return preopen[0];
}

describe('an App’s files', () => {
  const root = rootOf(
    FileTree.fromFiles([
      { path: '/app/a.txt', text: 'hello' },
      { path: '/app/b/c.txt', text: 'deep' },
    ]),
  );

  it('are no preopen when there are none', () => {
    expect(createPreopens(testContext(), null).getDirectories()).toEqual([]);
  });

  it('can be read whole, in part and as a stream', () => {
    const file = root.openAt(follow, 'app/a.txt', {}, { read: true });
    expect(file.getType()).toBe('regular-file');
    expect(file.stat().size).toBe(5n);
    const [start, isEnd] = file.read(3n, 0n);
    expect([text(start), isEnd]).toEqual(['hel', false]);
    expect(file.read(10n, 3n)).toEqual([bytes('lo'), true]);
    expect(file.read(10n, 99n)).toEqual([new Uint8Array(0), true]);
    const stream = file.readViaStream(1n);
    expect(text(stream.read(100n))).toBe('ello');
    expect(errOf(() => stream.read(1n))).toEqual({ tag: 'closed' });
  });

  it('can be listed', () => {
    const entries = root.openAt(follow, 'app', { directory: true }, { read: true }).readDirectory();
    expect([entries.readDirectoryEntry(), entries.readDirectoryEntry(), entries.readDirectoryEntry()]).toEqual([
      { type: 'regular-file', name: 'a.txt' },
      { type: 'directory', name: 'b' },
      undefined,
    ]);
  });

  it('cannot be changed', () => {
    expect(errOf(() => root.openAt(follow, 'app/a.txt', {}, { read: true, write: true }))).toBe('read-only');
    expect(errOf(() => root.openAt(follow, 'app/new', { create: true }, { read: true }))).toBe('read-only');
    expect(errOf(() => root.unlinkFileAt('app/a.txt'))).toBe('read-only');
    expect(errOf(() => root.createDirectoryAt('x'))).toBe('read-only');
    expect(root.getFlags()).toEqual({ read: true });
  });

  it('answers the WIT’s error codes', () => {
    expect(errOf(() => root.openAt(follow, 'nothing', {}, { read: true }))).toBe('no-entry');
    expect(errOf(() => root.openAt(follow, '../etc', {}, { read: true }))).toBe('not-permitted');
    expect(errOf(() => root.openAt(follow, '/app', {}, { read: true }))).toBe('not-permitted');
    expect(errOf(() => root.read(1n, 0n))).toBe('is-directory');
    const file = root.openAt(follow, 'app/a.txt', {}, { read: true });
    expect(errOf(() => file.readDirectory())).toBe('not-directory');
    expect(errOf(() => file.write(bytes('x'), 0n))).toBe('bad-descriptor');
  });

  it('has one hash and identity per file', () => {
    const open = (path: string) => root.openAt(follow, path, {}, { read: true });
    expect(open('app/a.txt').isSameObject(open('app/../app/a.txt'))).toBe(true);
    expect(open('app/a.txt').isSameObject(open('app/b/c.txt'))).toBe(false);
    expect(open('app/a.txt').metadataHash()).toEqual(root.metadataHashAt(follow, 'app/a.txt'));
  });
});

describe('a writable tree', () => {
  it('takes writes, by offset, by stream and at the end', () => {
    const root = rootOf(new FileTree());
    const file = root.openAt(follow, 'f', { create: true }, { read: true, write: true });
    expect(file.write(bytes('abc'), 1n)).toBe(3n);
    file.appendViaStream().blockingWriteAndFlush(bytes('de'));
    const stream = file.writeViaStream(0n);
    stream.blockingWriteAndFlush(bytes('x'));
    stream.blockingWriteAndFlush(bytes('y'));
    expect(text(file.read(100n, 0n)[0])).toBe('xybcde');
    file.setSize(2n);
    file.setTimes({ tag: 'no-change' }, { tag: 'timestamp', val: { seconds: 5n, nanoseconds: 6 } });
    expect(file.stat()).toMatchObject({ size: 2n, dataModificationTimestamp: { seconds: 5n, nanoseconds: 6 } });
    root.renameAt('f', root, 'g');
    expect(errOf(() => root.statAt(follow, 'f'))).toBe('no-entry');
  });
});
