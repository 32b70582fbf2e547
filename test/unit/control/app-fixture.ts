import * as v from 'valibot';
import { type App, type AppSpecInput, AppSpecSchema } from '../../../src/core/app.ts';
import type { Digest } from '../../../src/core/ids.ts';
import type { ModuleReport } from '../../../src/core/module.ts';

export const DIGEST: Digest = `sha256:${'a'.repeat(64)}`;

export function makeApp({ name = 'hello', spec = {}, ...metadata }: { name?: string; spec?: Partial<AppSpecInput> } & Partial<App['metadata']> = {}): App {
  return {
    apiVersion: 'swerve.dev/v1',
    kind: 'App',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...metadata,
    },
    spec: v.parse(AppSpecSchema, { source: { digest: DIGEST }, routes: [{ path: '/hello' }], ...spec }),
  };
}

export function makeModule(changes: Partial<ModuleReport> = {}): ModuleReport {
  return {
    digest: DIGEST,
    sizeBytes: 100,
    kind: 'command',
    abi: 'wagi',
    summary: 'WASI preview 1 command',
    imports: [],
    exports: [],
    memory: { minPages: 17, maxPages: null },
    createdAtMs: 0,
    ...changes,
  };
}
