import { describe, expect, it } from 'vitest';
import { changedPaths, equalJson, mergeChanges } from '../../../../src/ui/state/json-changes.ts';

describe('equalJson', () => {
  it.each([
    [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
    [{ a: undefined }, {}, true],
    [[1, 2], [2, 1], false],
    [[1], { 0: 1 }, false],
    [null, {}, false],
    [{ a: 1 }, { b: 1 }, false],
    ['1', 1, false],
  ])('of %j and %j is %j', (a, b, expected) => {
    expect(equalJson(a, b)).toBe(expected);
    expect(equalJson(b, a)).toBe(expected);
  });

  it('does not take what an object inherits for a member of it', () => {
    expect(equalJson({ toString: undefined, a: 1 }, { a: 1 })).toBe(true);
    expect(equalJson({ valueOf: 1 }, { other: 1 })).toBe(false);
  });
});

describe('changedPaths', () => {
  it('names every field that differs, down to the member; a list is one', () => {
    const a = { spec: { limits: { queue: 1, timeoutMs: 2 }, routes: [{ path: '/a' }], args: [] } };
    const b = { spec: { limits: { queue: 9, timeoutMs: 2 }, routes: [{ path: '/b' }], args: [], abi: 'wagi' } };
    expect(changedPaths(a, b)).toEqual(['spec.limits.queue', 'spec.routes', 'spec.abi']);
    expect(changedPaths(a, a)).toEqual([]);
  });

  it('puts names that a person chose into brackets', () => {
    expect(changedPaths({ spec: { env: { A: '1' } } }, { spec: { env: { A: '2' } } })).toEqual(['spec.env[A]']);
    expect(changedPaths({ metadata: { labels: {} } }, { metadata: { labels: { 'team/x': 'web' } } })).toEqual(['metadata.labels[team/x]']);
    expect(changedPaths({ 'a b': 1 }, { 'a b': 2 })).toEqual(['a b']);
    expect(changedPaths({ spec: { 'a b': 1 } }, { spec: { 'a b': 2 } })).toEqual(['spec[a b]']);
  });
});

describe('mergeChanges', () => {
  const base = { env: { A: '1', B: '2' }, routes: ['/a'], limits: { queue: 1 } };

  it('takes over what only the other one changed', () => {
    expect(mergeChanges(base, { ...base, routes: ['/mine'] }, { ...base, limits: { queue: 7 } })).toEqual({ ...base, routes: ['/mine'], limits: { queue: 7 } });
  });

  it('lets mine stand where both changed the same', () => {
    expect(mergeChanges(base, { ...base, routes: ['/mine'] }, { ...base, routes: ['/theirs'] })).toEqual({ ...base, routes: ['/mine'] });
  });

  it('keeps what either one took away taken away', () => {
    expect(mergeChanges(base, { ...base, env: { B: '2' } }, { ...base, env: { A: '1', B: '2', C: '3' } })).toEqual({ ...base, env: { B: '2', C: '3' } });
    expect(mergeChanges(base, { ...base, routes: ['/mine'] }, { routes: base.routes, limits: base.limits })).toEqual({
      routes: ['/mine'],
      limits: { queue: 1 },
    });
  });
});
