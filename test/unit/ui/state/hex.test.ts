import { expect, it } from 'vitest';
import { hexRow, hexRowCount } from '../../../../src/ui/state/hex.ts';

it('a row has its offset, its bytes and what of them is ASCII', () => {
  const bytes = Uint8Array.from({ length: 20 }, (_, index) => (index === 17 ? 0x7e : index === 18 ? 0x7f : 0x3e + index));
  expect(hexRow(bytes, 0, 8)).toEqual({ offset: '00000000', bytes: ['3e', '3f', '40', '41', '42', '43', '44', '45'], text: '>?@ABCDE' });
  expect(hexRow(bytes, 2, 8)).toEqual({ offset: '00000010', bytes: ['4e', '7e', '7f', '51'], text: 'N~.Q' });
  expect(hexRow(new Uint8Array([0, 10, 255]), 0, 16)).toEqual({ offset: '00000000', bytes: ['00', '0a', 'ff'], text: '...' });
});

it.each([
  [0, 16, 0],
  [1, 16, 1],
  [16, 16, 1],
  [17, 16, 2],
  [17, 8, 3],
])('%i bytes at %i a row are %i rows', (sizeBytes, columns, rows) => {
  expect(hexRowCount(sizeBytes, columns)).toBe(rows);
});
