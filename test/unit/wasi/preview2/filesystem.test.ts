import { describe, expect, it } from 'vitest';
import type { FileSystem } from '../../../../src/wasi/file-system.ts';
import { FileTree } from '../../../../src/wasi/files.ts';
import { DISPOSE } from '../../../../src/wasi/preview2/dispose.ts';
import { createPreopens } from '../../../../src/wasi/preview2/filesystem.ts';
import type { Descriptor } from '../../../../src/wasi/preview2/filesystem-descriptor.ts';
import { WitError } from '../../../../src/wasi/preview2/wit.ts';
import { slowFiles } from '../slow-files.ts';
import { testContext } from './guest-fixtures.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (read: Uint8Array) => new TextDecoder().decode(read);
const follow = { symlinkFollow: true };

function rootOf(files: FileSystem, context = testContext()): Descriptor {
  const [preopen] = createPreopens(context, { mayWait: files.mayWait, forGuest: () => [{ name: '/', files }] }).getDirectories();
  if (preopen?.[1] !== '/') throw new Error('no preopen at /');
  return preopen[0];
}

async function errOf(operation: () => unknown): Promise<unknown> {
  try {
    await operation();
  } catch (error) {
    if (error instanceof WitError) return error.payload;
    throw error;
  }
  throw new Error('the operation succeeded');
}

it('no files are no preopens', () => {
  expect(createPreopens(testContext(), { mayWait: false, forGuest: () => [] }).getDirectories()).toEqual([]);
});

describe.each([
  { how: 'at once', given: (files: FileSystem) => files },
  { how: 'later', given: slowFiles },
])('files that answer $how', ({ given }) => {
  describe('read-only', () => {
    const root = rootOf(
      given(
        FileTree.fromFiles([
          { path: '/app/a.txt', text: 'hello' },
          { path: '/app/b/c.txt', text: 'deep' },
        ]),
      ),
    );

    it('can be read whole, in part and as a stream', async () => {
      const file = await root.openAt(follow, 'app/a.txt', {}, { read: true });
      expect(file.getType()).toBe('regular-file');
      expect((await file.stat()).size).toBe(5n);
      const [start, isEnd] = await file.read(3n, 0n);
      expect([text(start), isEnd]).toEqual(['hel', false]);
      expect(await file.read(10n, 3n)).toEqual([bytes('lo'), true]);
      expect(await file.read(10n, 99n)).toEqual([new Uint8Array(0), true]);
      const stream = file.readViaStream(1n);
      expect(text(await stream.blockingRead(100n))).toBe('ello');
      expect(await errOf(() => stream.blockingRead(1n))).toEqual({ tag: 'closed' });
    });

    it('is ready to be read once it is', async () => {
      const file = await root.openAt(follow, 'app/a.txt', {}, { read: true });
      const stream = file.readViaStream(0n);
      await stream.subscribe().block();
      expect(text(stream.read(2n))).toBe('he');
      expect(text(await stream.blockingRead(100n))).toBe('llo');
    });

    it('can be listed', async () => {
      const entries = await (await root.openAt(follow, 'app', { directory: true }, { read: true })).readDirectory();
      expect([entries.readDirectoryEntry(), entries.readDirectoryEntry(), entries.readDirectoryEntry()]).toEqual([
        { type: 'regular-file', name: 'a.txt' },
        { type: 'directory', name: 'b' },
        undefined,
      ]);
    });

    it('cannot be changed', async () => {
      expect(await errOf(() => root.openAt(follow, 'app/a.txt', {}, { read: true, write: true }))).toBe('read-only');
      expect(await errOf(() => root.openAt(follow, 'app/new', { create: true }, { read: true }))).toBe('read-only');
      expect(await errOf(() => root.unlinkFileAt('app/a.txt'))).toBe('read-only');
      expect(await errOf(() => root.createDirectoryAt('x'))).toBe('read-only');
      expect(root.getFlags()).toEqual({ read: true });
    });

    it('answers the WIT’s error codes', async () => {
      expect(await errOf(() => root.openAt(follow, 'nothing', {}, { read: true }))).toBe('no-entry');
      expect(await errOf(() => root.openAt(follow, '../etc', {}, { read: true }))).toBe('not-permitted');
      expect(await errOf(() => root.openAt(follow, '/app', {}, { read: true }))).toBe('not-permitted');
      expect(await errOf(() => root.read(1n, 0n))).toBe('is-directory');
      const file = await root.openAt(follow, 'app/a.txt', {}, { read: true });
      expect(await errOf(() => file.readDirectory())).toBe('not-directory');
      expect(await errOf(() => file.write(bytes('x'), 0n))).toBe('bad-descriptor');
    });

    it('has one hash and identity per file', async () => {
      const open = (path: string) => root.openAt(follow, path, {}, { read: true });
      const first = await open('app/a.txt');
      expect(first.isSameObject(await open('app/../app/a.txt'))).toBe(true);
      expect(first.isSameObject(await open('app/b/c.txt'))).toBe(false);
      expect(await first.metadataHash()).toEqual(await root.metadataHashAt(follow, 'app/a.txt'));
    });
  });

  it('takes writes, by offset, by stream and at the end', async () => {
    const root = rootOf(given(new FileTree()));
    const file = await root.openAt(follow, 'f', { create: true }, { read: true, write: true });
    expect(await file.write(bytes('abc'), 1n)).toBe(3n);
    await file.appendViaStream().blockingWriteAndFlush(bytes('de'));
    const stream = file.writeViaStream(0n);
    await stream.blockingWriteAndFlush(bytes('x'));
    await stream.blockingWriteAndFlush(bytes('y'));
    expect(text((await file.read(100n, 0n))[0])).toBe('xybcde');
    await file.setSize(2n);
    await file.setTimes({ tag: 'no-change' }, { tag: 'timestamp', val: { seconds: 5n, nanoseconds: 6 } });
    expect(await file.stat()).toMatchObject({ size: 2n, dataModificationTimestamp: { seconds: 5n, nanoseconds: 6 } });
    await root.renameAt('f', root, 'g');
    expect(await errOf(() => root.statAt(follow, 'f'))).toBe('no-entry');
  });

  it('a stream without room is told with the file’s own error', async () => {
    const root = rootOf(given(new FileTree({ maxBytes: 3 })));
    const file = await root.openAt(follow, 'f', { create: true }, { write: true });
    expect(await errOf(() => file.write(bytes('four'), 0n))).toBe('insufficient-space');
    const error = await errOf(() => file.writeViaStream(0n).blockingWriteAndFlush(bytes('four')));
    expect(error).toMatchObject({ tag: 'last-operation-failed', val: { cause: { code: 'insufficient-space' } } });
    expect((await file.stat()).size).toBe(0n);
  });

  it('another file system is another device', async () => {
    const context = testContext();
    const preopens = [given(new FileTree()), given(new FileTree())].map((files, at) => ({ name: `/${at}`, files }));
    const roots = createPreopens(context, { mayWait: false, forGuest: () => preopens }).getDirectories();
    const [one, two] = roots.map(([root]) => root) as [Descriptor, Descriptor];
    await one.openAt(follow, 'f', { create: true }, { write: true });
    expect(await errOf(() => one.renameAt('f', two, 'f'))).toBe('cross-device');
    expect(one.isSameObject(two)).toBe(false);
    expect((await one.metadataHash()).lower).not.toBe((await two.metadataHash()).lower);
  });
});

it('what a guest leaves open is closed with it, once', async () => {
  const tree = new FileTree();
  const closed: bigint[] = [];
  const files = new Proxy(tree, {
    get: (target, name) => (name === 'close' ? ({ inode }: { inode: bigint }) => closed.push(inode) : Reflect.get(target, name, target)),
  });
  const context = testContext();
  const bound = new Proxy(files, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' && name !== 'close' ? value.bind(tree) : value;
    },
  });
  const root = rootOf(bound, context);
  const first = await root.openAt(follow, 'a', { create: true }, { write: true });
  await root.openAt(follow, 'b', { create: true }, { write: true });
  first[DISPOSE]();
  expect(closed).toEqual([2n]);
  context.close();
  expect(closed).toEqual([2n, 3n]);
});
