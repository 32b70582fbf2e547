import { describe, expect, it } from 'vitest';
import type { FileSystem } from '../../../../src/wasi/file-system.ts';
import { FileTree } from '../../../../src/wasi/files.ts';
import { WitError } from '../../../../src/wasi/preview2/wit.ts';
import { Descriptor3 } from '../../../../src/wasi/preview3/filesystem-descriptor.ts';
import { readOnly } from '../../../../src/wasi/read-only-files.ts';
import { testContext } from '../preview2/guest-fixtures.ts';
import { slowFiles } from '../slow-files.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const writes = (...pieces: string[]) => ({
  async read() {
    const piece = pieces.shift();
    return piece === undefined ? { done: true } : { value: bytes(piece), done: false };
  },
});
const tree = () => FileTree.fromFiles([{ path: '/a.txt', text: 'hello' }], { isWritable: true, maxBytes: 1_000 });
const rootOf = (files: FileSystem) =>
  new Descriptor3(files, files.root, files.isReadOnly ? { read: true } : { read: true, mutateDirectory: true }, testContext(), false);

async function readAll(file: Descriptor3, offset = 0n): Promise<string> {
  const [stream, ended] = file.readViaStream(offset);
  let text = '';
  for await (const piece of stream) text += new TextDecoder().decode(piece);
  const end = await ended;
  return end.tag === 'ok' ? text : end.val.tag;
}

async function errOf(operation: Promise<unknown>): Promise<unknown> {
  const error = await operation.then(
    () => 'the operation succeeded',
    (thrown: unknown) => thrown,
  );
  return error instanceof WitError ? (error.payload as { tag: string }).tag : error;
}

describe.each([
  ['files that answer at once', tree],
  ['files that answer later', () => slowFiles(tree())],
])('%s', (_, make) => {
  it('are read, written and appended to by streams', async () => {
    const root = rootOf(make());
    const file = await root.openAt({}, 'new.txt', { create: true, exclusive: true }, { read: true, write: true });
    expect(await file.writeViaStream(writes('one ', 'two'), 0n)).toEqual({ tag: 'ok', val: undefined });
    expect(await file.writeViaStream(writes('ONE'), 0n)).toEqual({ tag: 'ok', val: undefined });
    expect(await file.appendViaStream(writes(' three'))).toEqual({ tag: 'ok', val: undefined });
    expect(await readAll(file)).toBe('ONE two three');
    expect(await readAll(file, 8n)).toBe('three');
    expect(await readAll(file, 99n)).toBe('');
    expect((await file.stat()).size).toBe(13n);
  });

  it('are listed, linked, renamed and removed', async () => {
    const root = rootOf(make());
    await root.createDirectoryAt('d');
    await root.linkAt({}, 'a.txt', root, 'd/b.txt');
    const [a, b] = [await root.openAt({}, 'a.txt', {}, {}), await root.openAt({}, 'd/b.txt', {}, {})];
    expect(await a.isSameObject(b)).toBe(true);
    expect(await a.metadataHash()).toEqual(await root.metadataHashAt({}, 'd/b.txt'));
    await root.symlinkAt('a.txt', 'link');
    expect(await root.readlinkAt('link')).toBe('a.txt');
    await root.renameAt('d/b.txt', root, 'c.txt');
    await root.removeDirectoryAt('d');
    await root.unlinkFileAt('a.txt');
    const [stream, ended] = root.readDirectory();
    const entries: string[] = [];
    for await (const { name, type } of stream) entries.push(`${name} ${type.tag}`);
    expect(entries.sort()).toEqual(['c.txt regular-file', 'link symbolic-link']);
    expect(await ended).toEqual({ tag: 'ok', val: undefined });
  });

  it('meet the error codes of 0.3', async () => {
    const root = rootOf(make());
    const file = await root.openAt({}, 'a.txt', {}, { read: true });
    expect(await errOf(root.openAt({}, '', {}, {}))).toBe('no-entry');
    expect(await errOf(root.openAt({}, '..', {}, {}))).toBe('not-permitted');
    expect(await errOf(root.openAt({}, 'a.txt', { create: true, exclusive: true }, {}))).toBe('exist');
    expect(await errOf(file.statAt({}, '.'))).toBe('not-directory');
    expect(await errOf(file.setSize(1n))).toBe('bad-descriptor');
    expect(await errOf(root.advise())).toBe('bad-descriptor');
    expect(await file.writeViaStream(writes('x'), 0n)).toEqual({ tag: 'err', val: { tag: 'bad-descriptor' } });
    expect(await readAll(root)).toBe('is-directory');
    expect(await readAll(file, 2n ** 64n - 1n)).toBe('invalid');
    const full = await root.openAt({}, 'a.txt', {}, { write: true });
    expect(await full.writeViaStream(writes('x'.repeat(2_000)), 0n)).toEqual({ tag: 'err', val: { tag: 'insufficient-space' } });
    expect(await errOf(root.renameAt('a.txt', rootOf(make()), 'b.txt'))).toBe('cross-device');
  });
});

it('a read-only directory lets nothing be changed', async () => {
  const root = rootOf(readOnly(tree()));
  expect(await root.getFlags()).toEqual({ read: true });
  expect(await errOf(root.openAt({}, 'a.txt', {}, { write: true }))).toBe('read-only');
  expect(await errOf(root.createDirectoryAt('d'))).toBe('read-only');
  expect(await readAll(await root.openAt({}, 'a.txt', {}, {}))).toBe('hello');
});
