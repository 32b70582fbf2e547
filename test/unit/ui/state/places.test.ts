import { expect, it } from 'vitest';
import { Places } from '../../../../src/ui/state/places.ts';

it('each keeps its place while others come and go, and a free one is taken first', () => {
  const places = new Places();
  expect(places.update(['a', 'b', 'c'])).toEqual(['a', 'b', 'c']);
  expect(places.update(['a', 'c'])).toEqual(['a', null, 'c']);
  expect(places.update(['a', 'c', 'd', 'e'])).toEqual(['a', 'd', 'c', 'e']);
});

it('what is left closes up once more than half of the places are free', () => {
  const places = new Places();
  places.update(['a', 'b', 'c', 'd']);
  expect(places.update(['b', 'd'])).toEqual([null, 'b', null, 'd']);
  expect(places.update(['d'])).toEqual(['d']);
  expect(places.update([])).toEqual([]);
});
