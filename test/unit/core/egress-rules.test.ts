import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { CapabilitiesSchema } from '../../../src/core/capabilities.ts';
import { appOfClusterHost, isClusterHost } from '../../../src/core/cluster-address.ts';
import { type EgressRule, isPermitted, parseOriginPattern } from '../../../src/core/egress-rules.ts';

describe('parseOriginPattern', () => {
  it.each([
    ['https://api.example.com', { scheme: 'https', host: 'api.example.com', isWildcard: false, port: 443 }],
    ['http://127.0.0.1:8080', { scheme: 'http', host: '127.0.0.1', isWildcard: false, port: 8080 }],
    ['http://[::1]:1', { scheme: 'http', host: '[::1]', isWildcard: false, port: 1 }],
    ['https://*.example.com:8443', { scheme: 'https', host: 'example.com', isWildcard: true, port: 8443 }],
    ['http://localhost', { scheme: 'http', host: 'localhost', isWildcard: false, port: 80 }],
    ['http://api.default.svc.cluster.local', { scheme: 'http', host: 'api.default.svc.cluster.local', isWildcard: false, port: 80 }],
    ['http://*.default.svc.cluster.local', { scheme: 'http', host: 'default.svc.cluster.local', isWildcard: true, port: 80 }],
  ])('takes %s apart', (pattern, parts) => {
    expect(parseOriginPattern(pattern)).toEqual(parts);
  });

  it.each([
    ['example.com', /scheme and host/],
    ['', /scheme and host/],
    ['*', /scheme and host/],
    ['ftp://example.com', /must begin with http:\/\/ or https:\/\//],
    ['HTTPS://example.com', /must begin with/],
    ['https://example.com/', /must end after the host/],
    ['https://example.com/v1', /must end after the host/],
    ['https://example.com?x', /must end after the host/],
    ['https://user@example.com', /must end after the host/],
    ['https://*', /first label/],
    ['https://api.*.com', /first label/],
    ['https://*.*.com', /first label/],
    ['https://a*.example.com', /first label/],
    ['https://', /no host/],
    ['https://*.', /no host/],
    ['https://example.com.', /no host/],
    ['https://exa mple.com', /no host/],
    ['https://Example.com', /as addresses do: example\.com/],
    ['https://bücher.example', /as addresses do: xn--bcher-kva\.example/],
    ['http://0x7f.1', /as addresses do: 127\.0\.0\.1/],
    ['http://*.127.0.0.1', /before a name only/],
    ['http://*.[::1]', /before a name only/],
    ['http://example.com:0', /port/],
    ['http://example.com:65536', /port/],
    ['http://example.com:*', /port/],
    ['http://example.com:', /port/],
    ['https://api.default.svc.cluster.local', /http:\/\/ at port 80/],
    ['http://api.default.svc.cluster.local:8080', /http:\/\/ at port 80/],
    ['https://*.svc.cluster.local', /http:\/\/ at port 80/],
  ])('refuses %s and says why', (pattern, reason) => {
    expect(parseOriginPattern(pattern)).toEqual({ reason: expect.stringMatching(reason) });
  });
});

describe('isPermitted', () => {
  const permits = (rules: EgressRule[], url: string, method = 'GET') => isPermitted(rules, method, new URL(url));

  it('compares scheme, host and port, and no more', () => {
    const rules = ['https://api.example.com'];
    expect(permits(rules, 'https://api.example.com/any?thing')).toBe(true);
    expect(permits(rules, 'https://API.example.com:443/')).toBe(true);
    for (const other of [
      'http://api.example.com/',
      'https://api.example.com:8443/',
      'https://example.com/',
      'https://x.api.example.com/',
      'https://api.example.com.evil.test/',
    ])
      expect(permits(rules, other), other).toBe(false);
  });

  it('takes a wildcard for names below, at any depth, and not for the name itself', () => {
    const rules = ['https://*.example.com'];
    expect(permits(rules, 'https://a.example.com/')).toBe(true);
    expect(permits(rules, 'https://a.b.example.com/')).toBe(true);
    expect(permits(rules, 'https://example.com/')).toBe(false);
    expect(permits(rules, 'https://badexample.com/')).toBe(false);
  });

  it('looks at methods where a rule names some', () => {
    const rules = [{ origin: 'https://a.test', methods: ['GET', 'HEAD'] }, 'https://b.test'];
    expect(permits(rules, 'https://a.test/', 'HEAD')).toBe(true);
    expect(permits(rules, 'https://a.test/', 'POST')).toBe(false);
    expect(permits(rules, 'https://b.test/', 'POST')).toBe(true);
  });

  it('lets nothing out without a rule, or by one that is none', () => {
    expect(permits([], 'https://a.test/')).toBe(false);
    expect(permits(['nonsense', 'https://*'], 'https://a.test/')).toBe(false);
  });
});

describe('inner names', () => {
  it.each([
    ['api.default.svc.cluster.local', { namespace: 'default', name: 'api' }],
    ['a-b.team-1.svc.cluster.local', { namespace: 'team-1', name: 'a-b' }],
    ['default.svc.cluster.local', null],
    ['a.b.c.svc.cluster.local', null],
    ['.default.svc.cluster.local', null],
    ['api.default.svc.cluster.local.example.com', null],
    ['example.com', null],
  ])('%s', (hostname, app) => {
    expect(appOfClusterHost(hostname)).toEqual(app);
  });

  it('are inner even when no App can have them', () => {
    expect(isClusterHost('a.b.c.svc.cluster.local')).toBe(true);
    expect(isClusterHost('svc.cluster.local')).toBe(false);
  });
});

describe('capabilities.http', () => {
  const issuesOf = (http: unknown): string[] => {
    const result = v.safeParse(CapabilitiesSchema, { http });
    return result.success ? [] : result.issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`);
  };

  it('takes patterns, alone or with methods', () => {
    expect(issuesOf({ allow: [] })).toEqual([]);
    expect(issuesOf({ allow: ['https://a.test', { origin: 'https://*.b.test', methods: ['GET', 'PURGE'] }], maxInFlight: 4 })).toEqual([]);
  });

  it.each([
    [{ allow: ['https://a.test/x'] }, /^http\.allow\.0: must end after the host/],
    [{ allow: [{ origin: 'a.test', methods: ['GET'] }] }, /^http\.allow\.0\.origin: must be scheme and host/],
    [{ allow: [{ origin: 'https://a.test', methods: ['get'] }] }, /^http\.allow\.0\.methods\.0: must be a method in capitals/],
    [{ allow: [{ origin: 'https://a.test', methods: [] }] }, /^http\.allow\.0\.methods: must name a method/],
    [{ allow: [{ origin: 'https://a.test', methods: ['CONNECT'] }] }, /browsers do not send/],
    [{ allow: ['https://a.test', 'https://a.test'] }, /^http\.allow: must not say the same twice/],
    [{ allow: [7] }, /^http\.allow\.0/],
    [{ allow: [], maxInFlight: 0 }, /^http\.maxInFlight/],
    [{}, /^http\.allow/],
    [{ allow: [], redirects: true }, /^http\.redirects/],
  ])('refuses %j and names the field', (http, issue) => {
    expect(issuesOf(http)).toEqual([expect.stringMatching(issue)]);
  });
});
