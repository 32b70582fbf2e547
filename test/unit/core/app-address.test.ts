import { describe, expect, it } from 'vitest';
import { appAddresses, routeAddress } from '../../../src/core/app-address.ts';

const base = new URL('http://swerve.localhost:8080/');
const own = { at: 'own', origin: 'http://hello.swerve.localhost:8080' } as const;
const shared = { at: 'shared', reason: null } as const;
const at = (place: Parameters<typeof appAddresses>[1], ...routes: { path: string; host?: string }[]) => appAddresses({ spec: { routes } }, place, base);

describe('appAddresses', () => {
  it('is the root of its own origin, whatever its paths are', () => {
    expect(at(own, { path: '/hello' }, { path: '/other' })).toEqual(['http://hello.swerve.localhost:8080/']);
  });

  it('has the hosts of the site that its routes name, and no others', () => {
    expect(at(own, { path: '/hello' }, { path: '/cart', host: 'shop.swerve.localhost' }, { path: '/', host: 'shop.example.com' })).toEqual([
      'http://hello.swerve.localhost:8080/',
      'http://shop.swerve.localhost:8080/cart',
    ]);
  });

  it('begins with the routes that name its origin, for they replace the root', () => {
    const routes = [
      { path: '/', host: 'shop.swerve.localhost' },
      { path: '/start', host: 'hello.swerve.localhost' },
    ];
    expect(at(own, ...routes)).toEqual(['http://hello.swerve.localhost:8080/start', 'http://shop.swerve.localhost:8080/']);
  });

  it('is each route where Apps share an origin', () => {
    expect(at(shared, { path: '/hello' }, { path: '/', host: 'example.com' })).toEqual(['http://swerve.localhost:8080/hello', 'http://example.com:8080/']);
    expect(routeAddress({ path: '/hello' }, new URL('https://example.org/sub/'))).toBe('https://example.org/sub/hello');
  });

  it('is nowhere for an App that insists on what cannot be had', () => {
    expect(at({ at: 'nowhere', reason: 'x' }, { path: '/hello' })).toEqual([]);
  });
});
