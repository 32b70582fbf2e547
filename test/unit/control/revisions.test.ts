import { describe, expect, it } from 'vitest';
import { keepRevisions, revisionsWith } from '../../../src/control/revisions.ts';
import type { App } from '../../../src/core/app.ts';
import type { Digest } from '../../../src/core/ids.ts';
import { DIGEST, makeApp } from './app-fixture.ts';

const digestOf = (index: number): Digest => `sha256:${index.toString(16).padStart(64, '0')}`;
const at = (atMs: number, sizeBytes?: number) => ({ atMs, sizeBytes });

/** `app` after its module was changed to each of `digests` in turn. */
function deploy(app: App, ...digests: Digest[]): App {
  let current = app;
  for (const [index, digest] of digests.entries()) {
    const revisions = revisionsWith(current, digest, at(index));
    current = { ...current, metadata: { ...current.metadata, resourceVersion: `${index + 2}` }, status: { revisions } };
  }
  return current;
}

const fresh = () => makeApp({ resourceVersion: '' });

describe('revisionsWith', () => {
  it('counts a first module as revision 1, with its size', () => {
    expect(revisionsWith(fresh(), DIGEST, at(5, 100))).toEqual([{ revision: 1, digest: DIGEST, atMs: 5, sizeBytes: 100 }]);
  });

  it('keeps ten, the newest first, and goes on counting', () => {
    const { status } = deploy(fresh(), ...Array.from({ length: 12 }, (_, index) => digestOf(index)));
    expect(status?.revisions?.map(({ revision }) => revision)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
    expect(status?.revisions?.[0]?.digest).toBe(digestOf(11));
  });

  it('counts the same module once in a row, and again after another', () => {
    const { status } = deploy(fresh(), digestOf(1), digestOf(1), digestOf(2), digestOf(1));
    expect(status?.revisions?.map(({ revision, digest }) => [revision, digest])).toEqual([
      [3, digestOf(1)],
      [2, digestOf(2)],
      [1, digestOf(1)],
    ]);
  });

  it('starts the history of an App that was written before there was one with its module of until now', () => {
    expect(revisionsWith(makeApp(), digestOf(2), at(9))).toEqual([
      { revision: 2, digest: digestOf(2), atMs: 9 },
      { revision: 1, digest: DIGEST, atMs: Date.parse('2026-01-01T00:00:00Z') },
    ]);
  });
});

describe('keepRevisions', () => {
  it('takes nobody’s word for them', () => {
    const app = deploy(fresh(), digestOf(1));
    expect(keepRevisions(app, { observedGeneration: 3, revisions: [] })).toEqual({ observedGeneration: 3, revisions: app.status?.revisions });
    expect(keepRevisions(fresh(), { revisions: app.status?.revisions ?? [] })).toEqual({});
  });
});
