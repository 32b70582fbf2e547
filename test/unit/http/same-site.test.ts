import { describe, expect, it } from 'vitest';
import { isTopLevelDestination, sameSiteContext } from '../../../src/http/same-site.ts';

describe('sameSiteContext', () => {
  const url = 'https://app.swerve.test/x';
  it.each([
    ['cors', 'POST', '', 'strict'],
    ['no-cors', 'GET', 'https://evil.test/', 'strict'],
    ['navigate', 'GET', '', 'strict'],
    ['navigate', 'GET', 'about:client', 'strict'],
    ['navigate', 'POST', '', 'none'],
    ['navigate', 'GET', 'https://app.swerve.test/y', 'strict'],
    ['navigate', 'POST', 'https://app.swerve.test/y', 'strict'],
    ['navigate', 'POST', 'https://swerve.test/', 'strict'],
    ['navigate', 'GET', 'https://evil.test/', 'lax'],
    ['navigate', 'HEAD', 'https://evil.test/', 'lax'],
    ['navigate', 'POST', 'https://evil.test/', 'none'],
    ['navigate', 'GET', 'http://app.swerve.test/', 'lax'],
    ['navigate', 'GET', 'https://notapp.swerve.test.evil.test/', 'lax'],
    ['navigate', 'GET', 'https://evilapp.swerve.test/', 'lax'],
    ['navigate', 'GET', 'https://test/', 'lax'],
    ['navigate', 'GET', 'nonsense', 'lax'],
  ] as const)('%s %s from %j: %s', (requestMode, method, referrer, expected) => {
    expect(sameSiteContext({ requestMode, method, referrer, url, isTopLevel: true })).toBe(expected);
  });

  it('gives a frame nothing of a foreign navigation', () => {
    expect(sameSiteContext({ requestMode: 'navigate', method: 'GET', referrer: 'https://evil.test/', url, isTopLevel: false })).toBe('none');
  });

  it('takes hosts of one deployment for one site', () => {
    const facts = { requestMode: 'navigate', method: 'POST', referrer: 'http://b.swerve.localhost/', url: 'http://a.swerve.localhost/', isTopLevel: true };
    expect(sameSiteContext(facts)).toBe('none');
    expect(sameSiteContext({ ...facts, siteHost: 'swerve.localhost' })).toBe('strict');
  });

  it('knows frames by their destination', () => {
    expect(['document', '', 'iframe', 'object'].map(isTopLevelDestination)).toEqual([true, true, false, false]);
  });
});
