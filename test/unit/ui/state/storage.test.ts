import { describe, expect, it } from 'vitest';
import type { StorageReport } from '../../../../src/core/storage.ts';
import { partsOf } from '../../../../src/ui/state/storage.ts';

const NOTHING = { count: 0, sizeBytes: 0 };
const report = (changes: Partial<StorageReport> = {}): StorageReport => ({
  usageBytes: 1000,
  quotaBytes: 10_000,
  persisted: false,
  modules: [
    { digest: `sha256:${'a'.repeat(64)}`, sizeBytes: 100, transpiledBytes: 0, apps: [] },
    { digest: `sha256:${'b'.repeat(64)}`, sizeBytes: 50, transpiledBytes: 70, apps: [] },
  ],
  namespaces: [],
  apps: { count: 1, sizeBytes: 5 },
  logs: { count: 2_000, sizeBytes: 20 },
  keyValueStores: [{ namespace: 'default', name: 'default', count: 2, sizeBytes: 7 }],
  blobContainers: [],
  cookies: { count: 1, sizeBytes: 3 },
  keptRequests: NOTHING,
  volumes: { count: 2, sizeBytes: 16 },
  changes: { count: 9, sizeBytes: 6 },
  buildCache: { sizeBytes: 300 },
  ...changes,
});

describe('partsOf', () => {
  it('names every part, and what is left of the browser’s count', () => {
    expect(partsOf(report()).map(({ id, detail, sizeBytes }) => [id, detail, sizeBytes])).toEqual([
      ['modules', '2 files', 150],
      ['transpiled', '1 component', 70],
      ['volumes', '2 volumes', 16],
      ['logs', '2,000 lines', 20],
      ['apps', '1 App', 11],
      ['data', '1 store', 7],
      ['requests', '1 cookie', 3],
      ['swerve', '', 300],
      ['other', '', 423],
    ]);
  });

  it('leaves out what is empty, and does not go below nothing', () => {
    const parts = partsOf(report({ usageBytes: 10, logs: NOTHING, volumes: NOTHING, keyValueStores: [], cookies: NOTHING, buildCache: { sizeBytes: null } }));
    expect(parts.map(({ id }) => id)).toEqual(['modules', 'transpiled', 'apps']);
    expect(partsOf(report({ usageBytes: null })).map(({ id }) => id)).not.toContain('other');
  });
});
