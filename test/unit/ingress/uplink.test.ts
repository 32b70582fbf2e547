import { afterEach, describe, expect, it } from 'vitest';
import type { OutgoingRequest } from '../../../src/ingress/destination.ts';
import { Uplink } from '../../../src/ingress/uplink.ts';
import { UplinkDestination } from '../../../src/ingress/uplink-destination.ts';
import type { ServedApp } from '../../../src/protocol/sw-instance.ts';
import { type Behaviour, closePorts, TestInstance, TestWindow } from './cluster-fixture.ts';
import { settle } from './exchange-fixture.ts';
import { startCluster } from './started-cluster.ts';

afterEach(closePorts);

const APP: ServedApp = {
  namespace: 'default',
  name: 'hello',
  timeoutMs: 1_000,
  durationMs: 2_000,
  requestBytes: 10,
  queue: 2,
  bufferRequest: true,
  hostScript: false,
};

/** An origin whose pages open lines to clusters that behave as told, one after the other. */
function start(...behaviours: Behaviour[]) {
  const started = startCluster({ onLineLost: (lock) => uplink.lost(lock) });
  const uplink: Uplink = new Uplink(started.cluster);
  const lines: { from: string; lock: string; worker: string; cluster: TestInstance }[] = [];
  const join = (name: string) => {
    const window = new TestWindow(name);
    window.onOpenLine = (job, worker) => {
      const cluster = new TestInstance(behaviours[lines.length] ?? 'answers');
      const lock = `life ${lines.length}`;
      lines.push({ from: name, lock, worker, cluster });
      window.say({ type: 'line', job, lock }, [cluster.port]);
    };
    return { ...started.join(window), window };
  };
  const destination = new UplinkDestination(uplink, 'hello');
  const send = (changes: Partial<OutgoingRequest> = {}) =>
    destination.send({
      method: 'GET',
      url: 'http://hello.example.org/a?b',
      headers: [],
      body: { stream: null, length: null },
      isNavigation: false,
      canBoot: false,
      signal: null,
      hostWaitMs: 1_000,
      trace: null,
      ...changes,
    });
  return { ...started, uplink, destination, lines, join, send };
}

describe('Uplink', () => {
  it('opens one line for all requests, and says what they ask for', async () => {
    const { join, send, lines } = start();
    join('a');
    const answers = await Promise.all([send(), send({ isNavigation: true }), send()]);
    expect(answers.map(({ reply }) => reply.status)).toEqual([200, 200, 200]);
    expect(lines.length).toBe(1);
    const heads = lines[0]!.cluster.received.flatMap((message) => (message.type === 'request' ? [message.head] : []));
    expect(heads.map(({ pathWithQuery, isNavigation }) => `${pathWithQuery} ${isNavigation}`).sort()).toEqual(['/a?b false', '/a?b false', '/a?b true']);
  });

  it('can serve while there is a line or a page, and waits for neither when there is none', async () => {
    const { join, send, uplink } = start();
    expect(await uplink.canServe(10)).toBe(false);
    await expect(send({ hostWaitMs: 10 })).rejects.toMatchObject({ code: 'host-unavailable' });
    const { release } = join('a');
    expect(await uplink.canServe(10)).toBe(true);
    await send();
    release();
    await settle();
    expect(await uplink.canServe(10)).toBe(true);
    expect((await send()).reply.status).toBe(200);
  });

  it('opens a new line when the one it has lost its other end, and repeats what is safe to repeat', async () => {
    const { join, send, lines } = start('accepts', 'answers', 'accepts');
    const { window } = join('a');
    const get = send();
    await settle();
    window.say({ type: 'line-lost', lock: 'life 0' });
    expect((await get).reply.status).toBe(200);
    expect(lines.map(({ lock }) => lock)).toEqual(['life 0', 'life 1']);
    expect(new Set(lines.map(({ worker }) => worker)).size).toBe(1);
    // Late news of the first life does not end the second.
    window.say({ type: 'line-lost', lock: 'life 0' });
    await settle();
    expect((await send()).reply.status).toBe(200);
    expect(lines.length).toBe(2);
  });

  it('does not repeat a POST that was begun', async () => {
    const { join, send } = start('accepts');
    const { window } = join('a');
    const post = send({ method: 'POST' });
    await settle();
    window.say({ type: 'line-lost', lock: 'life 0' });
    await expect(post).rejects.toMatchObject({ code: 'host-lost' });
  });

  it('goes on with a line whose page is gone, but has another page open the next', async () => {
    const { join, send, lines } = start('accepts', 'answers');
    const first = join('a');
    const slow = send();
    await settle();
    first.release();
    await settle();
    join('b');
    const asked = send();
    await settle();
    expect(lines.map(({ from }) => from)).toEqual(['a', 'b']);
    for (const message of lines[0]!.cluster.received) if (message.type === 'request') lines[0]!.cluster.answer(message.id);
    expect((await slow).reply.status).toBe(200);
    expect((await asked).reply.status).toBe(200);
    expect((await send()).reply.status).toBe(200);
    expect(lines[1]!.cluster.types).toEqual(['request']);
  });

  it('takes a request that a line does not accept to a new one, whatever its method', { timeout: 10_000 }, async () => {
    const { join, send, lines } = start('silent', 'answers');
    join('a');
    expect((await send({ method: 'POST' })).reply.status).toBe(200);
    expect(lines.length).toBe(2);
  });

  it('gives a navigation back when the only page is left before it has opened a line', { timeout: 10_000 }, async () => {
    const { join, send } = start();
    const { window, host } = join('a');
    window.onOpenLine = () => {}; // Its frame never loads.
    host.isLeaving = true;
    await expect(send({ isNavigation: true, canBoot: true })).rejects.toMatchObject({ code: 'host-unavailable', message: expect.stringContaining('left') });
  });

  it('tells why a cluster refuses', async () => {
    const { join, send } = start();
    const { window } = join('a');
    window.onOpenLine = (job) => window.say({ type: 'line-failed', job, error: { code: 'protocol-mismatch', message: 'another version' } });
    await expect(send()).rejects.toMatchObject({ code: 'protocol-mismatch', message: 'another version' });
  });

  it('knows of the App what the cluster told last', async () => {
    const { join, send, lines, destination } = start();
    expect(destination).toMatchObject({ name: 'hello', requestBytes: Number.POSITIVE_INFINITY, bufferRequest: false, hostScript: true });
    join('a');
    await send();
    lines[0]!.cluster.say({ type: 'app', app: APP });
    await settle();
    const { timeoutMs: _, durationMs: __, queue: ___, ...told } = APP;
    expect(destination).toMatchObject(told);
  });
});
