import type { LogLine } from '../core/log-line.ts';
import type { FromInstanceWorker } from '../protocol/host-instance.ts';

/**
 * A guest that floods its log costs others no more than this: so many lines a second, after a burst that is as long as a large
 * stack trace. Each is a message to the window and room in its storage; two thousand a second, kept up, tripled the
 * p99 of an App beside.
 */
const LINES_PER_SECOND = 500;
const LINES_AT_ONCE = 2_000;
/** Characters, which are about bytes: a line may have 16 KiB. */
const TEXT_PER_SECOND = 131_072;
const TEXT_AT_ONCE = 524_288;
const REPORT_AFTER_MS = 1_000;

/**
 * Sends log lines to the window, which writes them down. Each at once: the line said just before an endless loop is the
 * one that explains it, and this worker may never get to send another. A flood is cut, and the log says how many were lost.
 */
export class LogSender {
  readonly #post: (message: FromInstanceWorker) => void;
  #lines = LINES_AT_ONCE;
  #text = TEXT_AT_ONCE;
  #refilledMs = Date.now();
  #dropped = 0;

  constructor(post: (message: FromInstanceWorker) => void) {
    this.#post = post;
  }

  write(stream: LogLine['stream'], text: string): void {
    const nowMs = Date.now();
    this.#refill(nowMs);
    if (this.#lines < 1 || this.#text < text.length) {
      if (this.#dropped++ === 0) setTimeout(() => this.#reportDropped(), REPORT_AFTER_MS);
      return;
    }
    this.#lines -= 1;
    this.#text -= text.length;
    this.#send(nowMs, stream, text);
  }

  #refill(nowMs: number): void {
    const seconds = Math.max(0, nowMs - this.#refilledMs) / 1_000;
    this.#lines = Math.min(LINES_AT_ONCE, this.#lines + seconds * LINES_PER_SECOND);
    this.#text = Math.min(TEXT_AT_ONCE, this.#text + seconds * TEXT_PER_SECOND);
    this.#refilledMs = nowMs;
  }

  #reportDropped(): void {
    if (this.#dropped === 0) return;
    this.#send(Date.now(), 'system', `${this.#dropped} lines were dropped: more than ${LINES_PER_SECOND}, or ${TEXT_PER_SECOND} characters, a second`);
    this.#dropped = 0;
  }

  #send(atMs: number, stream: LogLine['stream'], text: string): void {
    this.#post({ type: 'log', lines: [{ atMs, stream, text }] });
  }
}
