import { describe, expect, it } from 'vitest';
import { FileError } from '../../../src/core/file-error.ts';
import type { FileSystem, OpenOptions } from '../../../src/wasi/file-system.ts';
import { FileTree } from '../../../src/wasi/files.ts';
import { readOnly } from '../../../src/wasi/read-only-files.ts';
import { slowFiles } from './slow-files.ts';

async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run();
    return 'success';
  } catch (error) {
    return error instanceof FileError ? error.code : `unexpected ${String(error)}`;
  }
}

function makeTree(): FileTree {
  const tree = FileTree.fromFiles([{ path: '/dir/file', text: 'text' }], { isWritable: true });
  tree.symlink('dir/file', tree.root, 'link');
  tree.symlink('nothing', tree.root, 'dangling');
  return tree;
}

describe.each([
  ['at once', (files: FileSystem) => files],
  ['later', slowFiles],
])('a read-only view of files that answer %s', (_, answering) => {
  const open = (path: string, options: Partial<OpenOptions> = {}) => {
    const files = readOnly(answering(makeTree()));
    return codeOf(() => files.open(files.root, path, { follow: true, ...options }));
  };

  it('opens what is there, to be read', async () => {
    expect(await open('dir/file')).toBe('success');
    expect(await open('link', { create: true })).toBe('success');
    expect(await open('dir', { directory: true })).toBe('success');
    expect(await open('dir/file', { directory: true })).toBe('not-directory');
    expect(await open('link', { follow: false, create: true })).toBe('loop');
    expect(await open('none')).toBe('no-entry');
  });

  it('opens nothing to be changed', async () => {
    expect(await open('dir/file', { write: true })).toBe('read-only');
    expect(await open('dir/file', { truncate: true })).toBe('read-only');
    expect(await open('new', { create: true })).toBe('read-only');
    expect(await open('dangling', { create: true })).toBe('read-only');
    expect(await open('dir', { write: true })).toBe('is-directory');
    expect(await open('dir/file', { create: true, exclusive: true })).toBe('exist');
    expect(await open('link', { create: true, exclusive: true })).toBe('exist');
    expect(await open('none', { write: true })).toBe('no-entry');
    expect(await open('new', { create: true, directory: true })).toBe('invalid');
  });

  it('changes nothing', async () => {
    const tree = makeTree();
    const files = readOnly(answering(tree));
    const { root } = files;
    const file = tree.open(tree.root, 'dir/file', { follow: true });
    if (file.kind !== 'regular-file') throw new Error('no file');
    const changes = [
      () => files.write(file, 0, new Uint8Array(1)),
      () => files.resize(file, 0),
      () => files.setTimes(file, { modifiedNs: 0n }),
      () => files.createDirectory(root, 'new'),
      () => files.removeDirectory(root, 'dir'),
      () => files.unlink(root, 'link'),
      () => files.link(root, 'dir/file', false, root, 'second'),
      () => files.symlink('x', root, 'y'),
      () => files.rename(root, 'link', root, 'other'),
    ];
    for (const change of changes) expect(await codeOf(change), String(change)).toBe('read-only');
    expect(files.isReadOnly).toBe(true);
    expect([...(await files.list(root, 0))].map(({ name }) => name)).toEqual(['dir', 'link', 'dangling']);
    expect(Buffer.from(await files.read(file, 0, 10)).toString()).toBe('text');
  });

  it('shows what others change', async () => {
    const tree = makeTree();
    const files = readOnly(answering(tree));
    tree.unlink(tree.root, 'link');
    expect(await codeOf(() => files.lookup(files.root, 'link', false))).toBe('no-entry');
  });
});
