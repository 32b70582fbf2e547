import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { App } from '../../../src/core/app.ts';
import { RuntimeError } from '../../../src/core/errors.ts';
import { BODY_PREVIEW_BYTES, TRAFFIC_SAMPLES_KEPT, type TrafficSample } from '../../../src/core/traffic.ts';
import type { PooledInstance } from '../../../src/ingress/app-pool.ts';
import type { RequestTrace } from '../../../src/ingress/request-trace.ts';
import { REQUESTS_IN_ALL, REQUESTS_PER_APP, TrafficLog } from '../../../src/ingress/traffic-log.ts';
import { bytesOf } from './exchange-fixture.ts';

const START_MS = 1_700_000_000_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  vi.setSystemTime(START_MS);
});
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTime(ms);

const appOf = (name: string) => ({ metadata: { namespace: 'default', name, uid: `uid-${name}` } }) as App;
const HELLO = appOf('hello');
const UID = 'uid-hello';

function begin(log: TrafficLog, app = HELLO): RequestTrace {
  return log.begin(app, { method: 'GET', url: 'https://example.org/hello?x=1#there', isNavigation: false });
}

function instanceOf(changes: Partial<PooledInstance> = {}): PooledInstance {
  return { id: 'hello-1', host: { info: { id: 'host-1' } }, askedMs: 0, readyMs: 0, ...changes } as PooledInstance;
}

/** Sends it to an instance that was there, and gives its answer. */
function answer(trace: RequestTrace, { status = 200, afterMs = 0 } = {}): void {
  trace.sent(instanceOf(), performance.now());
  pass(afterMs);
  trace.head(status, [['content-type', 'text/plain']]);
}

describe('a trace', () => {
  it('tells what was asked, who answered what, and the phases, whose sum is the whole', () => {
    const log = new TrafficLog();
    const trace = begin(log);
    expect(trace.record()).toMatchObject({ state: 'running', status: null, phases: { queueMs: null, startMs: null, guestMs: null, bodyMs: null } });
    trace.describe([['accept', '*/*']], false, null);
    pass(10);
    const waitedSinceMs = performance.now();
    pass(100);
    // Asked for 30 ms after the wait began, there 20 ms before it ended.
    trace.sent(instanceOf({ askedMs: waitedSinceMs + 30, readyMs: waitedSinceMs + 80 }), waitedSinceMs);
    pass(7);
    trace.head(201, [['x-many', '1']]);
    pass(3);
    trace.responsePiece(bytesOf('hello'));
    trace.done();
    expect(trace.detail()).toEqual({
      id: expect.any(String),
      namespace: 'default',
      app: 'hello',
      uid: UID,
      atMs: START_MS,
      method: 'GET',
      origin: 'https://example.org',
      path: '/hello?x=1',
      isNavigation: false,
      state: 'done',
      status: 201,
      error: null,
      host: 'host-1',
      instance: 'hello-1',
      phases: { queueMs: 60, startMs: 50, guestMs: 7, bodyMs: 3 },
      requestBytes: null,
      responseBytes: 5,
      requestHeaders: [['accept', '*/*']],
      responseHeaders: [['x-many', '1']],
      requestBody: null,
      responseBody: { base64: btoa('hello'), isCut: false },
    });
  });

  it('counts no start for an instance that was there before the wait', () => {
    const trace = begin(new TrafficLog());
    pass(50);
    const waitedSinceMs = performance.now();
    pass(5);
    trace.sent(instanceOf({ askedMs: 0, readyMs: 20 }), waitedSinceMs);
    expect(trace.record().phases).toMatchObject({ queueMs: 55, startMs: 0 });
  });

  it('takes the last instance when it was sent again, and all before as waiting', () => {
    const trace = begin(new TrafficLog());
    trace.sent(instanceOf(), performance.now());
    pass(40);
    trace.sent(instanceOf({ id: 'hello-2' }), performance.now());
    pass(2);
    trace.head(200, []);
    trace.done();
    expect(trace.record()).toMatchObject({ instance: 'hello-2', phases: { queueMs: 40, guestMs: 2 } });
  });

  it('of a request that Swerve answers in the place of the App has the reason and that status', () => {
    const waiting = begin(new TrafficLog());
    pass(30);
    waiting.failed(new RuntimeError('instance-saturated', 'all busy'));
    expect(waiting.record()).toMatchObject({
      state: 'failed',
      status: 503,
      error: { code: 'instance-saturated', message: 'all busy' },
      phases: { queueMs: 30, startMs: null, guestMs: null, bodyMs: null },
    });
    const late = begin(new TrafficLog());
    late.sent(instanceOf(), performance.now());
    pass(500);
    late.failed(new RuntimeError('handler-timeout', 'late'));
    expect(late.record()).toMatchObject({ status: 504, phases: { guestMs: 500, bodyMs: null } });
    const invalid = begin(new TrafficLog());
    answer(invalid, { status: 99 });
    invalid.failed(new RuntimeError('handler-response-invalid', '99'));
    expect(invalid.detail()).toMatchObject({ status: 502, responseHeaders: null });
  });

  it('keeps the status of an answer that breaks off; before a head that ends nothing', () => {
    const trace = begin(new TrafficLog());
    trace.sent(instanceOf(), performance.now());
    trace.brokeOff(new RuntimeError('host-lost', 'gone'));
    expect(trace.record().state).toBe('running');
    answer(trace);
    trace.brokeOff(new RuntimeError('handler-trap', 'unreachable'));
    expect(trace.record()).toMatchObject({ state: 'failed', status: 200, error: { code: 'handler-trap' } });
  });

  it('calls it cancelled, not failed, when nobody waits any more', () => {
    const caller = new AbortController();
    const trace = begin(new TrafficLog());
    trace.describe([], false, caller.signal);
    caller.abort();
    trace.failed(new RuntimeError('request-invalid', 'the caller went away'));
    expect(trace.record()).toMatchObject({ state: 'cancelled', status: null, error: null });
  });

  it('stays as it ended, unless it is sent once more', () => {
    const trace = begin(new TrafficLog());
    answer(trace);
    trace.brokeOff(new RuntimeError('host-lost', 'gone'));
    trace.cancelled();
    trace.done();
    expect(trace.record().state).toBe('failed');
    answer(trace);
    trace.responsePiece(bytesOf('again'));
    trace.done();
    expect(trace.record()).toMatchObject({ state: 'done', error: null, responseBytes: 5 });
  });

  it.each([
    ['one small piece', [100], false],
    ['many pieces', [10_000, 6_000, 384], false],
    ['a byte more', [10_000, 6_000, 385], true],
    ['one large piece', [BODY_PREVIEW_BYTES * 4], true],
    ['a piece after the cut', [BODY_PREVIEW_BYTES, 1], true],
  ])('keeps the beginning of a body: %s', (_what, sizes, isCut) => {
    const trace = begin(new TrafficLog());
    const pieces = sizes.map((size, index) => new Uint8Array(size).map((_, at) => (at + index) % 251));
    trace.describe([], true, null);
    expect(trace.record().requestBytes).toBe(0);
    for (const piece of pieces) trace.requestPiece(piece);
    const whole = Buffer.concat(pieces);
    const preview = trace.detail().requestBody;
    expect(Buffer.from(preview?.base64 ?? '', 'base64').equals(whole.subarray(0, BODY_PREVIEW_BYTES))).toBe(true);
    expect([preview?.isCut, trace.record().requestBytes]).toEqual([isCut, whole.length]);
  });
});

describe('TrafficLog', () => {
  it('keeps the last requests of each App, and of all', () => {
    const log = new TrafficLog();
    const first = begin(log, appOf('first'));
    first.cancelled();
    const many = Array.from({ length: REQUESTS_PER_APP + 3 }, () => begin(log));
    expect(log.requests(UID)).toEqual(many.slice(3));
    expect([log.request(many[2]!.id), log.request(many[3]!.id)]).toEqual([null, many[3]]);
    expect(log.requests('uid-first')).toEqual([first]);
    for (let app = 1; app <= REQUESTS_IN_ALL / REQUESTS_PER_APP; app += 1) for (let n = 0; n < REQUESTS_PER_APP; n += 1) begin(log, appOf(`app-${app}`));
    expect([log.requests('uid-first'), log.requests(UID), log.request(first.id)]).toEqual([[], [], null]);
    expect(log.requests('uid-app-1')).toHaveLength(REQUESTS_PER_APP);
  });

  it('tells who listens of each change of the requests of that App', () => {
    const log = new TrafficLog();
    const told: RequestTrace[] = [];
    const stop = log.onRequest(UID, (trace) => told.push(trace as RequestTrace));
    const trace = begin(log);
    answer(trace);
    trace.done();
    expect(new Set(told)).toEqual(new Set([trace]));
    expect(told).toHaveLength(4);
    answer(begin(log, appOf('other')));
    stop();
    begin(log);
    expect(told).toHaveLength(4);
  });

  it('hands a parked trace on once, and gives up those that nobody comes for', () => {
    const log = new TrafficLog();
    const [met, missed] = [begin(log), begin(log)];
    log.park('a', met);
    log.park('b', missed);
    expect([log.unpark('a'), log.unpark('a')]).toEqual([met, null]);
    pass(61_000);
    log.samples();
    expect([met.record().state, missed.record().state, log.unpark('b')]).toEqual(['running', 'cancelled', null]);
  });
});

describe('an App that is gone', () => {
  it('leaves no request behind, and what others did stays', () => {
    const log = new TrafficLog();
    const [own, other] = [begin(log), begin(log, appOf('other'))];
    answer(own);
    own.done();
    log.forget(UID);
    expect([log.requests(UID), log.request(own.id), log.request(other.id)]).toEqual([[], null, other]);
    pass(1_000);
    expect(log.samples()[0]?.apps.map(({ app, requests }) => [app, requests])).toEqual([
      ['hello', 1],
      ['other', 0],
    ]);
  });

  it('is still counted while a request is under way, and not thereafter', () => {
    const log = new TrafficLog();
    const trace = begin(log);
    log.forget(UID);
    pass(1_000);
    answer(trace);
    trace.done();
    pass(1_000);
    begin(log, appOf('other'));
    pass(1_000);
    expect(log.samples().map(({ apps }) => apps.map(({ app, requests, inFlight }) => `${app} ${requests} ${inFlight}`))).toEqual([
      ['hello 0 1'],
      ['hello 1 0'],
      ['other 0 1'],
    ]);
  });

  it('that nobody ever asked for is no matter', () => {
    expect(() => new TrafficLog().forget('uid-nobody')).not.toThrow();
  });
});

describe('samples', () => {
  it('sum up each second on its own', () => {
    const log = new TrafficLog();
    const slow = begin(log);
    const [good, bad] = [begin(log), begin(log)];
    answer(good, { afterMs: 20 });
    good.responsePiece(bytesOf('hello'));
    good.done();
    answer(bad, { status: 500 });
    bad.done();
    begin(log).cancelled();
    pass(1_000);
    answer(slow, { afterMs: 100 });
    slow.brokeOff(new RuntimeError('handler-trap', 'unreachable'));
    pass(1_000);
    const of = (counts: object) => ({ namespace: 'default', app: 'hello', uid: UID, responseBytes: 0, inFlight: 0, ...counts });
    expect(log.samples()).toEqual([
      {
        atMs: START_MS + 1_000,
        apps: [
          of({
            requests: 2,
            errors: 1,
            inFlight: 1,
            responseBytes: 5,
            latenciesMs: [20, 20],
            instances: [{ instance: 'hello-1', host: 'host-1', requests: 2 }],
          }),
        ],
      },
      {
        atMs: START_MS + 2_000,
        apps: [of({ requests: 1, errors: 1, latenciesMs: [1_120], instances: [{ instance: 'hello-1', host: 'host-1', requests: 1 }] })],
      },
    ]);
  });

  it('leave out Apps that were quiet, and quiet seconds altogether', () => {
    const log = new TrafficLog();
    answer(begin(log, appOf('other')));
    log.requests('uid-other')[0]?.done();
    pass(5_000);
    answer(begin(log));
    log.requests(UID)[0]?.done();
    pass(5_000);
    expect(log.samples().map(({ apps }) => apps.map(({ app }) => app))).toEqual([['other'], ['hello']]);
  });

  it('are kept in a bounded number', () => {
    const log = new TrafficLog();
    for (let n = 0; n < TRAFFIC_SAMPLES_KEPT + 10; n += 1) {
      answer(begin(log));
      log.requests(UID).at(-1)?.done();
      pass(1_000);
    }
    expect(log.samples()).toHaveLength(TRAFFIC_SAMPLES_KEPT);
    expect(log.samples()[0]?.atMs).toBe(START_MS + 11_000);
  });

  it('have at most 64 latencies, chosen from all of the second', () => {
    const log = new TrafficLog();
    for (let n = 0; n < 500; n += 1) {
      const trace = begin(log);
      answer(trace);
      trace.done();
    }
    pass(1_000);
    const [app] = log.samples()[0]?.apps ?? [];
    expect([app?.requests, app?.latenciesMs.length]).toEqual([500, 64]);
  });

  it('take back what broke off before anybody saw it and was made once more', () => {
    const log = new TrafficLog();
    const other = begin(log);
    answer(other, { status: 500, afterMs: 5 });
    other.done();
    const trace = begin(log);
    answer(trace, { afterMs: 7 });
    trace.brokeOff(new RuntimeError('host-lost', 'gone'));
    trace.sent(instanceOf({ id: 'hello-2' }), performance.now());
    pass(20);
    trace.head(200, []);
    trace.done();
    pass(1_000);
    const [app] = log.samples()[0]?.apps ?? [];
    expect(app).toMatchObject({ requests: 2, errors: 1, inFlight: 0 });
    expect(app?.latenciesMs.toSorted((a, b) => a - b)).toEqual([5, 27]);
    expect(app?.instances).toEqual([
      { instance: 'hello-1', host: 'host-1', requests: 1 },
      { instance: 'hello-2', host: 'host-1', requests: 1 },
    ]);
  });

  it('take nothing back of a second that was told already', () => {
    const log = new TrafficLog();
    const trace = begin(log);
    answer(trace);
    trace.brokeOff(new RuntimeError('host-lost', 'gone'));
    pass(1_000);
    const other = begin(log);
    answer(other, { status: 500 });
    other.done();
    answer(trace);
    pass(1_000);
    log.samples();
    trace.done();
    pass(1_000);
    expect(log.samples().map(({ apps }) => apps.map(({ requests, errors, inFlight }) => [requests, errors, inFlight]))).toEqual([
      [[1, 1, 0]],
      [[1, 1, 1]],
      [[1, 0, 0]],
    ]);
  });

  it('need no timer while nobody listens or nothing is under way', () => {
    const log = new TrafficLog();
    answer(begin(log));
    expect(vi.getTimerCount()).toBe(0);
    const heard: TrafficSample[] = [];
    const stop = log.onSample((sample) => heard.push(sample));
    expect(vi.getTimerCount()).toBe(1);
    pass(3_000);
    expect(heard.map(({ apps }) => [apps[0]?.requests, apps[0]?.inFlight])).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
    log.requests(UID)[0]?.done();
    pass(10_000);
    expect(heard.slice(3).map(({ apps }) => [apps[0]?.requests, apps[0]?.inFlight])).toEqual([[1, 0]]);
    expect(vi.getTimerCount()).toBe(0);
    begin(log);
    expect(vi.getTimerCount()).toBe(1);
    stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
