import { describe, expect, it } from 'vitest';
import { RowSlots } from '../../../../src/ui/state/row-slots.ts';

const keys = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `row-${from + index}`);

describe('RowSlots', () => {
  it('keeps a row in its place, and gives the place of one that went to one that comes', () => {
    const slots = new RowSlots();
    expect(slots.assign(['a', 'b', 'c'])).toEqual(['a', 'b', 'c']);
    expect(slots.assign(['b', 'c', 'd'])).toEqual(['d', 'b', 'c']);
    expect(slots.assign(['c', 'd', 'e', 'f'])).toEqual(['d', 'e', 'c', 'f']);
  });

  it('keeps places when rows are sorted anew', () => {
    const slots = new RowSlots();
    slots.assign(['a', 'b', 'c']);
    expect(slots.assign(['c', 'a', 'b'])).toEqual(['a', 'b', 'c']);
  });

  it('scrolling through a thousand rows needs no more places than rows are there at once', () => {
    const slots = new RowSlots();
    for (let top = 0; top < 980; top += 7) {
      const there = keys(top, top + 20);
      const assigned = slots.assign(there);
      expect(assigned).toHaveLength(20);
      expect([...assigned].sort()).toEqual([...there].sort());
    }
  });

  it('a row that stays while all others go keeps its place', () => {
    const slots = new RowSlots();
    slots.assign(['focused', ...keys(0, 10)]);
    for (let top = 10; top < 100; top += 10) expect(slots.assign([...keys(top, top + 10), 'focused'])[0]).toBe('focused');
  });

  it('keeps some places for rows to come, and gives up those beyond', () => {
    const slots = new RowSlots();
    slots.assign(keys(0, 12));
    expect(slots.assign(keys(0, 10))).toEqual([...keys(0, 10), null, null]);
    expect(slots.assign(['row-1'])).toEqual([null, 'row-1', ...new Array(7).fill(null)]);
    expect(slots.assign([])).toEqual(new Array(8).fill(null));
  });
});
