import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { iconAddress } from '../../../src/ui/icons.ts';

it('every icon that the library asks for is drawn, and needs no network', () => {
  // The names in the components of the library that the panel uses.
  for (const name of [
    'check',
    'chevron-down',
    'chevron-left',
    'chevron-right',
    'circle-xmark',
    'copy',
    'ellipsis',
    'minus',
    'plus',
    'xmark',
    'pause',
    'play',
  ]) {
    expect(iconAddress(name), name).toMatch(/^data:image\/svg\+xml,/);
    expect(decodeURIComponent(iconAddress(name)), name).toContain('<path');
  }
  expect(iconAddress('nobody-drew-this')).toMatch(/^data:/);
});

it('no element of ours asks the library for an icon: its default set is on another origin', () => {
  const folder = new URL('../../../src/ui/', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && name !== 'library-icons.ts');
  expect(files.length).toBeGreaterThan(20);
  const asking = files.filter((name) => /<wa-icon|createElement\('wa-icon/.test(readFileSync(new URL(name, folder), 'utf8')));
  expect(asking).toEqual([]);
});
