import { describe, expect, it } from 'vitest';
import { bootDocument, bootUrl, keptIdOf } from '../../../src/ingress/boot-document.ts';

const base = new URL('https://example.org/sub/');

describe('boot document', () => {
  it('has an address of its own, below the base, that names what was kept', () => {
    expect(bootUrl(base, 'once-1')).toBe('https://example.org/sub/_swerve/boot/once-1');
    expect(keptIdOf(base, bootUrl(base, 'once-1'))).toBe('once-1');
  });

  it.each(['', 'https://example.org/sub/', 'https://example.org/_swerve/boot/1', 'https://other.example/sub/_swerve/boot/1', 'about:client'])(
    'is not at %s',
    (url) => expect(keptIdOf(base, url)).toBe(null),
  );

  it('may be claimed by any page, whatever that makes of the address', () => {
    expect(() => keptIdOf(base, 'https://example.org/sub/_swerve/boot/%ff')).not.toThrow();
  });

  it('is HTML that is never cached and tells its script what was kept', async () => {
    const response = bootDocument(base, 'once-1', '/sub/_swerve/assets/host.js', 'hello');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const html = await response.text();
    expect(html).toContain('<meta name="swerve-boot" content="once-1" data-url="https://example.org/sub/_swerve/boot/once-1">');
    expect(html).toContain('src="/sub/_swerve/assets/host.js"');
    expect(html).toContain('<meta name="referrer" content="same-origin">');
    expect(html).toContain('<title>hello</title>');
  });
});
