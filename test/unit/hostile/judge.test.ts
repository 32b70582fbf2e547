import { expect, it } from 'vitest';
import { RuntimeError } from '../../../src/core/errors.ts';
import { limitMemory } from '../../../src/wasm/memory-limit.ts';
import { sniffModule } from '../../../src/wasm/sniff.ts';
import { hostileFile } from '../../hostile/corpus.ts';
import { FUZZ_COUNT, FUZZ_SEED } from '../../hostile/order.ts';
import { readSeeds } from '../../hostile/seeds.ts';
import { judge } from '../wasm/assemble.ts';

/** The pure part of an upload: what a file is, and its memory limited, without a browser. */
const COUNT = FUZZ_COUNT ?? 3_000;
/** Not the files that the browser's test uploads. */
const RUN = FUZZ_SEED + 1_000_000;

/** A file is accepted or refused in the one way that callers handle, and then limited or refused; anything else is a breach. */
async function verdictOn(bytes: Uint8Array<ArrayBuffer>): Promise<'accepted' | 'refused' | { breach: string }> {
  const outcome = await sniffModule(bytes, judge).catch((error: unknown) => error);
  const isAccepted = !(outcome instanceof Error);
  if (!isAccepted) {
    if (!(outcome instanceof RuntimeError) || outcome.code !== 'module-invalid') return { breach: `${outcome.stack}` };
    const { found, fix, offset } = outcome.details;
    if (typeof found !== 'string' || typeof fix !== 'string' || found === '' || fix === '') return { breach: `incomplete details: ${outcome.message}` };
    if (offset !== undefined && !(typeof offset === 'number' && offset >= 0 && offset <= bytes.length))
      return { breach: `offset ${offset} of ${bytes.length}` };
    if (outcome.message.length > 2_000) return { breach: `a message of ${outcome.message.length} characters` };
  } else if (JSON.stringify(outcome).length > 4_000_000) return { breach: `a report of ${JSON.stringify(outcome).length} characters` };
  try {
    const limited = limitMemory(bytes, 2);
    if (isAccepted && !WebAssembly.validate(limited)) return { breach: 'not valid any more once its memory is limited' };
  } catch (error) {
    if (!(error instanceof RuntimeError)) return { breach: `limiting its memory: ${error}` };
  }
  return isAccepted ? 'accepted' : 'refused';
}

it(`${COUNT} hostile files are judged (seed ${RUN})`, { timeout: 60_000 + COUNT * 20 }, async () => {
  const seeds = await readSeeds();
  const breaches: string[] = [];
  let accepted = 0;
  for (let index = 0; index < COUNT; index++) {
    const { what, bytes } = hostileFile(seeds, RUN, index);
    const verdict = await verdictOn(bytes);
    if (verdict === 'accepted') accepted += 1;
    else if (verdict !== 'refused') breaches.push(`${what}: ${verdict.breach}`);
  }
  expect(breaches).toEqual([]);
  // Were all refused, the mutations would be too crude to reach what lies behind the first check.
  expect(accepted).toBeGreaterThan(COUNT / 20);
  expect(accepted).toBeLessThan(COUNT / 2);
});

it('the same number makes the same file again', async () => {
  const seeds = await readSeeds();
  for (const index of [0, 7, 99]) expect(hostileFile(seeds, 3, index)).toEqual(hostileFile(seeds, 3, index));
  expect(hostileFile(seeds, 3, 1).bytes).not.toEqual(hostileFile(seeds, 4, 1).bytes);
});
