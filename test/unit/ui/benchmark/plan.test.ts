import { expect, it } from 'vitest';
import { idOfStep, runStep, stepsOfRound } from '../../../../src/ui/benchmark/plan.ts';

const load = {
  batch: async () => ({ latenciesMs: [1, 2, 3], elapsedMs: 6 }),
  download: async () => 4e6,
  upload: async () => 5e6,
};

it('every second round goes the other way round, within the same order of conditions', () => {
  const [first, second, third] = [0, 1, 2].map((round) => stepsOfRound(round).map(idOfStep));
  expect(first?.slice(0, 5)).toEqual(['limit', 'port', 'wagi', 'fresh', 'reused'].map((name) => `requests/1/${name}`));
  expect(second?.slice(0, 5)).toEqual(first?.slice(0, 5).toReversed());
  expect(second?.toSorted()).toEqual(first?.toSorted());
  expect(third).toEqual(first);
  expect(new Set(first).size).toBe(3 * 5 + 4);
});

it('what is held against a limit names a measure that the same round has', async () => {
  const measures = (await Promise.all(stepsOfRound(0).map((step) => runStep(load, step)))).flat().map(({ measure }) => measure);
  const ids = measures.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, limit, unit } of measures) {
    if (id.split('/')[2] === 'limit') expect(limit, id).toBeNull();
    else expect(measures.find((one) => one.id === limit)?.unit, id).toBe(unit);
  }
});

it('a batch gives latencies and a rate, a body a rate in megabytes', async () => {
  const steps = stepsOfRound(0);
  const of = (id: string) => steps.find((step) => idOfStep(step) === id)!;
  expect((await runStep(load, of('requests/8/wagi'))).map(({ measure, samples }) => [measure.id, samples])).toEqual([
    ['requests/8/wagi/p50', [1, 2, 3]],
    ['requests/8/wagi/rate', [500]],
  ]);
  expect((await runStep(load, of('streams/down/component')))[0]?.samples).toEqual([4]);
  expect((await runStep(load, of('streams/up/component')))[0]?.samples).toEqual([5]);
});
