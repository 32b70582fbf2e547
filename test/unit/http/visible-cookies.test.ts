import { describe, expect, it } from 'vitest';
import type { VisibleChange } from '../../../src/core/visible-change.ts';
import { applyVisibleChanges, type BrowserCookieStore, isCookieStoreSound, readVisibleCookies } from '../../../src/http/visible-cookies.ts';

const change = (name: string, isRemoval = false): VisibleChange => ({
  name,
  value: 'v',
  path: '/',
  domain: null,
  expires: null,
  sameSite: 'lax',
  delete: isRemoval,
});

function store(overrides: Partial<BrowserCookieStore>): BrowserCookieStore {
  return { getAll: () => Promise.resolve([]), set: () => Promise.resolve(), delete: () => Promise.resolve(), ...overrides };
}

describe('readVisibleCookies', () => {
  const cookies = [{ name: 'a', value: '1' }];
  it('reads the list of the address', async () => {
    expect(await readVisibleCookies(store({ getAll: () => Promise.resolve(cookies) }), 'u', 'own')).toEqual({ url: 'u', cookies });
  });
  it('falls back to the list of the worker itself', async () => {
    const getAll = (options?: object) => (options === undefined ? Promise.resolve(cookies) : Promise.reject(new TypeError('scope')));
    expect(await readVisibleCookies(store({ getAll }), 'u', 'own')).toEqual({ url: 'own', cookies });
  });
  it.each([
    undefined,
    store({ getAll: () => Promise.reject(new TypeError('no')) }),
    store({ getAll: () => Promise.reject(new DOMException('', 'SecurityError')) }),
  ])('is null without a usable store', async (broken) => {
    expect(await readVisibleCookies(broken, 'u', 'own')).toBeNull();
  });
});

describe('applyVisibleChanges', () => {
  it('applies in order and tells what was refused', async () => {
    const done: unknown[] = [];
    const refused = await applyVisibleChanges(
      store({
        set: (cookie) => (cookie.name === 'bad' ? Promise.reject(new TypeError('malformed')) : Promise.resolve(void done.push(cookie))),
        delete: (cookie) => Promise.resolve(void done.push(['delete', cookie])),
      }),
      [change('a'), change('b', true), change('bad'), change('c')],
    );
    expect(refused).toEqual([change('bad')]);
    expect(done).toEqual([
      { name: 'a', value: 'v', path: '/', domain: null, expires: null, sameSite: 'lax' },
      ['delete', { name: 'b', path: '/', domain: null }],
      { name: 'c', value: 'v', path: '/', domain: null, expires: null, sameSite: 'lax' },
    ]);
  });
  it('a refused removal is nothing to act on', async () => {
    expect(await applyVisibleChanges(store({ delete: () => Promise.reject(new TypeError('no')) }), [change('a', true)])).toEqual([]);
  });
});

describe('isCookieStoreSound', () => {
  const OWN = 'http://localhost:8080/apps/sw.js?build=1';
  /** A store that keeps what it is given, seen at the addresses that a cookie's path covers. */
  const keeping = (kept: Map<string, string>, changes: Partial<BrowserCookieStore> = {}) =>
    store({
      set: async ({ name, path }) => void kept.set(name, path),
      getAll: async (options) => [...kept].filter(([, path]) => new URL(options?.url ?? '').pathname.startsWith(path)).map(([name]) => ({ name, value: '1' })),
      delete: async ({ name }) => void kept.delete(name),
      ...changes,
    });

  it('is true for a store that shows what was written, and leaves nothing behind', async () => {
    const kept = new Map([['own', '/']]);
    expect(await isCookieStoreSound(keeping(kept), OWN)).toBe(true);
    expect([...kept.keys()]).toEqual(['own']);
  });

  it('writes where no document looks: below the address of the script', async () => {
    const paths: string[] = [];
    await isCookieStoreSound(keeping(new Map(), { set: async ({ path }) => void paths.push(path) }), OWN);
    expect(paths).toEqual(['/apps/sw.js/']);
  });

  it('is false for none, one that drops what it is given, and one that refuses', async () => {
    expect(await isCookieStoreSound(undefined, OWN)).toBe(false);
    expect(await isCookieStoreSound(keeping(new Map(), { set: async () => {} }), OWN)).toBe(false);
    expect(await isCookieStoreSound(keeping(new Map(), { set: () => Promise.reject(new TypeError('no')) }), OWN)).toBe(false);
  });
});
