import { describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode, RuntimeError } from '../../../src/core/errors.ts';
import { notFoundPage, problemResponse, wantsHtml } from '../../../src/http/problem.ts';

const CODES = Object.keys(ERRORS) as ErrorCode[];

describe('problemResponse', () => {
  it('is RFC 9457 with the error as members', async () => {
    const error = new RuntimeError('handler-timeout', 'hello did not answer in 30000 ms.', { details: { app: 'hello', status: 1, code: 'x' } });
    const response = problemResponse(error, { html: false, instance: 'r-1', headers: { 'x-a': '1' } });
    expect(response.status).toBe(504);
    expect(Object.fromEntries(response.headers)).toEqual({
      'cache-control': 'no-store',
      'content-type': 'application/problem+json',
      'swerve-error': 'handler-timeout',
      'x-a': '1',
    });
    expect(await response.json()).toEqual({
      type: 'urn:swerve:problem:handler-timeout',
      title: ERRORS['handler-timeout'].title,
      status: 504,
      detail: 'hello did not answer in 30000 ms.',
      instance: 'r-1',
      code: 'handler-timeout',
      app: 'hello',
    });
  });

  it.each(CODES)('%s: status, header and Retry-After', async (code) => {
    const response = problemResponse(new RuntimeError(code, 'm'), { html: true });
    expect(response.status).toBe(ERRORS[code].status);
    expect(response.headers.get('swerve-error')).toBe(code);
    expect(response.headers.get('retry-after')).toBe(ERRORS[code].status === 503 && ERRORS[code].retry ? '1' : null);
    expect(await response.text()).toContain(ERRORS[code].title.replace(/'/g, '&#39;'));
  });

  it('has no body for HEAD', async () => {
    const response = problemResponse(new RuntimeError('handler-trap', 'm'), { html: true, head: true });
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.body).toBeNull();
  });

  it('names the allowed methods', () => {
    const error = new RuntimeError('method-not-allowed', 'm', { details: { allow: ['GET', 'HEAD'] } });
    expect(problemResponse(error, { html: false }).headers.get('allow')).toBe('GET, HEAD');
  });

  it('escapes what comes from guests and tells no stack', async () => {
    const error = new RuntimeError('handler-trap', '<script>alert("1")</script>\nunreachable & \'so\'', { cause: new Error('secret cause') });
    const text = await problemResponse(error, { html: true, instance: '"><img>', panelUrl: '/_swerve/?a="b"' }).text();
    expect(text).toContain('<p>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;</p><p>unreachable &amp; &#39;so&#39;</p>');
    expect(text).toContain('href="/_swerve/?a=&quot;b&quot;"');
    expect(text).not.toContain('<script');
    expect(text).not.toContain('<img');
    expect(text).not.toMatch(/secret cause|problem\.test/);
  });

  it('offers to try again where that can help', async () => {
    const text = (code: ErrorCode) => problemResponse(new RuntimeError(code, 'm'), { html: true, panelUrl: '/p' }).text();
    expect(await text('host-unavailable')).toContain('Try again</a>');
    expect(await text('method-not-allowed')).not.toContain('Try again</a>');
  });
});

describe('notFoundPage', () => {
  const error = new RuntimeError('route-not-found', 'No route matches /x.');
  const route = (n: number) => ({ href: `/sub/r${n}%20x`, app: `app-${n}`, namespace: n === 0 ? 'default' : 'team', match: 'prefix' as const });

  it('lists routes for people', async () => {
    const response = notFoundPage([route(0), route(1), { ...route(2), host: 'h.test', match: 'exact' }], error, {
      html: true,
      url: 'http://h/x/%3Cb%3E',
      panelUrl: '/p',
    });
    const text = await response.text();
    expect(response.status).toBe(404);
    expect(text).toContain('<a href="/sub/r0%20x">');
    expect(text).toContain('/sub/r0 x<small>/…</small>');
    expect(text).toContain('<small>app-0</small>');
    expect(text).toContain('<small>team/app-1</small>');
    expect(text).toContain('<li><span><span class="path">h.test/sub/r2 x</span>');
    expect(text).toContain('/x/&lt;b&gt;');
  });

  it('lists routes for programs', async () => {
    const response = notFoundPage([route(0)], error, { html: false, url: 'http://h/x' });
    expect(response.headers.get('swerve-error')).toBe('route-not-found');
    expect(await response.json()).toMatchObject({ code: 'route-not-found', routes: [route(0)], routesTotal: 1 });
  });

  it('is kind when there are none, and short when there are many', async () => {
    expect(await notFoundPage([], error, { html: true, url: 'http://h/x', panelUrl: '/p' }).text()).toContain('No App is running here yet.');
    const text = await notFoundPage(
      Array.from({ length: 1000 }, (_, n) => route(n)),
      error,
      { html: true, url: 'http://h/x' },
    ).text();
    expect(text.match(/<li>/g)).toHaveLength(100);
    expect(text).toContain('and 900 more');
  });
});

describe('wantsHtml', () => {
  it.each([
    ['navigate', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
    ['navigate', null, true],
    ['navigate', '*/*', true],
    ['navigate', 'application/json', false],
    ['cors', '*/*', false],
    ['cors', 'application/json', false],
    ['cors', 'text/html', true],
    [undefined, 'text/html;q=0.5, application/json', false],
    [undefined, 'text/html, application/json;q=0.9', true],
    [undefined, 'text/html;q=0', false],
    [undefined, null, false],
  ])('%s, %s: %s', (mode, accept, expected) => {
    const headers = new Headers(accept === null ? {} : { accept });
    expect(wantsHtml(mode === undefined ? { headers } : { mode, headers })).toBe(expected);
  });
});
