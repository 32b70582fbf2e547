import { afterEach, describe, expect, it } from 'vitest';
import { RuntimeError } from '../../../src/core/errors.ts';
import { InstanceLine } from '../../../src/ingress/instance-line.ts';
import { decodeFrames } from '../../../src/protocol/line-mailbox.ts';
import type { FromInstance } from '../../../src/protocol/sw-instance.ts';
import { closePorts, TestInstance } from './cluster-fixture.ts';
import { LIMITS, REQUEST_HEAD, settle } from './exchange-fixture.ts';

afterEach(closePorts);

function openLine(instance = new TestInstance()) {
  const told: string[] = [];
  const line = new InstanceLine(instance.port, { onSpoke: () => told.push('spoke'), onRoom: () => told.push('room'), onOverdue: () => told.push('overdue') });
  return { line, instance, told, send: () => line.send(REQUEST_HEAD, null, false, LIMITS) };
}

describe('InstanceLine', () => {
  it('hands each answer to its own request', async () => {
    const { instance, send } = openLine();
    const [first, second] = [send(), send()];
    await settle();
    const [firstId, secondId] = instance.received.map((message) => ('id' in message ? message.id : null));
    const head = (id: number, status: number): FromInstance => ({ type: 'head', id, status, headers: [], bytes: null, end: true });
    instance.say(head(secondId!, 202));
    instance.say(head(firstId!, 201));
    expect((await first.reply).status).toBe(201);
    expect((await second.reply).status).toBe(202);
  });

  it('counts requests under way until they are done, and tells of the room', async () => {
    const { line, instance, told, send } = openLine(new TestInstance('accepts'));
    expect(line.medianReplyMs()).toBe(null);
    const exchange = send();
    send();
    await settle();
    told.length = 0;
    expect(line.inFlight).toBe(2);
    instance.answer(exchange.id);
    await exchange.finished;
    expect(line.inFlight).toBe(1);
    expect(line.served).toBe(1);
    expect(line.medianReplyMs()).toBeGreaterThan(0);
    expect(told.at(-1)).toBe('room');
  });

  it('keeps the memory that was told of last', async () => {
    const { line, instance, send } = openLine(new TestInstance('accepts'));
    expect(line.memoryBytes).toBeNull();
    const [first, second] = [send(), send()];
    instance.say({ type: 'done', id: first.id, memoryBytes: 65_536 });
    instance.say({ type: 'done', id: second.id });
    await second.finished;
    expect(line.memoryBytes).toBe(65_536);
  });

  it('tells for how long a request has been unacknowledged', async () => {
    const { line, instance, send } = openLine();
    expect(line.oldestUnacceptedMs(performance.now())).toBe(0);
    const { id, sentAtMs } = send();
    expect(line.oldestUnacceptedMs(sentAtMs + 40)).toBeCloseTo(40);
    instance.say({ type: 'accepted', id });
    await settle();
    expect(line.oldestUnacceptedMs(sentAtMs + 40)).toBe(0);
  });

  it('takes any word, even of a request that is over, for a sign of life', async () => {
    const { instance, told } = openLine();
    instance.say({ type: 'done', id: 99 });
    await settle();
    expect(told).toEqual(['spoke']);
  });

  it('loses what is under way when it is closed, and takes no more', async () => {
    const { line, send } = openLine();
    const error = new RuntimeError('host-lost', 'the tab was closed');
    const replies = [send().reply, send().reply];
    line.close(error);
    line.close(new RuntimeError('internal', 'closed twice'));
    for (const reply of replies) await expect(reply).rejects.toBe(error);
    expect(line.inFlight).toBe(0);
    expect(send).toThrow(expect.objectContaining({ code: 'host-lost' }));
  });

  it('does not count a request that was taken elsewhere as served', () => {
    const { line, send } = openLine();
    send().withdraw();
    expect(line.inFlight).toBe(0);
    expect(line.served).toBe(0);
    expect(line.medianReplyMs()).toBe(null);
  });
});

describe('a line to an instance whose guests block their worker', () => {
  const open = (instance: TestInstance) => new InstanceLine(instance.port, { onSpoke: () => {}, onRoom: () => {}, onOverdue: () => {} }, true);
  const inMailbox = async (line: InstanceLine) => {
    const bytes = await line.mailbox?.take(0);
    return bytes ? decodeFrames(bytes.buffer) : [];
  };

  it('tells the token first; what a running guest is sent goes by mailbox, a cancellation by both', async () => {
    const instance = new TestInstance('accepts');
    const line = open(instance);
    const exchange = line.send({ ...REQUEST_HEAD, method: 'POST' }, new Blob(['body']).stream(), true, LIMITS);
    await settle();
    expect(instance.received.map(({ type }) => type)).toEqual(['mailbox', 'request', 'go']);
    expect(instance.received[0]).toEqual({ type: 'mailbox', token: line.mailbox?.token });
    expect(await inMailbox(line)).toMatchObject([{ type: 'chunk' }, { type: 'end' }]);
    exchange.reply.catch(() => {}); // Cancelled on purpose.
    exchange.cancel();
    await settle();
    expect(instance.received.at(-1)?.type).toBe('cancel');
    expect(await inMailbox(line)).toMatchObject([{ type: 'cancel' }]);
  });

  it('keeps nothing for a request that is over', async () => {
    const instance = new TestInstance('accepts');
    const line = open(instance);
    const exchange = line.send({ ...REQUEST_HEAD, method: 'POST' }, new Blob(['body']).stream(), true, LIMITS);
    await settle();
    instance.say({ type: 'head', id: exchange.id, status: 200, headers: [], bytes: null, end: true });
    instance.say({ type: 'done', id: exchange.id });
    await exchange.finished;
    expect(await inMailbox(line)).toEqual([]);
  });
});
