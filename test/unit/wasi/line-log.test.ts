import { expect, it } from 'vitest';
import { createLineLog } from '../../../src/wasi/line-log.ts';

function linesOf(...pieces: (string | Uint8Array)[]): string[] {
  const lines: string[] = [];
  const log = createLineLog((line) => lines.push(line));
  for (const piece of pieces) log.write(typeof piece === 'string' ? Buffer.from(piece) : piece);
  log.close();
  return lines;
}

it('splits at LF and CRLF, over pieces, and keeps a last line without an end', () => {
  expect(linesOf('on', 'e\r\ntwo\n', '\nth', 'ree')).toEqual(['one', 'two', '', 'three']);
  expect(linesOf('x\n')).toEqual(['x']);
  expect(linesOf()).toEqual([]);
});

it('joins UTF-8 that was split', () => {
  const bytes = Buffer.from('日本\n');
  expect(linesOf(bytes.subarray(0, 2), bytes.subarray(2))).toEqual(['日本']);
});

it('cuts a line over 16 KiB and says how much', () => {
  const [line, next] = linesOf('é'.repeat(10_000), '\nnext');
  expect(Buffer.byteLength(line ?? '')).toBeLessThanOrEqual(16_384);
  expect(line).toMatch(/^é+ … \[line cut: \d+ more bytes\]$/);
  const kept = (line ?? '').replace(/ … .*/, '').length * 2;
  expect(line).toContain(`${20_000 - kept} more bytes`);
  expect(next).toBe('next');
});
