import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { emptySource } from '../../../../src/wasi/bytes.ts';
import { FileTree } from '../../../../src/wasi/files.ts';
import { createReactor, RunningReactor } from '../../../../src/wasi/preview1/reactor.ts';
import { scriptedBlock } from '../scripted-block.ts';
import { memorySink } from './host.ts';

const WAITING = { canSuspend: false, forFiles: false };

function guest(name: string): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(new URL(`../../../guests/${name}.wasm`, import.meta.url)));
}

async function start(name = 'reactor-calls', signal = new AbortController().signal) {
  const stdout = memorySink();
  const inputs = {
    args: [],
    env: [],
    stdin: emptySource,
    stdout,
    stderr: memorySink(),
    preopens: [{ name: '/', files: new FileTree() }],
    signal,
    block: scriptedBlock(),
    report: () => {},
  };
  return { stdout, reactor: await RunningReactor.start(createReactor(guest(name), WAITING), inputs) };
}

describe('a preview 1 reactor', () => {
  it('is initialized before all, and keeps its state between calls', async () => {
    const { reactor } = await start();
    expect(await reactor.call('add', 1)).toEqual({ kind: 'answer', value: 11 });
    expect(await reactor.call('add', 2)).toEqual({ kind: 'answer', value: 13 });
    expect(reactor.memoryBytes).toBe(65_536);
  });

  it('has the host functions, in every call', async () => {
    const { reactor, stdout } = await start();
    await reactor.call('say');
    expect(await reactor.call('wait')).toEqual({ kind: 'answer', value: 0 });
    await reactor.call('say');
    expect(stdout.text).toBe('hihi');
  });

  it('ends for good by an exit or a trap', async () => {
    const { reactor: exited } = await start();
    expect(await exited.call('exit')).toEqual({ kind: 'exit', code: 5 });
    expect(await exited.call('add', 1)).toEqual({ kind: 'exit', code: 5 });
    const { reactor: trapped } = await start();
    expect(await trapped.call('trap')).toMatchObject({ kind: 'trap' });
    expect(await trapped.call('add', 1)).toMatchObject({ kind: 'trap' });
  });

  it('ends with its caller, and when it is closed', async () => {
    const { reactor } = await start('reactor-calls', AbortSignal.abort());
    expect(await reactor.call('say')).toEqual({ kind: 'cancelled' });
    const { reactor: closed } = await start();
    await closed.close();
    expect(await closed.call('add', 1)).toEqual({ kind: 'cancelled' });
  });

  it('serves one call at a time', async () => {
    const { reactor } = await start();
    const first = reactor.call('add', 1);
    await expect(reactor.call('add', 1)).rejects.toMatchObject({ code: 'internal' });
    expect(await first).toEqual({ kind: 'answer', value: 11 });
  });

  it('is no command, and needs only what preview 1 has', () => {
    expect(() => createReactor(guest('exit3'), WAITING)).toThrow('it is a WASI command');
    expect(() => createReactor(guest('unknown-import'), WAITING)).toThrow('which WASI preview 1 does not have');
    expect(() => createReactor(guest('no-wasi'), WAITING)).toThrow('exports no memory');
  });
});
