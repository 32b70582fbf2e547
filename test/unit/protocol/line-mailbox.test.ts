import { describe, expect, it } from 'vitest';
import { decodeFrames, encodeFrames, type MailboxFrame } from '../../../src/protocol/line-mailbox.ts';

const FRAMES: MailboxFrame[] = [
  { type: 'chunk', id: 1, bytes: Uint8Array.of(0, 255, 7) },
  { type: 'chunk', id: 0xffff_ffff, bytes: new Uint8Array(0) },
  { type: 'end', id: 2 },
  { type: 'credit', id: 3, bytes: 262_144 },
  { type: 'abort', id: 4, error: { code: 'body-too-large', message: 'zu groß: über 1 KiB', details: { limit: 1024 } } },
  { type: 'cancel', id: 5 },
];

describe('frames of a mailbox', () => {
  it('come back as they were, in their order', () => {
    expect(decodeFrames(encodeFrames(FRAMES).buffer)).toEqual(FRAMES);
    expect(decodeFrames(encodeFrames([]).buffer)).toEqual([]);
    expect(encodeFrames([{ type: 'cancel', id: 5 }]).length).toBe(5);
  });

  it('are refused when they are cut anywhere but between two, or of no known type', () => {
    const whole = encodeFrames(FRAMES);
    const ends = new Set(FRAMES.map((_, index) => encodeFrames(FRAMES.slice(0, index)).length));
    for (let length = 0; length < whole.length; length += 1) {
      const decode = () => decodeFrames(whole.slice(0, length).buffer);
      if (ends.has(length)) expect(decode()).toHaveLength([...ends].indexOf(length));
      else expect(decode).toThrow(expect.objectContaining({ code: 'internal' }));
    }
    expect(() => decodeFrames(Uint8Array.of(9, 0, 0, 0, 0).buffer)).toThrow('frames');
  });
});
