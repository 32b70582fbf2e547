import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ErrorCode, RuntimeError } from '../../../src/core/errors.ts';
import { HostLink } from '../../../src/ingress/host-link.ts';
import { announcementOf, closePorts, makeSpec, TestInstance, TestWindow } from './cluster-fixture.ts';
import { settle } from './exchange-fixture.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  vi.useRealTimers();
  closePorts();
});

function link() {
  const window = new TestWindow('a');
  const told: unknown[][] = [];
  const host = new HostLink(window.info, window.port, {
    onInstanceReady: (_host, instance, port) => told.push(['ready', instance, port instanceof MessagePort]),
    onInstanceFailed: (_host, id, error) => told.push(['failed', id, error]),
    onInstanceEnded: (_host, id, reason) => told.push(['ended', id, reason]),
    onCookies: (url, cookies) => told.push(['cookies', url, cookies]),
    onLent: (_host, id, port) => told.push(['lent', id, port instanceof MessagePort]),
    onLineLost: (lock) => told.push(['line-lost', lock]),
    onSilent: () => told.push(['silent']),
    onChanged: () => told.push(['changed']),
  });
  return { window, host, told };
}

describe('HostLink', () => {
  it('tells what becomes of instances', async () => {
    const { window, told } = link();
    const spec = makeSpec();
    window.ready('one', spec, new TestInstance());
    window.say({ type: 'instance-failed', instance: 'two', error: { code: 'memory-limit', message: 'too little', details: { limit: 1 } } });
    window.say({ type: 'instance-ended', instance: 'one', reason: 'crashed' });
    await settle();
    expect(told).toEqual([
      ['ready', announcementOf('one', spec), true],
      ['failed', 'two', expect.objectContaining({ code: 'memory-limit', message: 'too little', details: { limit: 1 } })],
      ['ended', 'one', 'crashed'],
    ]);
    expect(told[1]![2]).toBeInstanceOf(RuntimeError);
  });

  it('keeps up with what the document does', async () => {
    const { window, host, told } = link();
    window.say({ type: 'leaving' });
    window.say({ type: 'visibility', visibility: 'hidden' });
    await settle();
    expect(host).toMatchObject({ isLeaving: true, visibility: 'hidden' });
    window.say({ type: 'staying' });
    window.say({ type: 'cookies', url: 'https://example.org/a', cookies: [] });
    await settle();
    expect(host.isLeaving).toBe(false);
    expect(told).toEqual([['changed'], ['changed'], ['changed'], ['cookies', 'https://example.org/a', []]]);
  });

  it('means the acknowledgement times, the newest by an eighth', () => {
    const { host } = link();
    host.noteAck(9);
    expect(host.ackMs).toBe(2);
  });
});

describe('HostLink, a silent window', () => {
  it('that was asked for an instance is passed over after a second, until it speaks', async () => {
    const { window, host, told } = link();
    window.isFrozen = true;
    host.spawn('one', makeSpec());
    await settle();
    vi.advanceTimersByTime(600);
    host.spawn('two', makeSpec()); // Does not put it off.
    await settle();
    vi.advanceTimersByTime(399);
    expect(host.isResponsive).toBe(true);
    vi.advanceTimersByTime(1);
    expect(host.isResponsive).toBe(false);
    expect(told).toEqual([['silent']]);
    window.say({ type: 'pong', seq: 0 });
    await settle();
    expect(host.isResponsive).toBe(true);
    expect(told).toEqual([['silent'], ['changed']]);
  });

  it('is not one that answers the ping, however long its start takes', async () => {
    const { window, host, told } = link();
    host.spawn('one', makeSpec());
    await settle();
    expect(window.spawned).toEqual(['one']);
    vi.advanceTimersByTime(60_000);
    expect(host.isResponsive).toBe(true);
    expect(told).toEqual([]);
  });

  it('in doubt is passed over at once and asked to speak', async () => {
    const { host, told } = link();
    host.doubt();
    expect(host.isResponsive).toBe(false);
    await settle();
    expect(host.isResponsive).toBe(true);
    expect(told).toEqual([['changed']]);
  });
});

describe('HostLink, transpiling', () => {
  const artifact = { transpiler: 'jco-transpile@0/jspi', source: '', cores: [], imports: [], exports: [] };
  const code = (promise: Promise<unknown>): Promise<ErrorCode | 'resolved'> =>
    promise.then(
      () => 'resolved',
      (error) => error.code,
    );

  it('settles each job with its own answer', async () => {
    const { window, host } = link();
    const [first, second] = [host.transpile(new Blob(['a'])), code(host.transpile(new Blob(['b'])))];
    await settle();
    const jobs = window.received.flatMap((message) => (message.type === 'transpile' ? [message.job] : []));
    window.say({ type: 'transpile-failed', job: jobs[1]!, error: { code: 'module-invalid', message: 'not a component' } });
    window.say({ type: 'transpiled', job: jobs[0]!, artifact });
    expect(await first).toEqual(artifact);
    expect(await second).toBe('module-invalid');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is given up when the window goes', async () => {
    const { host } = link();
    const failed = code(host.transpile(new Blob(['a'])));
    host.close();
    expect(await failed).toBe('host-unavailable');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is given up after two minutes; a late answer changes nothing', async () => {
    const { window, host } = link();
    const failed = code(host.transpile(new Blob(['a'])));
    vi.advanceTimersByTime(120_000);
    expect(await failed).toBe('host-unavailable');
    window.say({ type: 'transpiled', job: 1, artifact });
    await settle();
  });
});
