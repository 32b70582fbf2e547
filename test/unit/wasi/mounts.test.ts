import { describe, expect, it } from 'vitest';
import type { InstanceMount } from '../../../src/core/instance-spec.ts';
import { createMounts as createMountsOf } from '../../../src/wasi/mounts.ts';

const FILES = [{ path: '/a', text: 'A' }];

function scratch(path: string, parts: Partial<InstanceMount> = {}): InstanceMount {
  return { path, readOnly: false, source: { kind: 'scratch', files: FILES, maxBytes: 10 }, ...parts };
}

function createMounts(spec: { files: typeof FILES; mounts?: InstanceMount[] }, canSuspend = true) {
  const database = () => {
    throw new Error('the database was opened');
  };
  return createMountsOf({ namespace: 'default', ...spec }, { canSuspend, database });
}

describe('mounts', () => {
  it('are nothing unless something is given', () => {
    expect(createMounts({ files: [] }).forGuest()).toEqual([]);
  });

  it('are the files, shared, and then each mount, new for each guest', () => {
    const mounts = createMounts({ files: FILES, mounts: [scratch('/tmp')] });
    const [first, second] = [mounts.forGuest(), mounts.forGuest()];
    expect(first.map(({ name, files }) => [name, files.isReadOnly])).toEqual([
      ['/', true],
      ['/tmp', false],
    ]);
    expect(second[0]?.files).toBe(first[0]?.files);
    first[1]?.files.unlink(first[1].files.root, 'a');
    expect(second[1]?.files.lookup(second[1].files.root, 'a', false)).toMatchObject({ kind: 'regular-file' });
    expect(mounts.mayWait).toBe(false);
  });

  it('can be read-only', () => {
    const [preopen] = createMounts({ files: [], mounts: [scratch('/data', { readOnly: true })] }).forGuest();
    expect(preopen?.files.isReadOnly).toBe(true);
    expect(() => preopen?.files.unlink(preopen.files.root, 'a')).toThrow('read-only');
  });

  it('refuses what cannot be made', () => {
    const twice = [...FILES, ...FILES];
    expect(() => createMounts({ files: twice })).toThrow('spec.files: two paths contradict each other');
    expect(() => createMounts({ files: [], mounts: [scratch('/x', { source: { kind: 'scratch', files: twice, maxBytes: 10 } })] })).toThrow('the mount /x');
    const long = [{ path: '/long', text: 'longer than ten' }];
    expect(() => createMounts({ files: [], mounts: [scratch('/x', { source: { kind: 'scratch', files: long, maxBytes: 10 } })] })).toThrow(
      'longer than its limit',
    );
  });

  it('refuse a volume where guests cannot be suspended', () => {
    const volume = { path: '/data', readOnly: false, source: { kind: 'volume', name: 'data' } } as const;
    expect(() => createMounts({ files: [], mounts: [volume] }, false)).toThrow('the App mounts the volume data, and this browser cannot suspend');
  });
});
