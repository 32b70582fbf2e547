import { describe, expect, it } from 'vitest';
import type { App } from '../../../../src/core/app.ts';
import type { Digest } from '../../../../src/core/ids.ts';
import type { ModuleReport } from '../../../../src/core/module.ts';
import { importChanges, revisionsOf } from '../../../../src/ui/state/revisions.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}` as Digest;
const app = (status: unknown) =>
  ({ metadata: { creationTimestamp: '2026-11-21T10:00:00Z' }, spec: { source: { digest: digest('a') } }, status }) as unknown as App;
const report = (imports: { name: string; items?: string[] }[]) =>
  ({ imports: imports.map((item) => ({ ...item, support: 'granted' })) }) as unknown as ModuleReport;

describe('revisionsOf', () => {
  it('gives the newest first', () => {
    const revisions = [
      { revision: 1, digest: digest('b'), atMs: 1 },
      { revision: 2, digest: digest('a'), atMs: 2 },
    ];
    expect(revisionsOf(app({ revisions })).map(({ revision }) => revision)).toEqual([2, 1]);
  });

  it.each([undefined, {}, { revisions: [] }])('knows the present one where %j is told', (status) => {
    expect(revisionsOf(app(status))).toEqual([{ revision: 1, digest: digest('a'), atMs: Date.UTC(2026, 10, 21, 10) }]);
  });
});

describe('importChanges', () => {
  it('names interfaces and functions that came and went', () => {
    const older = report([{ name: 'wasi:cli/run' }, { name: 'wasi', items: ['fd_read', 'fd_write'] }]);
    const newer = report([{ name: 'wasi:http/types' }, { name: 'wasi', items: ['fd_write', 'proc_exit', 'clock_get'] }]);
    expect(importChanges(newer, older)).toEqual({ added: ['wasi:http/types', 'wasi (clock_get, proc_exit)'], removed: ['wasi:cli/run', 'wasi (fd_read)'] });
  });

  it('says nothing of modules that import the same', () => {
    const module = report([{ name: 'wasi', items: ['a'] }, { name: 'x' }]);
    expect(importChanges(module, module)).toEqual({ added: [], removed: [] });
  });
});
