/**
 * How frames reach an instance whose guests block their worker (an engine without JSPI): a blocked worker receives no
 * messages, so what is meant for a running guest waits in a mailbox of the service worker, and the worker fetches it by
 * synchronous XMLHttpRequest: `GET <base>_swerve/lines/<token>?ms=<how long to wait>`. The answer is 200 with frames, 204
 * when the time is over, 410 when there is no such line (any more). The token travels over the line's MessagePort only.
 *
 * A frame is a byte for its type, the request's id (unsigned 32 bits, little-endian, as all numbers here), then for `chunk` its length and
 * bytes, for `abort` the length and UTF-8 JSON of its WireError, for `credit` the number of bytes.
 * See docs/decisions/0014-blocking-by-xhr.md.
 */
import { RuntimeError, type WireError } from '../core/errors.ts';
import type { ToInstance } from './sw-instance.ts';

/** Under `<base>_swerve/`, with the token behind it. */
export const LINES_PATH = 'lines/';
/** Marks the service worker's own answers: a worker's first requests may reach the network instead, which answers as it likes. */
export const LINE_HEADER = 'swerve-line';

/** The longest that the service worker keeps one XMLHttpRequest waiting: a worker that is blocked by a lost one finds out soon after. */
export const MAX_WAIT_MS = 2_000;

/** What a running guest may be sent. */
export type MailboxFrame = Extract<ToInstance, { type: 'chunk' | 'end' | 'abort' | 'credit' | 'cancel' }>;

const TYPES = ['chunk', 'end', 'abort', 'credit', 'cancel'] as const satisfies MailboxFrame['type'][];
const HEAD_BYTES = 5;
const NUMBER_BYTES = 4;

/** `frames`, in their order, as the body of one answer. */
export function encodeFrames(frames: readonly MailboxFrame[]): Uint8Array<ArrayBuffer> {
  const payloads = frames.map(payloadOf);
  const bytes = new Uint8Array(frames.reduce((sum, frame, index) => sum + HEAD_BYTES + numberBytes(frame) + (payloads[index]?.length ?? 0), 0));
  const view = new DataView(bytes.buffer);
  let offset = 0;
  frames.forEach((frame, index) => {
    view.setUint8(offset, TYPES.indexOf(frame.type));
    view.setUint32(offset + 1, frame.id, true);
    offset += HEAD_BYTES;
    const payload = payloads[index];
    if (numberBytes(frame) === 0) return;
    view.setUint32(offset, frame.type === 'credit' ? frame.bytes : (payload?.length ?? 0), true);
    offset += NUMBER_BYTES;
    if (!payload) return;
    bytes.set(payload, offset);
    offset += payload.length;
  });
  return bytes;
}

/** The frames in `buffer`, whose chunks are views of it. @throws RuntimeError `internal` for what `encodeFrames` did not write */
export function decodeFrames(buffer: ArrayBuffer): MailboxFrame[] {
  const view = new DataView(buffer);
  const frames: MailboxFrame[] = [];
  let offset = 0;
  const number = () => {
    offset += NUMBER_BYTES;
    return view.getUint32(offset - NUMBER_BYTES, true);
  };
  const payload = () => {
    const length = number();
    offset += length;
    return new Uint8Array(buffer, offset - length, length);
  };
  try {
    while (offset < buffer.byteLength) {
      const type = TYPES[view.getUint8(offset)];
      offset += 1;
      const id = number();
      if (type === 'chunk') frames.push({ type, id, bytes: payload() });
      else if (type === 'abort') frames.push({ type, id, error: JSON.parse(new TextDecoder().decode(payload())) as WireError });
      else if (type === 'credit') frames.push({ type, id, bytes: number() });
      else if (type) frames.push({ type, id });
      else throw new RangeError('unknown type of frame');
    }
  } catch (cause) {
    throw new RuntimeError('internal', `the answer of a mailbox is not made of frames (at byte ${offset} of ${buffer.byteLength})`, { cause });
  }
  return frames;
}

function numberBytes({ type }: MailboxFrame): number {
  return type === 'end' || type === 'cancel' ? 0 : NUMBER_BYTES;
}

function payloadOf(frame: MailboxFrame): Uint8Array | null {
  if (frame.type === 'chunk') return frame.bytes;
  return frame.type === 'abort' ? new TextEncoder().encode(JSON.stringify(frame.error)) : null;
}
