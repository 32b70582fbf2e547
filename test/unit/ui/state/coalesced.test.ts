import { expect, it } from 'vitest';
import { coalesced } from '../../../../src/ui/state/coalesced.ts';

it('runs once more for all the calls that came while it ran, and every caller waits for that', async () => {
  let runs = 0;
  const ends: (() => void)[] = [];
  const call = coalesced(() => {
    runs += 1;
    return new Promise((resolve) => ends.push(resolve));
  });
  const done = Promise.all([call(), call(), call()]);
  expect(runs).toBe(1);
  ends[0]?.();
  await Promise.resolve();
  await expect.poll(() => runs).toBe(2);
  ends[1]?.();
  await done;
  expect(runs).toBe(2);
});

it('runs anew when it had ended', async () => {
  let runs = 0;
  const call = coalesced(async () => {
    runs += 1;
  });
  await call();
  await call();
  expect(runs).toBe(2);
});
