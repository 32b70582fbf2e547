import { describe, expect, it } from 'vitest';
import { readJsonLines } from '../../../../src/ui/api/json-lines.ts';

function streamOf(pieces: (string | Uint8Array)[], onCancel = () => {}): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const rest = pieces.map((piece) => (typeof piece === 'string' ? encoder.encode(piece) : piece));
  return new ReadableStream({
    pull(controller) {
      const next = rest.shift();
      if (next === undefined) controller.close();
      else controller.enqueue(next);
    },
    cancel: onCancel,
  });
}

async function all(stream: ReadableStream<Uint8Array>): Promise<unknown[][]> {
  const batches: unknown[][] = [];
  for await (const batch of readJsonLines(stream)) batches.push(batch);
  return batches;
}

describe('readJsonLines', () => {
  it('gives one batch for each piece, whatever the pieces cut', async () => {
    expect(await all(streamOf(['{"a":1}\n{"a":2}\n{"a"', ':3}\n', '\n', '4']))).toEqual([[{ a: 1 }, { a: 2 }], [{ a: 3 }], [4]]);
  });

  it('puts a character together that two pieces share', async () => {
    const bytes = new TextEncoder().encode('"ü"\n');
    expect(await all(streamOf([bytes.slice(0, 2), bytes.slice(2)]))).toEqual([['ü']]);
  });

  it('cancels the stream when the caller stops early', async () => {
    let isCancelled = false;
    const stream = streamOf(['1\n', '2\n'], () => {
      isCancelled = true;
    });
    for await (const _batch of readJsonLines(stream)) break;
    expect(isCancelled).toBe(true);
  });

  it('throws for a line that is not JSON', async () => {
    await expect(all(streamOf(['<html>\n']))).rejects.toThrow(SyntaxError);
  });
});
