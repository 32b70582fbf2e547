import { RuntimeError } from '../../core/errors.ts';
import type { LogLine } from '../../core/log-line.ts';
import type { ApiClient } from '../api/client.ts';
import { type LogLevel, levelOf } from './log-filter.ts';
import { Observable } from './observable.ts';
import { untilVisible } from './pause.ts';

/** More lines than this are not kept; the API keeps as many. */
export const LOG_MAX_LINES = 10_000;

/** A line, a key that stays its own while the list is cut, and the level that its text names. */
export interface NumberedLine extends LogLine {
  seq: number;
  level: LogLevel | null;
}

/** The end of one App's log, followed while it runs. */
export class LogTail extends Observable {
  readonly #client: Pick<ApiClient, 'followLog'>;
  readonly #tailLines: number;
  #lines: NumberedLine[] = [];
  /** What was shown when the tail was paused; null: it is not. */
  #pausedLines: NumberedLine[] | null = null;
  #heldCount = 0;
  #nextSeq = 1;
  #isLoaded = false;
  #error: RuntimeError | null = null;

  /** `tailLines`: how many of the lines that are there already are read. */
  constructor(client: Pick<ApiClient, 'followLog'>, tailLines: number = LOG_MAX_LINES) {
    super();
    this.#client = client;
    this.#tailLines = tailLines;
  }

  /** Oldest first; while paused, those of that moment. */
  get lines(): readonly NumberedLine[] {
    return this.#pausedLines ?? this.#lines;
  }
  get isPaused(): boolean {
    return this.#pausedLines !== null;
  }
  /** Lines that came while paused. */
  get heldCount(): number {
    return this.#heldCount;
  }
  /** False until the log was opened once. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }
  get error(): RuntimeError | null {
    return this.#error;
  }

  clear(): void {
    this.#lines = [];
    if (this.#pausedLines !== null) this.#pausedLines = [];
    this.#heldCount = 0;
    this.changed();
  }

  /** Shows nothing new until {@link resume}; the log is still followed. */
  pause(): void {
    this.#pausedLines ??= this.#lines;
    this.changed();
  }

  resume(): void {
    this.#pausedLines = null;
    this.#heldCount = 0;
    this.changed();
  }

  /** Follows until `signal` fires. A follower that is cut off starts again and drops the lines it has had. */
  async follow(namespace: string, name: string, signal: AbortSignal): Promise<void> {
    let delayMs = 500;
    while (!signal.aborted) {
      let unseen = new UnseenLines(this.#lines);
      try {
        // An App that has written nothing yet gives no first batch: shown as empty, not as loading for ever.
        const opened = setTimeout(() => this.#open(), 400);
        try {
          for await (const batch of this.#client.followLog(namespace, name, signal, this.#tailLines)) {
            this.#append(unseen.of(batch));
            delayMs = 500;
          }
        } finally {
          clearTimeout(opened);
        }
        this.#open();
      } catch (error) {
        if (signal.aborted) return;
        this.#error = RuntimeError.from(error, 'host-unavailable');
        if (delayMs > 500) this.changed();
      }
      unseen = new UnseenLines(this.#lines);
      try {
        await untilVisible(delayMs, signal);
      } catch {
        // Only an abort ends a pause early, and the loop's condition sees it.
      }
      delayMs = Math.min(15_000, delayMs * 2);
    }
  }

  #open(): void {
    this.#isLoaded = true;
    this.#error = null;
    this.changed();
  }

  #append(batch: readonly LogLine[]): void {
    const numbered = batch.map((line) => ({ ...line, seq: this.#nextSeq++, level: levelOf(line.text) }));
    this.#lines = [...this.#lines, ...numbered].slice(-LOG_MAX_LINES);
    if (this.#pausedLines !== null) this.#heldCount += batch.length;
    this.#open();
  }
}

/** Tells apart what a re-opened log repeats from what is new: lines before the newest one known, and as many of its own millisecond as are known. */
class UnseenLines {
  readonly #newestAtMs: number;
  #known: string[];

  constructor(lines: readonly LogLine[]) {
    this.#newestAtMs = lines.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
    this.#known = lines.filter(({ atMs }) => atMs === this.#newestAtMs).map(({ text }) => text);
  }

  of(batch: readonly LogLine[]): LogLine[] {
    return batch.filter(({ atMs, text }) => {
      if (atMs !== this.#newestAtMs) return atMs > this.#newestAtMs;
      const index = this.#known.indexOf(text);
      if (index === -1) return true;
      this.#known.splice(index, 1);
      return false;
    });
  }
}
