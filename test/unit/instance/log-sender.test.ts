import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LogSender } from '../../../src/instance/log-sender.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: 1_700_000_000_000 }));
afterEach(() => void vi.useRealTimers());

function startSender() {
  const lines: { atMs: number; stream: string; text: string }[] = [];
  const sender = new LogSender((message) => {
    if (message.type === 'log') lines.push(...message.lines);
  });
  return { sender, lines, flood: (count: number) => Array.from({ length: count }, (_, index) => sender.write('stdout', `${index}`)) };
}

describe('LogSender', () => {
  it('sends each line at once, with its time', () => {
    const { sender, lines } = startSender();
    sender.write('stdout', 'one');
    vi.advanceTimersByTime(5);
    sender.write('stderr', 'two');
    expect(lines).toEqual([
      { atMs: 1_700_000_000_000, stream: 'stdout', text: 'one' },
      { atMs: 1_700_000_000_005, stream: 'stderr', text: 'two' },
    ]);
  });

  it('cuts a flood, and says before the next line how many were lost', () => {
    const { sender, lines, flood } = startSender();
    flood(2_500);
    expect(lines).toHaveLength(2_000);
    expect(lines.at(-1)?.text).toBe('1999');
    vi.advanceTimersByTime(1_000);
    sender.write('stdout', 'after');
    expect(lines.slice(2_000)).toEqual([
      { atMs: 1_700_000_001_000, stream: 'system', text: expect.stringContaining('500 lines were dropped') },
      { atMs: 1_700_000_001_000, stream: 'stdout', text: 'after' },
    ]);
  });

  it('cuts a flood of few and long lines too', () => {
    const { sender, lines } = startSender();
    for (let index = 0; index < 100; index++) sender.write('stdout', 'x'.repeat(16_384));
    expect(lines).toHaveLength(32);
    vi.advanceTimersByTime(1_000);
    expect(lines.at(-1)).toMatchObject({ stream: 'system', text: expect.stringMatching(/^68 lines were dropped/) });
  });

  it('says so once, and lets the next second through', () => {
    const { lines, flood } = startSender();
    flood(2_001);
    vi.advanceTimersByTime(1_000);
    flood(500);
    expect(lines).toHaveLength(2_501);
    vi.advanceTimersByTime(1_000);
    flood(1);
    expect(lines.filter(({ stream }) => stream === 'system')).toHaveLength(1);
  });

  it('lets through as many a second as it promises, however long it lasts', () => {
    const { lines, flood } = startSender();
    for (let tenth = 0; tenth < 100; tenth++) {
      flood(300);
      vi.advanceTimersByTime(100);
    }
    const sent = lines.filter(({ stream }) => stream !== 'system').length;
    expect(sent).toBeGreaterThan(6_900);
    expect(sent).toBeLessThanOrEqual(7_000);
    const lost = lines.flatMap(({ stream, text }) => (stream === 'system' ? Number.parseInt(text, 10) : []));
    expect(sent + lost.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(27_000);
  });

  it('says how many were lost of a flood after which nothing comes', () => {
    const { lines, flood } = startSender();
    flood(2_003);
    vi.advanceTimersByTime(1_000);
    expect(lines.at(-1)).toMatchObject({ stream: 'system', text: expect.stringContaining('3 lines were dropped') });
    vi.advanceTimersByTime(5_000);
    expect(lines).toHaveLength(2_001);
  });
});
