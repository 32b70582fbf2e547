import type { Batch } from './batch.ts';
import type { Load, LoadRequest } from './load.ts';
import type { Measure } from './measures.ts';

/** Requests that are under way at once. */
export const LEVELS = [1, 8, 32] as const;
/** A batch ends early for cases that are slow. */
const BATCH_MS = 200;
const STREAM_BYTES = 32 * 1024 * 1024;

/** Below this path the Apps of the benchmark answer, each under its own name. */
export const ROUTE = 'swerve-benchmark';

/** One thing that is measured. The first of a table is the limit that the others are held against. */
export interface Case {
  /** The same as in `npm run bench`, so that figures can be compared. */
  id: string;
  title: string;
  request: LoadRequest;
}

const swerve = (path: string): LoadRequest => ({ target: 'swerve', path: `${ROUTE}/${path}` });

const REQUEST_CASES: readonly Case[] = [
  { id: 'limit', title: 'bare service worker', request: { target: 'limit', path: 'bare' } },
  { id: 'port', title: 'bare worker behind it', request: { target: 'limit', path: 'port' } },
  { id: 'wagi', title: 'WAGI in C', request: swerve('wagi?format=json') },
  { id: 'fresh', title: 'wasi:http component, fresh', request: swerve('fresh/time') },
  { id: 'reused', title: 'wasi:http component, reused', request: swerve('reused/time') },
];

const STREAM_CASES: Readonly<Record<'down' | 'up', readonly Case[]>> = {
  down: [
    { id: 'limit', title: 'bare service worker', request: { target: 'limit', path: `down?n=${STREAM_BYTES}` } },
    { id: 'component', title: 'wasi:http component', request: swerve(`fresh/bytes?n=${STREAM_BYTES}`) },
  ],
  up: [
    { id: 'limit', title: 'bare service worker', request: { target: 'limit', path: 'up' } },
    { id: 'component', title: 'wasi:http component', request: swerve('fresh/count') },
  ],
};

/** One batch of requests, or one body. */
export type Step = { kind: 'batch'; inFlight: number; of: Case } | { kind: 'down' | 'up'; of: Case };

/** What one round measures, in its order: the other way round in every second one, so that what the machine does meanwhile meets no case more often than another. */
export function stepsOfRound(round: number): Step[] {
  const turned = (cases: readonly Case[]): readonly Case[] => (round % 2 === 0 ? cases : cases.toReversed());
  return [
    ...LEVELS.flatMap((inFlight) => turned(REQUEST_CASES).map((of): Step => ({ kind: 'batch', inFlight, of }))),
    ...(['down', 'up'] as const).flatMap((kind) => turned(STREAM_CASES[kind]).map((of): Step => ({ kind, of }))),
  ];
}

/** What {@link runStep} will add its figures to: `requests/8/wagi`, `streams/up/component`. */
export function idOfStep(step: Step): string {
  return step.kind === 'batch' ? `requests/${step.inFlight}/${step.of.id}` : `streams/${step.kind}/${step.of.id}`;
}

/** A figure that was measured, and its samples. */
export interface Measured {
  measure: Measure;
  samples: number[];
}

type Named = Pick<Case, 'id' | 'title'>;

/** What a batch of requests tells: how long each took, and how many there were in a second. */
export function measuresOfBatch({ id, title }: Named, inFlight: number, { latenciesMs, elapsedMs }: Batch): Measured[] {
  const measureOf = (what: string): Omit<Measure, 'unit' | 'better'> => ({
    id: `requests/${inFlight}/${id}/${what}`,
    group: `requests, ${inFlight} in flight`,
    title,
    what,
    limit: id === 'limit' ? null : `requests/${inFlight}/limit/${what}`,
  });
  return [
    { measure: { ...measureOf('p50'), unit: 'ms', better: 'lower' }, samples: latenciesMs },
    { measure: { ...measureOf('rate'), unit: '/s', better: 'higher' }, samples: [(latenciesMs.length / elapsedMs) * 1000] },
  ];
}

/** What one body tells. */
export function measureOfStream({ id, title }: Named, way: 'down' | 'up', bytesPerSecond: number): Measured {
  const measure: Measure = {
    id: `streams/${way}/${id}`,
    group: 'streams',
    title: `${title}, ${way}`,
    what: 'rate',
    unit: 'MB/s',
    better: 'higher',
    limit: id === 'limit' ? null : `streams/${way}/limit`,
  };
  return { measure, samples: [bytesPerSecond / 1e6] };
}

/** The measures of `step`, with what was measured. @throws Error for a wrong answer */
export async function runStep(load: Pick<Load, 'batch' | 'download' | 'upload'>, step: Step): Promise<Measured[]> {
  const { request } = step.of;
  if (step.kind === 'batch') {
    const { inFlight } = step;
    return measuresOfBatch(step.of, inFlight, await load.batch(request, { requests: requestsAt(inFlight), inFlight, maxMs: BATCH_MS }));
  }
  const bytesPerSecond = step.kind === 'down' ? await load.download(request, STREAM_BYTES) : await load.upload(request, STREAM_BYTES);
  return [measureOfStream(step.of, step.kind, bytesPerSecond)];
}

/** As many requests as say something at that level. */
export function requestsAt(inFlight: number): number {
  return 40 + 10 * inFlight;
}
