import { describe, expect, it } from 'vitest';
import { appOfLabel, labelBelow, type OriginMode, PROBE_LABEL, placeOf, siteRefusal } from '../../../src/core/app-origin.ts';

const base = new URL('http://swerve.localhost:8080/');
const own: OriginMode = { mode: 'own', checkedAtMs: 0 };
const shared: OriginMode = { mode: 'shared', reason: 'no subdomains', checkedAtMs: 0 };
const app = (name: string, namespace = 'default', origin?: 'own' | 'shared') => ({ metadata: { name, namespace }, spec: { document: { origin } } });

describe('the place of an App', () => {
  it.each([
    ['hello', 'default', 'http://hello.swerve.localhost:8080'],
    ['hello', 'team', 'http://hello--team.swerve.localhost:8080'],
    ['a--b', 'default', 'http://a--b--default.swerve.localhost:8080'],
  ])('%s in %s is at %s', (name, namespace, origin) => {
    expect(placeOf(app(name, namespace), base, own)).toEqual({ at: 'own', origin });
    expect(appOfLabel(labelBelow(base, new URL(origin).host) ?? '')).toEqual({ name, namespace });
  });

  it.each([
    ['a', 'b--c', /"--"/],
    ['xn', 'team', /Punycode/],
    ['a'.repeat(63), 'team', /63/],
    ['swerve', 'probe', /looks whether/],
  ])('%s in %s can have no host name', (name, namespace, why) => {
    expect(placeOf(app(name, namespace), base, own)).toEqual({ at: 'shared', reason: expect.stringMatching(why) });
    expect(placeOf(app(name, namespace, 'own'), base, own)).toEqual({ at: 'nowhere', reason: expect.stringMatching(why) });
  });

  it('follows the deployment unless the App insists', () => {
    expect(placeOf(app('hello'), base, shared)).toEqual({ at: 'shared', reason: 'no subdomains' });
    expect(placeOf(app('hello', 'default', 'own'), base, shared)).toEqual({ at: 'nowhere', reason: 'no subdomains' });
    expect(placeOf(app('hello', 'default', 'shared'), base, own)).toEqual({ at: 'shared', reason: null });
    expect(placeOf(app('hello'), base, null).at).toBe('shared');
  });
});

it('two Apps never have the same label', () => {
  expect(appOfLabel('hello--default')).toBeNull();
  expect(appOfLabel('a--b')).toEqual({ name: 'a', namespace: 'b' });
  expect(appOfLabel(PROBE_LABEL)).toBeNull();
});

it.each([
  ['hello.swerve.localhost:8080', 'hello'],
  ['a.b.swerve.localhost:8080', null],
  ['swerve.localhost:8080', null],
  ['hello.swerve.localhost', null],
  ['evilswerve.localhost:8080', null],
])('the label of %s is %s', (host, label) => expect(labelBelow(base, host)).toBe(label));

it.each([
  ['http://localhost:8080/', /swerve\.localhost:8080/],
  ['http://127.0.0.1:8080/', /address/],
  ['http://[::1]:8080/', /address/],
  ['https://example.org/sub/', /\/sub\//],
  ['https://example.org/', null],
])('%s: why not', (url, why) => {
  const refusal = siteRefusal(new URL(url));
  if (why === null) expect(refusal).toBeNull();
  else expect(refusal).toMatch(why);
});
