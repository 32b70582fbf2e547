import { describe, expect, it } from 'vitest';
import { deploymentBase, SYSTEM_PREFIX } from '../../../src/core/deployment.ts';

describe('deploymentBase', () => {
  it.each([
    ['https://example.org/_swerve/assets/host-1a2b.js', 'https://example.org/'],
    ['https://example.org/sub/_swerve/sw.js?x=1#y', 'https://example.org/sub/'],
    ['https://example.org/a/b/_swerve/assets/deep/x.js', 'https://example.org/a/b/'],
    ['http://localhost:8080/_swerve/main.js', 'http://localhost:8080/'],
    // The build's own folder is the last of that name.
    ['https://example.org/_swerve/tenant/_swerve/main.js', 'https://example.org/_swerve/tenant/'],
    // A service worker must lie at its scope, so it may be outside of the folder.
    ['https://example.org/sub/sw.js', 'https://example.org/sub/'],
    ['https://example.org/my_swerve/sw.js', 'https://example.org/my_swerve/'],
  ])('of %s is %s', (script, base) => expect(deploymentBase(script).href).toBe(base));

  it('is where the system prefix resolves to the folder of the script', () => {
    expect(new URL(SYSTEM_PREFIX, deploymentBase('https://example.org/sub/_swerve/main.js')).href).toBe('https://example.org/sub/_swerve/');
  });
});
