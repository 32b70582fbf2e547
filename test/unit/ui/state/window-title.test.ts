import { describe, expect, it } from 'vitest';
import { appsShownBy } from '../../../../src/ui/state/badge.ts';
import { titleOf } from '../../../../src/ui/state/window-title.ts';

describe('the title of the window', () => {
  it('is the view and Swerve', () => {
    expect(titleOf({ name: 'home' }, 0)).toBe('Apps · Swerve');
    expect(titleOf({ name: 'console' }, 0)).toBe('Request console · Swerve');
    expect(titleOf({ name: 'app', namespace: 'default', app: 'hello', tab: 'logs' }, 0)).toBe('hello · Swerve');
  });

  it('counts the Apps in which something is wrong', () => expect(titleOf({ name: 'cluster' }, 2)).toBe('(2) Cluster · Swerve'));
});

describe('a view shows', () => {
  it('all Apps, one, or none', () => {
    expect(appsShownBy({ name: 'home' })).toBeNull();
    expect(appsShownBy({ name: 'app', namespace: 'default', app: 'hello', tab: 'logs' })).toEqual({ namespace: 'default', app: 'hello' });
    expect(appsShownBy({ name: 'console' })).toBeUndefined();
  });
});
