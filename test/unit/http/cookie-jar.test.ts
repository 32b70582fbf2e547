import { describe, expect, it } from 'vitest';
import type { CookieKey, CookieRecord, CookieRecordStore } from '../../../src/core/cookie-record.ts';
import { CookieJar, MAX_COOKIE_AGE_MS } from '../../../src/http/cookie-jar.ts';
import { MAX_COOKIES_PER_DOMAIN } from '../../../src/http/cookie-map.ts';
import type { SameSiteContext } from '../../../src/http/same-site.ts';
import type { VisibleCookies } from '../../../src/http/visible-cookies.ts';

const NOW = Date.UTC(2026, 0, 1);
const URL_ = 'https://swerve.test/app/page';

class Records implements CookieRecordStore {
  readonly map = new Map<string, CookieRecord>();
  failure: Error | null = null;
  writes = 0;

  loadAll(): Promise<CookieRecord[]> {
    return Promise.resolve(structuredClone([...this.map.values()]));
  }

  write({ put, remove }: { put: readonly CookieRecord[]; remove: readonly CookieKey[] }): Promise<void> {
    if (this.failure !== null) return Promise.reject(this.failure);
    this.writes++;
    for (const record of put) this.map.set([record.domain, record.path, record.name].join(' '), structuredClone(record));
    for (const key of remove) this.map.delete(key.join(' '));
    return Promise.resolve();
  }
}

async function jarWith(headers: string[], url = URL_, nowMs = NOW) {
  const records = new Records();
  const jar = await CookieJar.open(records, nowMs);
  const outcome = await jar.setFromResponse(headers, url, nowMs);
  const header = (to = url, options: { sameSite?: SameSiteContext; visible?: VisibleCookies | null; nowMs?: number } = {}) =>
    jar.cookieHeader({ url: to, sameSite: 'strict', visible: null, nowMs, ...options });
  return { records, jar, outcome, header };
}

describe('what is kept', () => {
  it.each([
    // header, set at, asked at, Cookie header
    ['a=1', URL_, URL_, 'a=1'],
    ['a=1', URL_, 'https://swerve.test/app', 'a=1'],
    ['a=1', URL_, 'https://swerve.test/application', null],
    ['a=1', URL_, 'https://swerve.test/', null],
    ['a=1; Path=/', URL_, 'https://swerve.test/other', 'a=1'],
    ['a=1; Path=relative', URL_, 'https://swerve.test/app/x', 'a=1'],
    ['a=1; Path=/elsewhere', URL_, 'https://swerve.test/elsewhere/x', 'a=1'],
    ['a=1; Path=/a%20b', URL_, 'https://swerve.test/a%20b/c', 'a=1'],
    ['a=1', 'https://swerve.test/a%20b/c', 'https://swerve.test/a%20b/d', 'a=1'],
    ['a=1', URL_, 'https://sub.swerve.test/app/x', null],
    ['a=1; Domain=swerve.test', URL_, 'https://sub.swerve.test/app/x', 'a=1'],
    ['a=1; Domain=.Swerve.Test', URL_, 'https://sub.swerve.test/app/x', 'a=1'],
    ['a=1; Domain=swerve.test', 'https://sub.swerve.test/', 'https://swerve.test/', 'a=1'],
    ['a=1; Domain=localhost', 'http://localhost:5000/', 'http://localhost:5000/', 'a=1'],
    ['a=1; Domain=127.0.0.1', 'http://127.0.0.1/', 'http://127.0.0.1/', 'a=1'],
    ['a=1', 'http://[::1]:5000/', 'http://[::1]:6000/', 'a=1'],
    ['a=1; Secure', 'http://localhost/', 'http://localhost/', 'a=1'],
    ['a=1; Secure', 'http://app.localhost/', 'http://app.localhost/', 'a=1'],
    ['a=1; Secure', URL_, 'http://swerve.test/app/', null],
    ['__Host-a=1; Secure; Path=/', URL_, URL_, '__Host-a=1'],
    ['__Secure-a=1; Secure', URL_, URL_, '__Secure-a=1'],
    ['nameless', URL_, URL_, 'nameless'],
    ['a=', URL_, URL_, 'a='],
    ['a="q, r"', URL_, URL_, 'a="q, r"'],
    ['a=b=c', URL_, URL_, 'a=b=c'],
    ['  a = 1 ; path=/ ', URL_, URL_, 'a=1'],
    ['a=voil\u00c3\u00a0', URL_, URL_, 'a=voil\u00c3\u00a0'],
    ['a=caf\u00e9', URL_, URL_, 'a=caf\u00e9'],
    [`a=${'x'.repeat(4095)}`, URL_, URL_, `a=${'x'.repeat(4095)}`],
    ['a=1; Max-Age=10', URL_, URL_, 'a=1'],
    ['a=1; Max-Age=nonsense', URL_, URL_, 'a=1'],
    ['a=1; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT', URL_, URL_, 'a=1'],
    ['a=1; Expires=Thu, 01 Jan 2026 00:00:10 GMT', URL_, URL_, 'a=1'],
    ['a=1; Expires=Wed, 31 Dec 2025 23:59:59 GMT', URL_, URL_, null],
    ['a=1; Max-Age=0', URL_, URL_, null],
  ])('%s at %s for %s', async (set, at, asked, expected) => {
    const { outcome, header } = await jarWith([set], at);
    expect(outcome.ignored).toEqual([]);
    expect(header(asked)).toBe(expected);
  });

  it.each([
    ['=', URL_, /neither/],
    ['a\u0001=1', URL_, /control/],
    [`a=${'x'.repeat(4096)}`, URL_, /4096/],
    ['a=1; Domain=other.test', URL_, /domain/],
    ['a=1; Domain=sub.swerve.test', URL_, /domain/],
    ['a=1; Domain=test', URL_, /public suffix/],
    ['a=1; Domain=localhost', 'http://app.localhost/', /public suffix/],
    ['a=1; Secure', 'http://swerve.test/', /secure/i],
    ['a=1; SameSite=None', URL_, /Secure/],
    ['__Secure-a=1', URL_, /__Secure-/],
    ['__host-a=1; Path=/', URL_, /Secure/],
    ['__Host-a=1; Secure', URL_, /Path/],
    ['__Host-a=1; Secure; Path=/x', URL_, /Path/],
    ['__Host-a=1; Secure; Path=/; Domain=swerve.test', URL_, /Domain/],
    ['__Host-nameless', URL_, /prefix/],
  ])('ignores %s', async (set, at, reason) => {
    const { outcome, header, records } = await jarWith([set], at);
    expect(outcome).toEqual({ visibleChanges: [], ignored: [{ header: set, reason: expect.stringMatching(reason) }] });
    expect(header()).toBeNull();
    expect(records.writes).toBe(0);
  });

  it('an ignored cookie does not stop the others', async () => {
    const { header } = await jarWith(['a=1; Domain=x.test', 'b=2']);
    expect(header()).toBe('b=2');
  });

  it('orders by longer path, then by creation, which an update keeps', async () => {
    const { jar, header } = await jarWith(['a=1; Path=/', 'b=2; Path=/', 'c=3; Path=/app', 'd=4; Path=/']);
    await jar.setFromResponse(['a=9; Path=/'], URL_, NOW + 1000);
    expect(header()).toBe('c=3; a=9; b=2; d=4');
  });

  it('Max-Age runs from when it was set, however often it is read', async () => {
    const { header } = await jarWith(['a=1; Max-Age=10']);
    expect(header(URL_, { nowMs: NOW + 9000 })).toBe('a=1');
    expect(header(URL_, { nowMs: NOW + 10_000 })).toBeNull();
  });

  it('caps life at 400 days', async () => {
    const { records } = await jarWith(['a=1; Max-Age=99999999999', 'b=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT']);
    expect([...records.map.values()].map((record) => record.expiresAtMs)).toEqual([NOW + MAX_COOKIE_AGE_MS, NOW + MAX_COOKIE_AGE_MS]);
  });

  it('deletes by expiry, only the cookie of that path', async () => {
    const { jar, header, records } = await jarWith(['a=1; Path=/', 'a=2; Path=/app']);
    await jar.setFromResponse(['a=; Path=/; Max-Age=0'], URL_, NOW);
    expect(header()).toBe('a=2');
    expect([...records.map.keys()]).toEqual(['swerve.test /app a']);
  });

  it('keeps no more per domain than it may: expired ones go first, then those not used for longest', async () => {
    const { jar, header, records } = await jarWith(['soon=1; Path=/; Max-Age=1', 'used=1; Path=/used', 'idle=1; Path=/idle']);
    header('https://swerve.test/used', { nowMs: NOW + 5000 });
    const fill = Array.from({ length: MAX_COOKIES_PER_DOMAIN - 2 }, (_, i) => `n${i}=1; Path=/`);
    await jar.setFromResponse(fill, URL_, NOW + 2000);
    expect(records.map.size).toBe(MAX_COOKIES_PER_DOMAIN);
    expect(records.map.has('swerve.test / soon')).toBe(false);
    const { visibleChanges } = await jar.setFromResponse(['last=1; Path=/'], URL_, NOW + 6000);
    expect(records.map.size).toBe(MAX_COOKIES_PER_DOMAIN);
    expect(visibleChanges.filter((change) => change.delete).map(({ name }) => name)).toEqual(['idle']);
    expect(header('https://swerve.test/used', { nowMs: NOW + 6000 })).toContain('used=1');
  });
});

describe('SameSite', () => {
  it.each<[string, SameSiteContext, string | null]>([
    ['a=1', 'strict', 'a=1'],
    ['a=1', 'lax', 'a=1'],
    ['a=1', 'none', null],
    ['a=1; SameSite=Nonsense', 'none', null],
    ['a=1; SameSite=Strict', 'strict', 'a=1'],
    ['a=1; SameSite=Strict', 'lax', null],
    ['a=1; SameSite=None; Secure', 'none', 'a=1'],
  ])('%s in context %s', async (set, sameSite, expected) => {
    expect((await jarWith([set])).header(URL_, { sameSite })).toBe(expected);
  });
});

describe('persistence', () => {
  it('survives a restart, in order, without what has expired', async () => {
    const { records } = await jarWith([
      'b=1; Path=/; HttpOnly; Secure; SameSite=Strict',
      'a=2; Path=/; Domain=swerve.test; Max-Age=100',
      'gone=3; Path=/; Max-Age=5',
    ]);
    const jar = await CookieJar.open(records, NOW + 6000);
    const ask = (url: string) => jar.cookieHeader({ url, sameSite: 'strict', visible: null, nowMs: NOW + 6000 });
    expect(ask('https://swerve.test/')).toBe('b=1; a=2');
    expect(ask('https://x.swerve.test/')).toBe('a=2');
    expect(records.map.size).toBe(2);
    expect(records.map.get('swerve.test / b')).toEqual({
      domain: 'swerve.test',
      path: '/',
      name: 'b',
      value: '1',
      hostOnly: true,
      secure: true,
      httpOnly: true,
      sameSite: 'strict',
      expiresAtMs: null,
      createdAtMs: NOW,
      createdIndex: expect.any(Number),
      lastAccessedAtMs: NOW,
    });
  });

  it('writes all cookies of a response at once', async () => {
    expect((await jarWith(['a=1', 'b=2', 'c=3'])).records.writes).toBe(1);
  });

  it('is as before when the write fails', async () => {
    const { records, jar, header } = await jarWith(['a=1', 'b=2', 'h=0; HttpOnly']);
    records.failure = new Error('full');
    await expect(jar.setFromResponse(['a=9', 'a=10', 'b=; Max-Age=0', 'c=3'], URL_, NOW)).rejects.toThrow('full');
    expect(header()).toBe('a=1; b=2; h=0');
  });

  it('clears', async () => {
    const { jar, header, records } = await jarWith(['a=1', 'h=2; HttpOnly']);
    expect((await jar.clear(NOW)).map(({ name, delete: isRemoval }) => [name, isRemoval])).toEqual([
      ['a', true],
      ['h', true],
    ]);
    expect(header()).toBeNull();
    expect(records.map.size).toBe(0);
  });
});

describe('what scripts see', () => {
  it('tells what to change in the browser', async () => {
    const { outcome } = await jarWith([
      'a=caf\u00c3\u00a9; Path=/; Max-Age=10; SameSite=Strict',
      'd=1; Domain=swerve.test',
      'h=1; HttpOnly',
      'x=; Max-Age=0',
      'a=2; Path=/',
    ]);
    expect(outcome.visibleChanges).toEqual([
      { name: 'a', value: '2', path: '/', domain: null, expires: null, sameSite: 'lax', delete: false },
      { name: 'd', value: '1', path: '/app', domain: 'swerve.test', expires: null, sameSite: 'lax', delete: false },
      { name: 'h', value: '', path: '/app', domain: null, expires: null, sameSite: 'lax', delete: true },
      { name: 'x', value: '', path: '/app', domain: null, expires: null, sameSite: 'lax', delete: true },
    ]);
    const text = await jarWith(['a=caf\u00c3\u00a9; Max-Age=10']);
    expect(text.outcome.visibleChanges[0]).toMatchObject({ value: 'caf\u00e9', expires: NOW + 10_000 });
  });

  const all = (cookies: VisibleCookies['cookies'], url = URL_): VisibleCookies => ({ url, cookies });
  it.each<[string, string[], VisibleCookies, string | null]>([
    ['unchanged', ['a=1'], all([{ name: 'a', value: '1' }]), 'a=1'],
    ['changed by a script', ['a=1'], all([{ name: 'a', value: '2' }]), 'a=2'],
    ['deleted by a script', ['a=1'], all([]), null],
    ['added by a script', [], all([{ name: 'a', value: '1' }]), 'a=1'],
    ['text becomes bytes', [], all([{ name: 'a', value: '\u00e9' }]), 'a=\u00c3\u00a9'],
    ['HttpOnly is ours', ['s=secret; HttpOnly'], all([]), 's=secret'],
    ['HttpOnly is not replaced', ['s=secret; HttpOnly'], all([{ name: 's', value: 'forged' }]), 's=secret'],
    ['HttpOnly elsewhere does not count', ['s=secret; HttpOnly; Path=/other'], all([{ name: 's', value: 'own' }]), 's=own'],
    ['the slash that Chromium adds', ['a=1; Path=/app'], all([{ name: 'a', value: '2', path: '/app/' }]), 'a=2'],
    [
      'same name on two paths',
      ['a=1; Path=/', 'a=2; Path=/app'],
      all([
        { name: 'a', value: '1' },
        { name: 'a', value: '2' },
      ]),
      'a=1; a=2',
    ],
    [
      'same name on two paths, told',
      ['a=1; Path=/', 'a=2; Path=/app'],
      all([
        { name: 'a', value: '1', path: '/' },
        { name: 'a', value: '3', path: '/app' },
      ]),
      'a=3; a=1',
    ],
    ['of another path', [], all([{ name: 'a', value: '1', path: '/other' }]), null],
    ['of another host', [], all([{ name: 'a', value: '1', domain: 'other.test' }]), null],
    [
      'a list for the base only',
      ['deep=1', 'root=1; Path=/', 'gone=1; Path=/'],
      all([{ name: 'root', value: '2' }], 'https://swerve.test/sw.js'),
      'deep=1; root=2',
    ],
  ])('merges: %s', async (_name, set, visible, expected) => {
    expect((await jarWith(set)).header(URL_, { visible })).toBe(expected);
  });

  it.each<[SameSiteContext, string | null]>([
    ['strict', 'a=1; b=1; c=1'],
    ['lax', 'b=1; c=1'],
    ['none', 'c=1'],
  ])('holds cookies of scripts to SameSite too: %s', async (sameSite, expected) => {
    const visible = all([
      { name: 'a', value: '1', sameSite: 'strict' },
      { name: 'b', value: '1' },
      { name: 'c', value: '1', sameSite: 'none' },
    ]);
    expect((await jarWith([])).header(URL_, { visible, sameSite })).toBe(expected);
  });

  it('knows the SameSite of a cookie that the browser lists by name only', async () => {
    expect((await jarWith(['a=1; SameSite=Strict'])).header(URL_, { visible: all([{ name: 'a', value: '2' }]), sameSite: 'lax' })).toBeNull();
  });

  it('takes over what a document reports, HttpOnly cookies excepted', async () => {
    const { jar, header, records } = await jarWith(['keep=1', 'change=1', 'remove=1', 's=secret; HttpOnly', 'far=1; Path=/far']);
    await jar.syncFromDocument(
      all([
        { name: 'keep', value: '1' },
        { name: 'change', value: '2' },
        { name: 'new', value: '3', path: '/app' },
        { name: 's', value: 'forged' },
      ]),
      NOW,
    );
    expect(header()).toBe('keep=1; change=2; s=secret; new=3');
    expect(header('https://swerve.test/far')).toBe('far=1');
    expect([...records.map.values()].find(({ name }) => name === 'change')?.value).toBe('2');
    const writes = records.writes;
    await jar.syncFromDocument(
      all([
        { name: 'keep', value: '1' },
        { name: 'change', value: '2' },
        { name: 'new', value: '3' },
      ]),
      NOW,
    );
    expect(records.writes).toBe(writes);
  });

  it('hides what the browser refused to mirror, so that guests still get it', async () => {
    const { jar, outcome, header } = await jarWith(['a=1']);
    await jar.hideFromScripts(outcome.visibleChanges, URL_, NOW);
    expect(header(URL_, { visible: all([]) })).toBe('a=1');
  });
});

describe('a jar of one host among strangers', () => {
  const url = 'http://hello.swerve.localhost/';
  const open = async (records: CookieRecordStore = new Records()) => CookieJar.open(records, NOW, { hostOnly: true });

  it('sets nothing for the site above it, and names the rule', async () => {
    const jar = await open();
    const { ignored } = await jar.setFromResponse(['a=1; Domain=swerve.localhost', 'b=2; Domain=hello.swerve.localhost', 'c=3'], url, NOW);
    expect(ignored.map(({ header }) => header)).toEqual(['a=1; Domain=swerve.localhost']);
    expect(jar.cookieHeader({ url, sameSite: 'strict', visible: null, nowMs: NOW })).toBe('b=2; c=3');
    expect(jar.cookieHeader({ url: 'http://below.hello.swerve.localhost/', sameSite: 'strict', visible: null, nowMs: NOW })).toBe(null);
  });

  it('takes nothing over that was set for the site above it', async () => {
    const records = new Records();
    const jar = await open(records);
    const visible: VisibleCookies = {
      url,
      cookies: [
        { name: 'tossed', value: 'x', path: '/', domain: 'swerve.localhost' },
        { name: 'own', value: 'y', path: '/', domain: null },
        { name: 'named', value: 'z', path: '/', domain: 'hello.swerve.localhost' },
      ],
    };
    expect(jar.cookieHeader({ url, sameSite: 'strict', visible, nowMs: NOW })).toBe('own=y; named=z');
    await jar.syncFromDocument(visible, NOW);
    expect([...records.map.values()].map(({ name }) => name).sort()).toEqual(['named', 'own']);
  });

  it('keeps its own where the browser tells name and value alone, and one of that name stands beside it', async () => {
    const jar = await open();
    await jar.setFromResponse(['session=own', 'other=1'], url, NOW);
    const header = (cookies: VisibleCookies['cookies']) => jar.cookieHeader({ url, sameSite: 'strict', visible: { url, cookies }, nowMs: NOW });
    const [own, tossed, other] = [
      { name: 'session', value: 'own' },
      { name: 'session', value: 'tossed' },
      { name: 'other', value: '1' },
    ];
    for (const cookies of [
      [own, tossed, other],
      [tossed, own, other],
    ]) {
      expect(header(cookies)).toBe('session=own; other=1');
      await jar.syncFromDocument({ url, cookies }, NOW);
      expect(header(cookies)).toBe('session=own; other=1');
    }
    // By itself it is what a script of this host made of it.
    expect(header([{ name: 'session', value: 'new' }, other])).toBe('session=new; other=1');
  });
});
