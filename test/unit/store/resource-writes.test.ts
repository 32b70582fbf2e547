import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../src/core/resource.ts';
import { equalJson } from '../../../src/store/equal-json.ts';
import { canWatchFrom, isUnchanged, prepareReplace } from '../../../src/store/resource-writes.ts';

const stored: Resource = {
  apiVersion: 'swerve.dev/v1',
  kind: 'App',
  metadata: { name: 'a', namespace: 'default', uid: 'u1', resourceVersion: '7', generation: 3, creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: { args: ['x'], env: { A: '1', B: '2' } },
};

describe('equalJson', () => {
  it.each([
    [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
    [{ a: undefined }, {}, true],
    [{ a: null }, {}, false],
    [[1, 2], [2, 1], false],
    [[1], { 0: 1 }, false],
    ['1', 1, false],
  ])('%j and %j: %s', (a, b, expected) => expect(equalJson(a, b)).toBe(expected));
});

describe('prepareReplace', () => {
  it('raises the generation with the spec only, and keeps what clients cannot choose', () => {
    const metadata = { ...stored.metadata, uid: 'forged', generation: 99, creationTimestamp: 'forged', labels: { team: 'web' } };
    const relabelled = prepareReplace(stored, { ...stored, metadata, spec: { env: { B: '2', A: '1' }, args: ['x'] } });
    expect(relabelled.metadata).toEqual({ ...stored.metadata, labels: { team: 'web' } });
    expect(prepareReplace(stored, { ...stored, metadata, spec: { args: [] } }).metadata.generation).toBe(4);
  });

  it('knows a write that changes nothing', () => {
    expect(isUnchanged(stored, prepareReplace(stored, { ...stored, metadata: { ...stored.metadata, resourceVersion: '' } }))).toBe(true);
    expect(isUnchanged(stored, { ...stored, status: { conditions: [] } })).toBe(false);
    expect(isUnchanged(stored, { ...stored, metadata: { ...stored.metadata, annotations: { a: 'b' } } })).toBe(false);
  });
});

describe('canWatchFrom', () => {
  const head = { key: 'changes' as const, resourceVersion: 50, oldest: 41, sizeBytes: 0 };
  it.each([
    [50, true],
    [41, true],
    [40, true],
    [39, false],
    [51, false],
    [Number.NaN, false],
  ])('from %d: %s', (from, expected) => expect(canWatchFrom(head, from)).toBe(expected));

  it('knows nothing before the first write', () => {
    const empty = { key: 'changes' as const, resourceVersion: 0, oldest: 0, sizeBytes: 0 };
    expect(canWatchFrom(empty, 0)).toBe(true);
    expect(canWatchFrom(empty, 1)).toBe(false);
  });
});
