import type { Block } from '../../../src/wasi/handler.ts';

const cell = new Int32Array(new SharedArrayBuffer(4));

/** What happens while a guest blocks its thread: the next of `steps` each time; after the last, only the time that it asked for passes. */
export function scriptedBlock(...steps: (() => void)[]): Block & { readonly askedMs: (number | null)[] } {
  const askedMs: (number | null)[] = [];
  const block: Block = (timeoutMs) => {
    askedMs.push(timeoutMs);
    const step = steps.shift();
    if (step) return step();
    if (timeoutMs === null) throw new Error('the guest would wait for ever');
    Atomics.wait(cell, 0, 0, timeoutMs);
  };
  return Object.assign(block, { askedMs });
}
