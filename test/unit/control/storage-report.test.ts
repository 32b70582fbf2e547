import { expect, it } from 'vitest';
import { storageReport } from '../../../src/control/storage-report.ts';
import type { Digest } from '../../../src/core/ids.ts';
import type { StoreUsage } from '../../../src/store/usage.ts';
import { DIGEST, makeApp } from './app-fixture.ts';

const OTHER: Digest = `sha256:${'b'.repeat(64)}`;
const UNUSED: Digest = `sha256:${'c'.repeat(64)}`;
const GONE: Digest = `sha256:${'d'.repeat(64)}`;
const VIEW = { usageBytes: 900, quotaBytes: 1000, persisted: true, cacheBytes: 300 };
const NOTHING = { count: 0, sizeBytes: 0 };

const usage: StoreUsage = {
  modules: [
    { digest: DIGEST, sizeBytes: 100, transpiledBytes: 0 },
    { digest: OTHER, sizeBytes: 50, transpiledBytes: 70 },
    { digest: UNUSED, sizeBytes: 1, transpiledBytes: 0 },
  ],
  logs: [
    { namespace: 'default', app: 'hello', lines: 3, sizeBytes: 30 },
    { namespace: 'left', app: 'over', lines: 1, sizeBytes: 5 },
  ],
  keyValueStores: [],
  blobContainers: [],
  apps: NOTHING,
  cookies: { count: 2, sizeBytes: 20 },
  keptRequests: NOTHING,
  volumes: NOTHING,
  changes: NOTHING,
};

it('sums by module and by namespace, each module once in a namespace', () => {
  const report = storageReport(VIEW, usage, [
    makeApp(),
    makeApp({ name: 'twin' }),
    makeApp({ name: 'far', namespace: 'other', spec: { source: { digest: OTHER } } }),
    makeApp({ name: 'also', namespace: 'other' }),
    makeApp({ name: 'broken', namespace: 'other', spec: { source: { digest: GONE } } }),
  ]);
  expect(report.modules).toEqual([
    { digest: OTHER, sizeBytes: 50, transpiledBytes: 70, apps: ['other/far'] },
    { digest: DIGEST, sizeBytes: 100, transpiledBytes: 0, apps: ['default/hello', 'default/twin', 'other/also'] },
    { digest: UNUSED, sizeBytes: 1, transpiledBytes: 0, apps: [] },
  ]);
  expect(report.namespaces).toEqual([
    { name: 'default', apps: 2, modules: [DIGEST], moduleBytes: 100, logLines: 3, logBytes: 30 },
    { name: 'left', apps: 0, modules: [], moduleBytes: 0, logLines: 1, logBytes: 5 },
    { name: 'other', apps: 3, modules: [OTHER, DIGEST], moduleBytes: 220, logLines: 0, logBytes: 0 },
  ]);
  expect(report).toMatchObject({ usageBytes: 900, quotaBytes: 1000, persisted: true, buildCache: { sizeBytes: 300 }, logs: { count: 4, sizeBytes: 35 } });
});
