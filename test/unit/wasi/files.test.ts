import { describe, expect, it } from 'vitest';
import { FileError } from '../../../src/core/file-error.ts';
import { FileTree, type RegularFile } from '../../../src/wasi/files.ts';

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'success';
  } catch (error) {
    return error instanceof FileError ? error.code : `unexpected ${String(error)}`;
  }
}

function put(tree: FileTree, path: string, text: string): RegularFile {
  const file = tree.open(tree.root, path, { follow: true, create: true, write: true, truncate: true }) as RegularFile;
  try {
    tree.write(file, 0, Buffer.from(text));
  } finally {
    tree.close(file);
  }
  return file;
}

function get(tree: FileTree, path: string): string {
  const file = tree.open(tree.root, path, { follow: true }) as RegularFile;
  tree.close(file);
  return Buffer.from(tree.read(file, 0, 1_000_000)).toString();
}

const names = (tree: FileTree) => [...tree.list(tree.root)].map(({ name }) => name);

describe('FileTree', () => {
  it('writes, fills gaps with zeros, and truncates', () => {
    const tree = new FileTree();
    const file = put(tree, 'f', 'abc');
    tree.write(file, 5, Buffer.from('f'));
    expect(get(tree, 'f')).toBe('abc\0\0f');
    tree.resize(file, 2);
    tree.resize(file, 4);
    expect(get(tree, 'f')).toBe('ab\0\0');
    put(tree, 'f', '');
    expect(file.sizeBytes).toBe(0);
  });

  it('keeps to its limit of bytes and gives back what is removed', () => {
    const tree = new FileTree({ maxBytes: 10 });
    put(tree, 'a', '12345678');
    expect(codeOf(() => put(tree, 'b', '123'))).toBe('insufficient-space');
    tree.unlink(tree.root, 'a');
    expect(codeOf(() => put(tree, 'b', '1234567890'))).toBe('success');
    expect(codeOf(() => tree.resize(tree.lookup(tree.root, 'b', false) as RegularFile, 2 ** 40))).toBe('file-too-large');
  });

  it('counts a removed file for as long as it is open', () => {
    const tree = new FileTree({ maxBytes: 10 });
    const file = tree.open(tree.root, 'a', { follow: true, create: true, write: true }) as RegularFile;
    tree.unlink(tree.root, 'a');
    tree.write(file, 0, Buffer.from('12345678'));
    expect(codeOf(() => put(tree, 'b', '123'))).toBe('insufficient-space');
    tree.close(file);
    expect(codeOf(() => put(tree, 'b', '1234567890'))).toBe('success');
  });

  it('opens as POSIX does', () => {
    const tree = new FileTree();
    const { root } = tree;
    tree.createDirectory(root, 'd');
    put(tree, 'f', 'x');
    expect(codeOf(() => tree.open(root, 'none', { follow: true }))).toBe('no-entry');
    expect(codeOf(() => tree.open(root, '', { follow: true }))).toBe('no-entry');
    expect(codeOf(() => tree.open(root, 'f', { follow: true, create: true, exclusive: true }))).toBe('exist');
    expect(codeOf(() => tree.open(root, 'f', { follow: true, directory: true }))).toBe('not-directory');
    expect(codeOf(() => tree.open(root, 'f/x', { follow: true }))).toBe('not-directory');
    expect(codeOf(() => tree.open(root, 'd', { follow: true, write: true }))).toBe('is-directory');
    expect(codeOf(() => tree.open(root, 'new/', { follow: true, create: true }))).toBe('is-directory');
    expect(codeOf(() => tree.open(root, 'x\0', { follow: true, create: true }))).toBe('invalid');
    expect(codeOf(() => tree.open(root, 'é'.repeat(128), { follow: true, create: true }))).toBe('name-too-long');
    expect(tree.open(root, 'd//./', { follow: true }).kind).toBe('directory');
  });

  it('follows links, never out and never for ever', () => {
    const tree = new FileTree();
    const { root } = tree;
    const sub = tree.createDirectory(root, 'sub');
    put(tree, 'f', 'content');
    tree.symlink('../f', sub, 'up');
    tree.symlink('loop', root, 'loop');
    tree.symlink('sub', root, 'dir');
    expect(get(tree, 'dir/up')).toBe('content');
    // From a descriptor of `sub` itself the same link leads out of what that descriptor was given.
    expect(codeOf(() => tree.lookup(sub, 'up', true))).toBe('not-permitted');
    expect(tree.lookup(sub, 'up', false).kind).toBe('symbolic-link');
    expect(tree.stat(tree.lookup(sub, 'up', false)).sizeBytes).toBe(4);
    expect(codeOf(() => tree.lookup(root, 'loop', true))).toBe('loop');
    expect(codeOf(() => tree.open(root, 'loop', { follow: false }))).toBe('loop');
    expect(codeOf(() => tree.symlink('/etc', root, 'abs'))).toBe('not-permitted');
    expect(tree.readlink(root, 'dir')).toBe('sub');
    expect(codeOf(() => tree.readlink(root, 'f'))).toBe('invalid');
    tree.symlink('made', root, 'dangling');
    put(tree, 'dangling', 'through');
    expect(get(tree, 'made')).toBe('through');
  });

  it('gives a file a second name', () => {
    const tree = new FileTree();
    const file = put(tree, 'a', 'one');
    tree.link(tree.root, 'a', false, tree.root, 'b');
    expect(file.links).toBe(2);
    tree.unlink(tree.root, 'a');
    expect(get(tree, 'b')).toBe('one');
    expect(file.links).toBe(1);
    tree.createDirectory(tree.root, 'd');
    expect(codeOf(() => tree.link(tree.root, 'd', false, tree.root, 'e'))).toBe('not-permitted');
    expect(codeOf(() => tree.link(tree.root, 'b', false, tree.root, 'd'))).toBe('exist');
  });

  it('renames as POSIX does', () => {
    const tree = new FileTree();
    const { root } = tree;
    put(tree, 'a', 'A');
    put(tree, 'b', 'B');
    tree.rename(root, 'a', root, 'b');
    expect(names(tree)).toEqual(['b']);
    expect(get(tree, 'b')).toBe('A');
    const outer = tree.createDirectory(root, 'outer');
    const inner = tree.createDirectory(outer, 'inner');
    expect(codeOf(() => tree.rename(root, 'outer', inner, 'x'))).toBe('invalid');
    expect(codeOf(() => tree.rename(root, 'b', root, 'outer'))).toBe('is-directory');
    expect(codeOf(() => tree.rename(root, 'outer', root, 'b'))).toBe('not-directory');
    tree.createDirectory(root, 'empty');
    expect(codeOf(() => tree.rename(root, 'empty', root, 'outer'))).toBe('not-empty');
    tree.rename(root, 'outer', root, 'empty');
    expect(tree.lookup(root, 'empty/inner', false)).toBe(inner);
    expect(codeOf(() => tree.rename(root, 'b', root, 'new/'))).toBe('not-directory');
    expect(codeOf(() => tree.rename(root, '.', root, 'x'))).toBe('busy');
    tree.rename(root, 'b', root, 'b');
    expect(get(tree, 'b')).toBe('A');
  });

  it('removes only what is empty, and lets nothing into what is removed', () => {
    const tree = new FileTree();
    const { root } = tree;
    const directory = tree.createDirectory(root, 'd');
    put(tree, 'd/f', '');
    expect(codeOf(() => tree.removeDirectory(root, 'd'))).toBe('not-empty');
    expect(codeOf(() => tree.unlink(root, 'd'))).toBe('is-directory');
    expect(codeOf(() => tree.removeDirectory(root, 'd/f'))).toBe('not-directory');
    expect(codeOf(() => tree.unlink(root, 'd/f/'))).toBe('not-directory');
    tree.unlink(root, 'd/f');
    tree.removeDirectory(root, 'd');
    expect(codeOf(() => tree.open(directory, 'ghost', { follow: false, create: true }))).toBe('no-entry');
    expect(codeOf(() => tree.removeDirectory(root, '.'))).toBe('invalid');
  });

  it('goes on listing after names came and went', () => {
    const tree = new FileTree();
    for (const name of ['a', 'b', 'c']) put(tree, name, '');
    const [, second] = [...tree.list(tree.root)];
    tree.unlink(tree.root, 'a');
    tree.unlink(tree.root, 'b');
    put(tree, 'd', '');
    expect([...tree.list(tree.root, second?.cookie)].map(({ name }) => name)).toEqual(['c', 'd']);
  });

  it('is read-only when made from files, and refuses contradicting paths', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const tree = FileTree.fromFiles([
      { path: '/a/b.txt', text: 'é' },
      { path: '/a/b.bin', base64: Buffer.from(bytes).toString('base64') },
    ]);
    expect(tree.isReadOnly).toBe(true);
    expect(get(tree, 'a/b.txt')).toBe('é');
    expect([...tree.read(tree.lookup(tree.root, 'a/b.bin', true) as RegularFile, 0, 1000)]).toEqual([...bytes]);
    expect(codeOf(() => put(tree, 'a/b.txt', 'x'))).toBe('read-only');
    expect(codeOf(() => tree.rename(tree.root, 'a', tree.root, 'c'))).toBe('read-only');
    for (const files of [
      ['/a', '/a/b'],
      ['/a/b', '/a'],
      ['/a', '/a'],
    ]) {
      expect(codeOf(() => FileTree.fromFiles(files.map((path) => ({ path, text: '' }))))).not.toBe('success');
    }
  });
});
