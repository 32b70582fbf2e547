import { describe, expect, it } from 'vitest';
import { hostScriptAllowed, pageScriptAllowed } from '../../../src/http/content-security-policy.ts';

const SCRIPT = 'https://swerve.test/_swerve/host.js';
const DOCUMENT = 'https://swerve.test/hello/';
const check = (policies: string[], script = SCRIPT, document = DOCUMENT) => hostScriptAllowed(policies, script, document);

describe('hostScriptAllowed', () => {
  it.each([
    [''],
    ["img-src 'none'"],
    ["default-src 'self'"],
    ["script-src 'self'"],
    ["SCRIPT-SRC 'SELF'"],
    ['script-src *'],
    ['script-src https:'],
    ['script-src http:'],
    ['script-src swerve.test'],
    ['script-src SWERVE.test:443'],
    ['script-src https://swerve.test/_swerve/'],
    ['script-src http://swerve.test/_swerve/host.js'],
    ['script-src swerve.test/%5Fswerve/host.js'],
    ["default-src 'none'; script-src 'self'"],
    ["script-src 'none'; script-src-elem 'self'; worker-src 'self'"],
    ["script-src 'none' 'self'"],
    ['sandbox allow-scripts allow-same-origin'],
    ["script-src 'self', img-src 'none'"],
    ["script-src 'self'; script-src 'none'"],
  ])('allows: %s', (policy) => {
    expect(check([policy])).toEqual({ allowed: true, nonce: null });
  });

  it.each([
    ["script-src 'none'", /script-src 'none'/],
    ['script-src', /worker/],
    ['script-src ws: wss:', /ws:/],
    ["default-src 'none'", /default-src 'none'/],
    ["script-src-elem 'none'", /script-src-elem/],
    ['script-src other.test', /other\.test/],
    ['script-src *.swerve.test', /swerve/],
    ['script-src swerve.test:8443', /8443/],
    ['script-src swerve.test/other/', /other/],
    ['script-src swerve.test/_swerve', /_swerve/],
    ["script-src 'unsafe-inline'", /unsafe-inline/],
    ["script-src 'sha256-AAAA'", /sha256/],
    ["script-src 'self'; worker-src 'none'", /worker-src 'none'/],
    ["script-src 'self'; child-src blob:", /child-src blob:/],
    ['sandbox', /allow-scripts and allow-same-origin/],
    ['sandbox allow-scripts', /without allow-same-origin/],
    ["script-src 'self' 'strict-dynamic'", /strict-dynamic/],
    ["script-src 'self', script-src 'none'", /none/],
    ["require-trusted-types-for 'script'", /trusted/],
    ["script-src 'nonce-a\"b'; worker-src 'self'", /nonce/],
  ])('forbids: %s', (policy, reason) => {
    expect(check([policy])).toEqual({ allowed: false, reason: expect.stringMatching(reason) });
  });

  it.each([
    [["script-src 'nonce-abc123=='; worker-src 'self'"], 'abc123=='],
    [["script-src 'nonce-abc' 'strict-dynamic'"], 'abc'],
    [["default-src 'nonce-abc' 'strict-dynamic'"], 'abc'],
    [["script-src 'nonce-abc' 'strict-dynamic'", "script-src 'self'"], 'abc'],
    [["script-src 'self' 'nonce-abc'"], null],
    [["script-src 'nonce-a' 'nonce-b' 'strict-dynamic'", "script-src 'nonce-b' 'self' 'strict-dynamic'"], 'b'],
  ])('nonces: %j', (policies, nonce) => {
    expect(check(policies)).toEqual({ allowed: true, nonce });
  });

  it('needs one nonce that every policy knows', () => {
    expect(check(["script-src 'nonce-a' 'strict-dynamic'", "script-src 'nonce-b' 'strict-dynamic'"]).allowed).toBe(false);
  });

  it('a nonce does not cover workers', () => {
    expect(check(["default-src 'nonce-a'"]).allowed).toBe(false);
  });

  it.each([
    ["script-src 'self'", 'http://localhost:5000/s.js', 'http://localhost:5000/', true],
    ["script-src 'self'", 'http://localhost:5001/s.js', 'http://localhost:5000/', false],
    ['script-src localhost:5000', 'http://localhost:5000/s.js', 'http://localhost:5000/', true],
    ['script-src localhost', 'http://localhost:5000/s.js', 'http://localhost:5000/', false],
    ['script-src localhost:*', 'http://localhost:5000/s.js', 'http://localhost:5000/', true],
    ['script-src https://localhost:5000', 'http://localhost:5000/s.js', 'http://localhost:5000/', false],
    ['script-src 127.0.0.1:*', 'http://127.0.0.1:5000/s.js', 'http://127.0.0.1:5000/', true],
    ['script-src 10.0.0.1:*', 'http://10.0.0.1:5000/s.js', 'http://10.0.0.1:5000/', false],
    ['script-src *.swerve.test', 'https://a.swerve.test/s.js', 'https://b.swerve.test/', true],
    ["script-src 'self'", 'https://swerve.test/s.js', 'http://swerve.test/', true],
  ])('%s for %s in %s: %s', (policy, script, document, allowed) => {
    expect(check([policy], script, document).allowed).toBe(allowed);
  });
});

describe('pageScriptAllowed', () => {
  const page = 'https://hello.swerve.test/';
  const check = (policy: string) => pageScriptAllowed([policy], `${page}_swerve/page.js`, 'https://swerve.test/_swerve/frame.html', page);

  it.each([
    [''],
    ["script-src 'self'"],
    ["worker-src 'none'"],
    ["require-trusted-types-for 'script'"],
    ["default-src 'self'; frame-src https://swerve.test"],
    ["default-src 'self'; child-src *"],
  ])('%s lets it run and hold its frame', (policy) => expect(check(policy)).toEqual({ allowed: true, nonce: null }));

  it.each([
    ["frame-src 'none'", /frame-src 'none'.*frame\.html/],
    ["default-src 'self'", /default-src 'self'.*frame/],
    ["child-src 'self'", /child-src/],
    ["script-src 'none'; frame-src *", /script-src 'none'/],
    ['sandbox allow-scripts', /allow-same-origin/],
  ])('%s does not', (policy, reason) => expect(check(policy)).toEqual({ allowed: false, reason: expect.stringMatching(reason) }));
});
