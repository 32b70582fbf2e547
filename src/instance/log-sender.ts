import type { LogLine } from '../core/log-line.ts';
import type { FromInstanceWorker } from '../protocol/host-instance.ts';

/** A guest that floods its log costs its window no more than this. */
const MAX_LINES_PER_SECOND = 2_000;
/** Characters, which are about bytes. Lines may have 16 KiB each, and every one is stored. */
const MAX_TEXT_PER_SECOND = 524_288;
const WINDOW_MS = 1_000;

/**
 * Sends log lines to the window, which writes them down. Each at once: the line said just before an endless loop is the
 * one that explains it, and this worker may never get to send another. A flood is cut, and the log says how many were lost.
 */
export class LogSender {
  readonly #post: (message: FromInstanceWorker) => void;
  #windowStartMs = 0;
  #linesInWindow = 0;
  #textInWindow = 0;
  #dropped = 0;

  constructor(post: (message: FromInstanceWorker) => void) {
    this.#post = post;
  }

  write(stream: LogLine['stream'], text: string): void {
    const nowMs = Date.now();
    if (nowMs - this.#windowStartMs >= WINDOW_MS) {
      this.#reportDropped();
      this.#windowStartMs = nowMs;
      this.#linesInWindow = 0;
      this.#textInWindow = 0;
    }
    this.#linesInWindow += 1;
    this.#textInWindow += text.length;
    if (this.#linesInWindow <= MAX_LINES_PER_SECOND && this.#textInWindow <= MAX_TEXT_PER_SECOND) this.#send(nowMs, stream, text);
    else if (this.#dropped++ === 0) setTimeout(() => this.#reportDropped(), WINDOW_MS);
  }

  #reportDropped(): void {
    if (this.#dropped === 0) return;
    this.#send(
      Date.now(),
      'system',
      `${this.#dropped} lines were dropped: more than ${MAX_LINES_PER_SECOND}, or ${MAX_TEXT_PER_SECOND} characters, in one second`,
    );
    this.#dropped = 0;
  }

  #send(atMs: number, stream: LogLine['stream'], text: string): void {
    this.#post({ type: 'log', lines: [{ atMs, stream, text }] });
  }
}
