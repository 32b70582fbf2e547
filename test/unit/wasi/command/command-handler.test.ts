import { describe, expect, it } from 'vitest';
import { createCommandHandler } from '../../../../src/wasi/command/command-handler.ts';
import { fixture, makeAnswer, makeHandlerHost, makeRequest, makeSpec } from '../wagi/harness.ts';

function make(name: string) {
  const host = makeHandlerHost();
  return { host, handler: createCommandHandler(fixture(name), makeSpec({ abi: 'command' }), host) };
}

describe('a command that runs for its own sake', () => {
  it('gives its standard output as it is', async () => {
    const { handler, host } = make('hello');
    const answer = makeAnswer();
    await handler.handle(makeRequest(), answer);
    expect(answer).toMatchObject({ status: 200, headers: [['content-type', 'application/octet-stream']] });
    expect(answer.text).toBe('content-type:text/plain\n\nhello world\n');
    expect(host.lines).toEqual([]);
    expect(handler.memoryBytes).toBeGreaterThan(0);
  });

  it('says with which code it exited', async () => {
    const { handler, host } = make('exit');
    await expect(handler.handle(makeRequest(), makeAnswer())).rejects.toMatchObject({ code: 'handler-trap', details: { exitCode: 3 } });
    expect(host.lines).toEqual(['system: the command exited with code 3']);
  });

  it('says that it trapped', async () => {
    const { handler } = make('trap-after-head');
    await expect(handler.handle(makeRequest(), makeAnswer())).rejects.toMatchObject({
      code: 'handler-trap',
      details: {},
      message: expect.stringContaining('trapped'),
    });
  });

  it('ends with its caller', async () => {
    const { handler } = make('hello');
    const reason = new Error('gone');
    await expect(handler.handle(makeRequest('/', { signal: AbortSignal.abort(reason) }), makeAnswer())).rejects.toMatchObject({
      code: 'internal',
      cause: reason,
    });
  });
});
