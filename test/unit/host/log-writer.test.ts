import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogLine } from '../../../src/core/log-line.ts';
import { LogWriter } from '../../../src/host/log-writer.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const line = (text: string): LogLine => ({ atMs: 0, stream: 'stdout', text, instance: 'one' });

/** Stands for the store: `written` holds one entry a batch. */
function startWriter() {
  const written: string[] = [];
  const failing = new Set<string>();
  const writer = new LogWriter(async (namespace, app, lines) => {
    await Promise.resolve();
    if (failing.has(app)) throw new Error('the disk is full');
    written.push(`${namespace}/${app}: ${lines.map(({ text }) => text).join(' ')}`);
  });
  return { writer, written, failing };
}

describe('LogWriter', () => {
  it('writes what comes within a moment together, each App on its own, in order', async () => {
    const { writer, written } = startWriter();
    writer.write('default', 'a', [line('1'), line('2')]);
    writer.write('default', 'b', [line('x')]);
    writer.write('other', 'a', [line('y')]);
    await vi.advanceTimersByTimeAsync(99);
    writer.write('default', 'a', [line('3')]);
    expect(written).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(written).toEqual(['default/a: 1 2 3', 'default/b: x', 'other/a: y']);
    writer.write('default', 'a', [line('4')]);
    await vi.advanceTimersByTimeAsync(100);
    expect(written.at(-1)).toBe('default/a: 4');
  });

  it('writes at once when it is told to, and nothing twice', async () => {
    const { writer, written } = startWriter();
    writer.write('default', 'a', [line('1')]);
    writer.flush();
    await vi.advanceTimersByTimeAsync(0);
    expect(written).toEqual(['default/a: 1']);
    await vi.advanceTimersByTimeAsync(100);
    expect(written).toEqual(['default/a: 1']);
  });

  it('leaves the lines of its caller as they are', async () => {
    const { writer } = startWriter();
    const lines = [line('1')];
    writer.write('default', 'a', lines);
    writer.write('default', 'a', [line('2')]);
    expect(lines).toHaveLength(1);
  });

  it('goes on after a write that failed, and says so on the console', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { writer, written, failing } = startWriter();
    failing.add('a');
    writer.write('default', 'a', [line('1')]);
    writer.write('default', 'b', [line('2')]);
    await vi.advanceTimersByTimeAsync(100);
    expect(written).toEqual(['default/b: 2']);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('lost'), expect.objectContaining({ message: 'the disk is full' }));
  });
});
