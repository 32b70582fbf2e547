import { describe, expect, it } from 'vitest';
import { hrefOfRoute, hrefOfVolume, viewOfHash } from '../../../src/ui/links.ts';

describe('viewOfHash', () => {
  it.each(['', '#', '#/', '#/apps', '#/apps/'])('is home for "%s"', (hash) => {
    expect(viewOfHash(hash)).toEqual({ name: 'home' });
  });

  it('reads namespace and name of an App', () => {
    expect(viewOfHash('#/apps/default/hello')).toEqual({ name: 'app', namespace: 'default', app: 'hello', tab: 'overview' });
    expect(viewOfHash('#/apps/default/hello/logs')).toMatchObject({ name: 'app', app: 'hello', tab: 'logs' });
    expect(viewOfHash('#/console?path=/hello')).toEqual({ name: 'console' });
  });

  it('reads a volume and a directory in it', () => {
    expect(viewOfHash('#/volumes/default/site')).toEqual({ name: 'volume', namespace: 'default', volume: 'site', path: '' });
    const path = 'a b/50%/ü';
    expect(viewOfHash(hrefOfVolume('default', 'site', path))).toEqual({ name: 'volume', namespace: 'default', volume: 'site', path });
  });

  it.each([
    '#/volumes/default',
    '#/volumes/default/No Name',
    '#/volumes/default/site/%',
    '#/nothing',
    '#/apps/default',
    '#/apps/default/Not A Name',
    '#/apps/a/b/c',
  ])('is unknown for "%s"', (hash) => {
    expect(viewOfHash(hash)).toEqual({ name: 'unknown' });
  });
});

describe('hrefOfRoute', () => {
  it('lies below the base of the deployment', () => {
    expect(hrefOfRoute({ path: '/hello' }, new URL('https://example.org/sub/'))).toBe('https://example.org/sub/hello');
    expect(hrefOfRoute({ path: '/' }, new URL('https://example.org/sub/'))).toBe('https://example.org/sub/');
  });

  it('never leaves the origin for a path that looks like a host', () => {
    expect(hrefOfRoute({ path: '//evil.example/x' }, new URL('https://example.org/'))).toMatch(/^https:\/\/example\.org\//);
  });

  it('is on the host that the route names', () => {
    expect(hrefOfRoute({ path: '/x', host: 'a.localhost' }, new URL('http://localhost:8080/'))).toBe('http://a.localhost:8080/x');
  });
});
