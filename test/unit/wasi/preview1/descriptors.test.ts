import { describe, expect, it } from 'vitest';
import { FileTree } from '../../../../src/wasi/files.ts';
import { ERRNO } from '../../../../src/wasi/preview1/errno.ts';
import { type Host, makeHost } from './host.ts';

const READ = 2n;
const SEEK_TELL = 4n | 32n;
const WRITE = 64n;
const ALL = (1n << 30n) - 1n;
const CREAT = 1;
const DIRECTORY = 2;
const TRUNC = 8;
const APPEND = 1;
const RESULT = 32;
const ROOT = 3;

function open(host: Host, path: string, options: { oflags?: number; rights?: bigint; flags?: number; dir?: number } = {}) {
  const length = host.put(2000, path);
  const errno = host.call.path_open!(
    options.dir ?? ROOT,
    1,
    2000,
    length,
    options.oflags ?? 0,
    options.rights ?? READ | SEEK_TELL,
    ALL,
    options.flags ?? 0,
    RESULT,
  );
  return { errno, fd: host.view().getUint32(RESULT, true) };
}

function write(host: Host, fd: number, text: string): number {
  host.putIovec(0, 3000, host.put(3000, text));
  return host.call.fd_write!(fd, 0, 1, RESULT);
}

function read(host: Host, fd: number, length = 1000): string {
  host.putIovec(0, 3000, length);
  expect(host.call.fd_read!(fd, 0, 1, RESULT)).toBe(0);
  return host.text(3000, host.view().getUint32(RESULT, true));
}

function list(host: Host, fd: number, bufferLength: number): string[] {
  const names: string[] = [];
  let cookie = 0n;
  for (;;) {
    expect(host.call.fd_readdir!(fd, 4000, bufferLength, cookie, RESULT)).toBe(0);
    const used = host.view().getUint32(RESULT, true);
    let at = 0;
    while (at + 24 <= used) {
      const length = host.view().getUint32(4000 + at + 16, true);
      if (at + 24 + length > used) break;
      names.push(host.text(4000 + at + 24, length));
      cookie = host.view().getBigUint64(4000 + at, true);
      at += 24 + length;
    }
    if (used < bufferLength) return names;
  }
}

describe('a read-only tree', () => {
  const tree = FileTree.fromFiles([
    { path: '/app/index.php', text: '<?php' },
    { path: '/app/lib/é.php', text: 'ü' },
  ]);

  it('is the preopen /', () => {
    const host = makeHost({ tree });
    expect(host.call.fd_prestat_get!(ROOT, 0)).toBe(0);
    expect(host.view().getUint32(4, true)).toBe(1);
    expect(host.call.fd_prestat_dir_name!(ROOT, 64, 1)).toBe(0);
    expect(host.text(64, 1)).toBe('/');
    expect(host.call.fd_prestat_dir_name!(ROOT, 64, 0)).toBe(ERRNO.nametoolong);
    expect(host.call.fd_prestat_get!(4, 0)).toBe(ERRNO.badf);
  });

  it('can be read, seeked and listed', () => {
    const host = makeHost({ tree });
    const { fd } = open(host, 'app/index.php');
    expect(read(host, fd, 2)).toBe('<?');
    expect(host.call.fd_seek!(fd, -1n, 2, RESULT)).toBe(0);
    expect(host.view().getBigUint64(RESULT, true)).toBe(4n);
    expect(read(host, fd)).toBe('p');
    expect(host.call.fd_seek!(fd, -6n, 2, RESULT)).toBe(ERRNO.inval);
    expect(host.call.fd_seek!(fd, 0n, 9, RESULT)).toBe(ERRNO.inval);
    const directory = open(host, 'app', { rights: ALL & ~(WRITE | (1n << 8n) | (1n << 22n)) });
    expect(directory.errno).toBe(0);
    for (const bufferLength of [4096, 64, 40]) expect(list(host, directory.fd, bufferLength)).toEqual(['.', '..', 'index.php', 'lib']);
  });

  it('refuses every change with EROFS', () => {
    const host = makeHost({ tree });
    expect(open(host, 'app/index.php', { rights: READ | WRITE }).errno).toBe(ERRNO.rofs);
    expect(open(host, 'app/index.php', { oflags: TRUNC }).errno).toBe(ERRNO.rofs);
    expect(open(host, 'app/new', { oflags: CREAT }).errno).toBe(ERRNO.rofs);
    const length = host.put(2000, 'app/index.php');
    expect(host.call.path_unlink_file!(ROOT, 2000, length)).toBe(ERRNO.rofs);
    expect(host.call.path_filestat_set_times!(ROOT, 0, 2000, length, 0n, 0n, 2)).toBe(ERRNO.rofs);
    expect(host.call.path_create_directory!(ROOT, 2000, host.put(2000, 'x'))).toBe(ERRNO.rofs);
  });

  it('cannot be left', () => {
    const host = makeHost({ tree });
    const { fd } = open(host, 'app', { rights: ALL & ~(WRITE | (1n << 8n) | (1n << 22n)) });
    for (const path of ['..', '../app', 'lib/../../app', '/app/index.php']) expect(open(host, path, { dir: fd }).errno, path).toBe(ERRNO.perm);
    expect(open(host, 'lib/../index.php', { dir: fd }).errno).toBe(0);
    expect(open(host, 'index.php/', { dir: fd }).errno).toBe(ERRNO.notdir);
    expect(open(host, 'none', { dir: fd }).errno).toBe(ERRNO.noent);
    host.view().setUint8(2000, 0xff);
    expect(host.call.path_open!(fd, 0, 2000, 1, 0, READ, 0n, 0, RESULT)).toBe(ERRNO.ilseq);
  });
});

describe('descriptors of a writable tree', () => {
  it('appends with O_APPEND wherever it stands', () => {
    const host = makeHost({ tree: new FileTree() });
    const { fd } = open(host, 'log', { oflags: CREAT, rights: READ | WRITE | SEEK_TELL, flags: APPEND });
    write(host, fd, 'one');
    host.call.fd_seek!(fd, 0n, 0, RESULT);
    write(host, fd, 'two');
    host.call.fd_seek!(fd, 0n, 0, RESULT);
    expect(read(host, fd)).toBe('onetwo');
  });

  it('reads and writes at an offset without moving', () => {
    const host = makeHost({ tree: new FileTree() });
    const { fd } = open(host, 'f', { oflags: CREAT, rights: READ | WRITE | SEEK_TELL });
    write(host, fd, 'abcdef');
    host.putIovec(0, 3000, host.put(3000, 'XY'));
    expect(host.call.fd_pwrite!(fd, 0, 1, 2n, RESULT)).toBe(0);
    expect(host.call.fd_pread!(fd, 0, 1, 1n, RESULT)).toBe(0);
    expect(host.text(3000, 2)).toBe('bX');
    host.call.fd_tell!(fd, RESULT);
    expect(host.view().getBigUint64(RESULT, true)).toBe(6n);
    expect(host.call.fd_pread!(fd, 0, 1, -1n, RESULT)).toBe(ERRNO.inval);
  });

  it('gives out the lowest free number', () => {
    const host = makeHost({ tree: new FileTree() });
    const fds = ['a', 'b', 'c'].map((name) => open(host, name, { oflags: CREAT }).fd);
    expect(fds).toEqual([4, 5, 6]);
    host.call.fd_close!(5);
    expect(open(host, 'a').fd).toBe(5);
    expect(host.call.fd_renumber!(6, 4)).toBe(0);
    expect(open(host, 'a').fd).toBe(6);
    expect(host.call.fd_renumber!(4, 90)).toBe(ERRNO.badf);
    expect(host.call.fd_close!(90)).toBe(ERRNO.badf);
  });

  it('honours rights and only takes them away', () => {
    const host = makeHost({ tree: new FileTree() });
    const { fd } = open(host, 'f', { oflags: CREAT, rights: READ });
    expect(write(host, fd, 'x')).toBe(ERRNO.notcapable);
    expect(host.call.fd_fdstat_set_rights!(fd, READ | WRITE, 0n)).toBe(ERRNO.notcapable);
    expect(host.call.fd_fdstat_set_rights!(fd, 0n, 0n)).toBe(0);
    host.putIovec(0, 3000, 1);
    expect(host.call.fd_read!(fd, 0, 1, RESULT)).toBe(ERRNO.notcapable);
    expect(open(host, '.', { oflags: DIRECTORY, rights: READ | WRITE }).errno).toBe(ERRNO.isdir);
  });

  it('keeps an unlinked file alive while it is open', () => {
    const host = makeHost({ tree: new FileTree() });
    const { fd } = open(host, 'f', { oflags: CREAT, rights: READ | WRITE | SEEK_TELL });
    write(host, fd, 'still here');
    expect(host.call.path_unlink_file!(ROOT, 2000, host.put(2000, 'f'))).toBe(0);
    host.call.fd_seek!(fd, 0n, 0, RESULT);
    expect(read(host, fd)).toBe('still here');
    expect(open(host, 'f').errno).toBe(ERRNO.noent);
  });
});
