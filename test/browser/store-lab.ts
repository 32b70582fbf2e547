/**
 * What `store.test.ts` needs inside a page: the repositories over databases of its own, and objects to put into them.
 * Built for the test alone; not a part of the app.
 */

import { updateStatus } from '../../src/control/update-status.ts';
import type { App } from '../../src/core/app.ts';
import type { Digest } from '../../src/core/ids.ts';
import type { ModuleReport } from '../../src/core/module.ts';
import { BlobRepository } from '../../src/store/blobs.ts';
import { Database } from '../../src/store/database.ts';
import { KeyValueRepository } from '../../src/store/key-values.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { createStore, type Store } from '../../src/store/store.ts';

const KEY = { kind: 'App', namespace: 'default', name: 'one' };
const DIGEST: Digest = `sha256:${'a'.repeat(64)}`;

const lab = {
  KEY,
  DIGEST,
  BlobRepository,
  Database,
  KeyValueRepository,
  MIGRATIONS,
  createStore,
  updateStatus,

  openStore(name: string = crypto.randomUUID()): Store {
    return createStore({ name });
  },

  makeApp(name: string, spec: object = {}): App {
    const metadata = { name, namespace: 'default', uid: crypto.randomUUID(), resourceVersion: '', generation: 1, creationTimestamp: '2026-01-01T00:00:00Z' };
    return { apiVersion: 'swerve.dev/v1', kind: 'App', metadata, spec: { source: { digest: DIGEST }, routes: [], ...spec } as unknown as App['spec'] };
  },

  makeReport(changes: Partial<ModuleReport> = {}): ModuleReport {
    return {
      digest: DIGEST,
      sizeBytes: 4,
      kind: 'component',
      abi: 'wasi-http',
      summary: '',
      imports: [],
      exports: [],
      memory: null,
      createdAtMs: 1,
      ...changes,
    };
  },

  /** The code of the RuntimeError that `promise` rejects with, and its message. */
  async refusal(promise: Promise<unknown>): Promise<{ code: string; message: string; details: unknown }> {
    try {
      await promise;
    } catch (error) {
      const { code, message, details } = error as { code: string; message: string; details: unknown };
      return { code, message, details };
    }
    return { code: 'none', message: 'it was not refused', details: null };
  },
};

declare global {
  var storeLab: typeof lab;
}
globalThis.storeLab = lab;
