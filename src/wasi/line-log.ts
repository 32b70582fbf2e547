import type { ByteSink } from './bytes.ts';

/** `LogLine.text` holds no more; the rest of a longer line is dropped and counted. */
const MAX_LINE_BYTES = 16_384;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** Kept free for the words that say how much was cut. */
const CUT_NOTE_BYTES = 64;

/**
 * A sink that hands each line of UTF-8 text to `write`, without its line end (LF or CRLF). A line over 16 KiB is cut and
 * says so; a last line without an end is handed over by `close` or `abort`. Never full, never broken.
 */
export function createLineLog(write: (line: string) => void): ByteSink {
  const decoder = new TextDecoder();
  // Most guests never write to stderr, and one of these is made for every request.
  let buffer = new Uint8Array(0);
  let length = 0;
  let cutBytes = 0;

  const take = (bytes: Uint8Array) => {
    const room = Math.max(0, MAX_LINE_BYTES - length);
    const taken = bytes.subarray(0, room);
    if (buffer.length === 0) buffer = new Uint8Array(MAX_LINE_BYTES);
    buffer.set(taken, length);
    length += taken.length;
    cutBytes += bytes.length - taken.length;
  };

  const endLine = () => {
    if (cutBytes === 0) {
      const end = length > 0 && buffer[length - 1] === CARRIAGE_RETURN ? length - 1 : length;
      write(decoder.decode(buffer.subarray(0, end)));
    } else {
      let end = MAX_LINE_BYTES - CUT_NOTE_BYTES;
      // Not in the middle of a UTF-8 sequence: 10xxxxxx continues one.
      while (end > 0 && ((buffer[end] ?? 0) & 0xc0) === 0x80) end -= 1;
      write(`${decoder.decode(buffer.subarray(0, end))} … [line cut: ${length - end + cutBytes} more bytes]`);
    }
    length = 0;
    cutBytes = 0;
  };

  const finish = () => {
    if (length > 0 || cutBytes > 0) endLine();
  };

  return {
    capacity: () => MAX_LINE_BYTES,
    write(bytes) {
      let start = 0;
      for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
        take(bytes.subarray(start, end));
        endLine();
        start = end + 1;
      }
      take(bytes.subarray(start));
    },
    ready: () => Promise.resolve(),
    close: finish,
    abort: finish,
  };
}
