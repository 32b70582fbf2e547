import { describe, expect, it } from 'vitest';
import { canSuspend } from '../../../../src/wasi/jspi.ts';
import { createWagiHandler } from '../../../../src/wasi/wagi/wagi-handler.ts';
import { scriptedBlock } from '../scripted-block.ts';
import { fixture, makeAnswer, makeFeed, makeHandlerHost, makeRequest, makeSpec, settle } from './harness.ts';

const modes = [{ suspends: false }, ...(canSuspend() ? [{ suspends: true }] : [])];

describe.each(modes)('a WAGI handler, suspending: $suspends', ({ suspends }) => {
  const handlerOf = (name: string, spec = makeSpec()) => {
    const host = makeHandlerHost(suspends);
    return { host, handler: createWagiHandler(fixture(name), spec, host) };
  };

  it('answers each request with a fresh instance', async () => {
    const { handler } = handlerOf('hello');
    await handler.prepare();
    await handler.prepare();
    for (let round = 0; round < 3; round += 1) {
      const answer = makeAnswer();
      await handler.handle(makeRequest(), answer);
      expect(answer).toMatchObject({ status: 200, headers: [['content-type', 'text/plain']], text: 'hello world\n', end: 'open' });
    }
  });

  it('tells the memory of the guest that served last', async () => {
    const { handler } = handlerOf('hello');
    expect(handler.memoryBytes).toBeNull();
    await handler.handle(makeRequest(), makeAnswer());
    expect(handler.memoryBytes).toBe(65_536);
  });

  it('hands the whole body over, larger than any buffer', async () => {
    const { handler } = handlerOf('echo');
    const answer = makeAnswer();
    await handler.handle(makeRequest('/', { body: 'é'.repeat(500_000) }), answer);
    expect(answer.text.length).toBe(500_001);
    expect(answer.end).toBe('open');
  });

  it('does not take a body that is still coming for an empty one', async () => {
    const { handler } = handlerOf('echo');
    const feed = makeFeed();
    const answer = makeAnswer();
    const steps = [
      () => feed.feed('one '),
      () => {
        feed.feed('two');
        feed.end();
      },
    ];
    const handled = handler.handle(makeRequest('/', { body: feed, block: scriptedBlock(...steps) }), answer);
    if (suspends) {
      for (const step of steps) {
        await settle();
        step();
      }
    }
    await handled;
    expect(answer.text).toBe('one two.');
  });

  it.runIf(suspends)('serves interleaved requests apart from each other', async () => {
    const { handler } = handlerOf('echo');
    const feeds = [makeFeed(), makeFeed()];
    const answers = [makeAnswer(), makeAnswer()];
    const handled = feeds.map((feed, index) => handler.handle(makeRequest('/', { body: feed }), answers[index]!));
    for (const [index, feed] of feeds.entries()) {
      feed.feed(`${index}`);
      await settle();
    }
    for (const feed of feeds) feed.end();
    await Promise.all(handled);
    expect(answers.map(({ text }) => text)).toEqual(['0.', '1.']);
  });

  it('reports an exit without an answer, and a trap', async () => {
    const exit = handlerOf('exit');
    await expect(exit.handler.handle(makeRequest(), makeAnswer())).rejects.toMatchObject({ code: 'handler-trap', details: { exitCode: 3 } });
    const trap = handlerOf('trap-after-head');
    const answer = makeAnswer();
    await expect(trap.handler.handle(makeRequest(), answer)).rejects.toMatchObject({ code: 'handler-trap', message: expect.stringContaining('unreachable') });
    expect(answer).toMatchObject({ text: 'part', end: 'aborted' });
    expect(trap.host.lines).toEqual([expect.stringMatching(/^system: .*unreachable/)]);
  });

  it('ends a guest that catches its own exit', async () => {
    const { handler } = handlerOf('catch-exit');
    const answer = makeAnswer();
    await handler.handle(makeRequest(), answer);
    expect(answer).toMatchObject({ text: 'hello world\n', end: 'open' });
  });

  it('sleeps', async () => {
    const { handler } = handlerOf('sleep');
    const startMs = performance.now();
    const answer = makeAnswer();
    await handler.handle(makeRequest(), answer);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(49);
    expect(answer.text).toBe('after');
  });

  it('ends with the request', async () => {
    const { handler } = handlerOf('echo');
    const controller = new AbortController();
    const leave = () => controller.abort(new Error('gone'));
    const handled = handler.handle(makeRequest('/', { body: makeFeed(), signal: controller.signal, block: scriptedBlock(leave) }), makeAnswer());
    // Met below; a guest that blocks the thread has ended by now.
    handled.catch(() => {});
    await settle();
    leave();
    await expect(handled).rejects.toMatchObject({ code: 'handler-timeout' });
  });
});

describe('a module that is no handler', () => {
  const empty = (...bytes: number[]) => new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...bytes]));
  const memory = [5, 3, 1, 0, 1];

  it('is refused with what it lacks', () => {
    const make = (module: WebAssembly.Module) => () => createWagiHandler(module, makeSpec(), makeHandlerHost());
    expect(make(empty())).toThrow(expect.objectContaining({ code: 'module-invalid', message: expect.stringContaining('_start') }));
    // Imports the function "env" "f".
    const imports = empty(1, 4, 1, 0x60, 0, 0, 2, 9, 1, 3, 0x65, 0x6e, 0x76, 1, 0x66, 0, 0, ...memory);
    expect(make(imports)).toThrow(expect.objectContaining({ code: 'module-invalid', message: expect.stringContaining('"env" "f"') }));
  });

  it('is refused for files that contradict each other', () => {
    const files = [
      { path: '/a', text: '' },
      { path: '/a/b', text: '' },
    ];
    expect(() => createWagiHandler(fixture('hello'), makeSpec({ files }), makeHandlerHost())).toThrow(expect.objectContaining({ code: 'resource-invalid' }));
  });
});

describe('a guest that blocks its thread', () => {
  it('writes each piece before the next has come', async () => {
    const handler = createWagiHandler(fixture('echo'), makeSpec(), makeHandlerHost());
    const feed = makeFeed();
    const answer = makeAnswer();
    const seen: string[] = [];
    const steps = ['one', 'two', 'three'].map((piece) => () => {
      seen.push(answer.pieces.at(-1) ?? '');
      feed.feed(piece);
    });
    await handler.handle(makeRequest('/', { body: feed, block: scriptedBlock(...steps, () => feed.end()) }), answer);
    expect(seen).toEqual(['', 'one', 'two']);
    expect(answer.text).toBe('onetwothree.');
  });

  it('waits while the answer is full', async () => {
    const handler = createWagiHandler(fixture('echo'), makeSpec(), makeHandlerHost());
    const answer = makeAnswer();
    answer.room = 10;
    const lengths: number[] = [];
    const block = scriptedBlock(() => {
      lengths.push(answer.text.length);
      answer.drain();
    });
    await handler.handle(makeRequest('/', { body: 'x'.repeat(100_000), block }), answer);
    expect(lengths).toEqual([65_536]);
    expect(answer.text.length).toBe(100_001);
  });

  it('that has no way to wait says so', async () => {
    const handler = createWagiHandler(fixture('echo'), makeSpec(), makeHandlerHost());
    const { block: _, ...request } = makeRequest('/', { body: makeFeed() });
    await expect(handler.handle(request, makeAnswer())).rejects.toMatchObject({ code: 'engine-unsupported' });
  });
});

describe.skipIf(!canSuspend())('streaming (needs JSPI, which this engine may lack)', () => {
  it('writes each piece before the next has come', async () => {
    const handler = createWagiHandler(fixture('echo'), makeSpec(), makeHandlerHost(true));
    const feed = makeFeed();
    const answer = makeAnswer();
    const handled = handler.handle(makeRequest('/', { body: feed }), answer);
    await settle();
    expect(answer.headSent).toBe(true);
    for (const piece of ['one', 'two', 'three']) {
      feed.feed(piece);
      await settle();
      expect(answer.pieces.at(-1)).toBe(piece);
    }
    feed.end();
    await handled;
    expect(answer.text).toBe('onetwothree.');
  });

  it('waits while the answer is full', async () => {
    const handler = createWagiHandler(fixture('echo'), makeSpec(), makeHandlerHost(true));
    const answer = makeAnswer();
    answer.room = 10;
    const handled = handler.handle(makeRequest('/', { body: 'x'.repeat(100_000) }), answer);
    await settle(20);
    expect(answer.text.length).toBe(65_536);
    answer.drain();
    await handled;
    expect(answer.text.length).toBe(100_001);
  });

  it('lets others run while a guest sleeps', async () => {
    const handler = createWagiHandler(fixture('sleep'), makeSpec(), makeHandlerHost(true));
    const answers = [makeAnswer(), makeAnswer(), makeAnswer()];
    const startMs = performance.now();
    await Promise.all(answers.map((answer) => handler.handle(makeRequest(), answer)));
    expect(performance.now() - startMs).toBeLessThan(140);
  });
});
