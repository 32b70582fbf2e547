/** What a storm does, and when: all of it follows from the seed, nothing from what happens meanwhile. */
import { Prng } from './prng.ts';

/** Every kind of fault, and how often it comes: a storm takes them from a bag that holds each so many times, and fills it anew when it is empty. */
export const FAULTS = {
  /** A tab is closed as by a person; another is opened a moment later. */
  'close-tab': 2,
  /** The renderer of a tab dies. */
  'crash-tab': 1,
  'reload-tab': 1,
  /** Every tab is closed, and an App's address is opened: a cold navigation, a GET or the submission of a form. */
  'cold-start': 1,
  /** The page lifecycle's freeze, and later its resume. */
  'freeze-tab': 1,
  /** Nothing of a tab and its workers runs, while its locks and ports stay. */
  'halt-tab': 1,
  /** A hidden tab: its timers come late, its processor is slow. */
  'throttle-tab': 1,
  /** A worker goes without a word, or by an error that nothing catches. */
  'kill-worker': 2,
  /** A guest that loops until its deadline. */
  'hang-guest': 1,
  'stop-service-worker': 2,
  /** Another build is served, found, and taken by the person. */
  'update-service-worker': 1,
  /** The origin's storage is filled up to its quota; later what filled it is removed. */
  'fill-storage': 1,
} as const;

export type FaultKind = keyof typeof FAULTS;

/** Traffic to Apps, and how often each kind comes. test/chaos/traffic.ts says what each is. */
export const REQUESTS = {
  'wagi-get': 6,
  'wagi-head': 2,
  'wagi-post': 3,
  cookie: 2,
  'http-echo': 4,
  'http-upload': 2,
  'http-events': 2,
  'http-bytes': 2,
  'http-slow-post': 1,
  'reuse-echo': 3,
  php: 2,
  js: 1,
  abort: 2,
  trap: 1,
  navigate: 1,
  version: 2,
} as const;

export type RequestKind = keyof typeof REQUESTS;

/** What is asked of the API, and how often. */
export const CALLS = { 'write-app': 5, 'upload-module': 2, 'bump-version': 2, 'list-apps': 1, 'read-log': 1, 'read-traffic': 1, 'watch-apps': 2 } as const;

export type CallKind = keyof typeof CALLS;

interface Planned {
  /** From the beginning of the storm. */
  atMs: number;
  /** From 0 up to 1: which of the tabs that are there then. */
  pick: number;
}

export type Step =
  | (Planned & { type: 'fault'; kind: FaultKind; forMs: number; variant: number })
  | (Planned & { type: 'request'; kind: RequestKind; id: string; size: number })
  | (Planned & { type: 'call'; kind: CallKind; key: string; value: string; verb: 'put' | 'delete' });

export interface PlanOptions {
  seed: number;
  /** Storms of one run differ by their number. */
  storm: number;
  durationMs: number;
  /** Mean time between two of each. */
  faultEveryMs: number;
  requestEveryMs: number;
  callEveryMs: number;
}

/** Names of the Apps that come and go. */
const KEYS = ['ada', 'bob', 'cyd', 'dot', 'eve'];
/** How often a request is many at once, and of how many. */
const BURST_CHANCE = 0.02;
const MOST_IN_BURST = 40;
/** The storm's last part has no new fault, so that each has its time. */
const TAIL_MS = 4_000;

/** The steps of one storm in the order of time. The same options give the same steps. */
export function planStorm(options: PlanOptions): Step[] {
  const steps = [...planFaults(options), ...planRequests(options), ...planCalls(options)];
  return steps.sort((a, b) => a.atMs - b.atMs || (a.type < b.type ? -1 : 1));
}

/** Times with the given mean between them, from `startMs` to `endMs`. */
function* times(prng: Prng, startMs: number, endMs: number, everyMs: number): Generator<number> {
  for (let atMs = startMs; ; ) {
    atMs += Math.round(everyMs * (0.4 + 1.2 * prng.next()));
    if (atMs > endMs) return;
    yield atMs;
  }
}

function planFaults({ seed, storm, durationMs, faultEveryMs }: PlanOptions): Step[] {
  const prng = new Prng(`${seed}/faults`);
  // The bag goes on over the storms of a run: what one did not come to, the next begins with.
  const steps: Step[] = [];
  let bag: FaultKind[] = [];
  for (let number = 0; number <= storm; number += 1) {
    for (const atMs of times(prng, 500, durationMs - TAIL_MS, faultEveryMs)) {
      if (bag.length === 0)
        bag = prng.shuffled((Object.entries(FAULTS) as [FaultKind, number][]).flatMap(([kind, count]) => Array<FaultKind>(count).fill(kind)));
      const step = { type: 'fault', atMs, kind: bag.pop()!, pick: prng.next(), forMs: prng.between(1_200, 3_800), variant: prng.between(0, 999) } as const;
      if (number === storm) steps.push(step);
    }
  }
  return steps;
}

function planRequests({ seed, storm, durationMs, requestEveryMs }: PlanOptions): Step[] {
  const prng = new Prng(`${seed}/requests/${storm}`);
  let count = 0;
  const plan = (atMs: number, kind: RequestKind): Step => {
    count += 1;
    const id = `s${storm}r${count}x${prng.between(0, 0xffffff).toString(16)}`;
    return { type: 'request', atMs, kind, id, pick: prng.next(), size: sizeOf(prng) };
  };
  return [...times(prng, 0, durationMs, requestEveryMs)].flatMap((atMs) => {
    if (prng.next() >= BURST_CHANCE) return [plan(atMs, prng.weighted(REQUESTS))];
    // As a page with many pictures, or many users at once.
    const kind = prng.weighted(REQUESTS);
    return Array.from({ length: kind === 'navigate' ? 2 : prng.between(8, MOST_IN_BURST) }, () => plan(Math.min(atMs + prng.between(0, 60), durationMs), kind));
  });
}

/** Mostly small, now and then larger than the credit of a line, seldom large. */
function sizeOf(prng: Prng): number {
  const roll = prng.next();
  if (roll < 0.7) return prng.between(0, 4_000);
  return roll < 0.95 ? prng.between(4_000, 400_000) : prng.between(400_000, 3_000_000);
}

function planCalls({ seed, storm, durationMs, callEveryMs }: PlanOptions): Step[] {
  const prng = new Prng(`${seed}/calls/${storm}`);
  let count = 0;
  return [...times(prng, 0, durationMs, callEveryMs)].map((atMs) => {
    count += 1;
    const value = `s${storm}c${count}`;
    return { type: 'call', atMs, kind: prng.weighted(CALLS), key: prng.pick(KEYS), value, verb: prng.next() < 0.3 ? 'delete' : 'put', pick: prng.next() };
  });
}
