import { expect, it } from 'vitest';
import { Unsaved } from '../../../../src/ui/state/unsaved.ts';

it('knows what is unsaved in words, until it is saved or may go', () => {
  const unsaved = new Unsaved();
  let told = 0;
  unsaved.subscribe(() => {
    told += 1;
  });
  expect(unsaved.isAny).toBe(false);
  unsaved.set('settings/1', 'the settings of hello');
  unsaved.set('settings/2', 'the settings of feed');
  expect(unsaved.isAny).toBe(true);
  expect(unsaved.items).toEqual(['the settings of hello', 'the settings of feed']);
  expect(told).toBe(2);
  unsaved.delete('settings/1');
  expect(unsaved.items).toEqual(['the settings of feed']);
  unsaved.clear();
  expect(unsaved.isAny).toBe(false);
  expect(told).toBe(4);
});

it('tells nobody of what has not changed', () => {
  const unsaved = new Unsaved();
  unsaved.set('a', 'the form');
  let told = 0;
  unsaved.subscribe(() => {
    told += 1;
  });
  unsaved.set('a', 'the form');
  unsaved.delete('b');
  expect(told).toBe(0);
});
