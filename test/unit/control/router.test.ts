import { describe, expect, it } from 'vitest';
import { formatLogLine, parseLogQuery } from '../../../src/control/api/app-logs.ts';
import type { ApiDependencies } from '../../../src/control/api/context.ts';
import { handleApi } from '../../../src/control/api/router.ts';
import { timeOrderedUid } from '../../../src/control/uid.ts';
import { systemClock } from '../../../src/core/clock.ts';

/** These requests are decided before anything is read or written. */
const dependencies = {
  version: '0.1.0',
  store: {},
  clock: systemClock,
} as unknown as ApiDependencies;

function call(method: string, path: string, init: RequestInit = {}): Promise<Response> {
  const request = new Request(`http://localhost/_swerve/${path}`, { method, ...init });
  return handleApi(request, '/_swerve/', path.split('?')[0] ?? '', dependencies);
}

describe('handleApi', () => {
  it('answers unknown addresses in the form of their part', async () => {
    const kubernetes = await call('GET', 'apis/swerve.dev/v1/foos');
    expect([kubernetes.status, await kubernetes.json()]).toEqual([
      404,
      expect.objectContaining({ kind: 'Status', reason: 'NotFound', message: 'the server could not find the requested resource' }),
    ]);
    const plain = await call('GET', 'foos');
    expect([plain.status, plain.headers.get('content-type'), plain.headers.get('swerve-error')]).toEqual([404, 'application/problem+json', 'route-not-found']);
  });

  it('names the methods that it takes', async () => {
    const refused = await call('PATCH', 'modules');
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, POST, HEAD, OPTIONS']);
    const app = await call('POST', 'apis/swerve.dev/v1/namespaces/default/apps/x', { body: '{}' });
    expect([app.status, app.headers.get('allow'), (await app.json()).reason]).toEqual([405, 'GET, PUT, PATCH, DELETE, HEAD, OPTIONS', 'MethodNotAllowed']);
    expect((await call('OPTIONS', 'modules')).status).toBe(204);
  });

  it('answers HEAD without a body', async () => {
    const response = await call('HEAD', 'version');
    expect([response.status, response.body, response.headers.get('content-type')]).toEqual([200, null, 'application/json']);
    expect((await (await call('GET', 'version')).json()).swerve).toBe('0.1.0');
    expect((await (await call('GET', 'version/')).json()).swerve).toBe('0.1.0');
  });

  it.each([undefined, '{}', '{"confirm":"yes"}', '"everything"', 'null'])('resets nothing for the body %s', async (body) => {
    const response = await call('DELETE', 'storage', body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } });
    expect([response.status, (await response.json()).detail]).toEqual([400, expect.stringContaining('{"confirm":"everything"}')]);
  });

  it.each([
    ['POST', 'application/yaml', 'kind: App', 415],
    ['POST', 'application/json', '{', 400],
    ['POST', 'application/json', 'null', 400],
    ['POST', 'application/json', '{"metadata":{"name":"a","resourceVersion":"3"},"spec":{}}', 422],
  ])('%s of %s %s: %d', async (method, type, body, status) => {
    const response = await call(method, 'apis/swerve.dev/v1/namespaces/default/apps', { body, headers: { 'content-type': type } });
    expect([response.status, (await response.json()).kind]).toEqual([status, 'Status']);
  });

  it('refuses patches that are no merge patches, and bad queries', async () => {
    const app = 'apis/swerve.dev/v1/namespaces/default/apps/a';
    for (const type of ['application/json-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml']) {
      expect((await call('PATCH', app, { body: '{}', headers: { 'content-type': type } })).status).toBe(415);
    }
    expect((await call('GET', 'modules/sha256:xyz')).status).toBe(400);
    expect((await call('GET', 'modules/%E0%A4')).status).toBe(400);
    expect((await call('GET', `${app}/log?tailLines=-1`)).status).toBe(400);
    expect((await call('GET', 'apis/swerve.dev/v1/apps?labelSelector=a%20b')).status).toBe(400);
  });
});

describe('logs', () => {
  it('writes lines as Kubernetes does', () => {
    expect(formatLogLine({ atMs: 1, stream: 'system', instance: '', text: 'hi' })).toBe('1970-01-01T00:00:00.001000000Z system - hi');
  });

  it('reads its query', () => {
    expect(parseLogQuery(new URLSearchParams('tailLines=5&sinceSeconds=10&follow'), 60_000)).toEqual({
      tailLines: 5,
      sinceMs: 50_000,
      instance: null,
      follow: true,
    });
    expect(parseLogQuery(new URLSearchParams('sinceTime=1970-01-01T00:00:01Z&instance=i&follow=false'), 0)).toEqual({
      tailLines: null,
      sinceMs: 1000,
      instance: 'i',
      follow: false,
    });
    expect(() => parseLogQuery(new URLSearchParams('sinceTime=yesterday'), 0)).toThrow(/RFC 3339/);
  });
});

describe('timeOrderedUid', () => {
  it('is a version 7 UUID that sorts by time', () => {
    const uid = timeOrderedUid(1_700_000_000_000, new Uint8Array(10).fill(255));
    expect(uid).toBe('018bcfe5-6800-7fff-bfff-ffffffffffff');
    expect(uid < timeOrderedUid(1_700_000_000_001, new Uint8Array(10))).toBe(true);
  });
});
