import type { LogLine } from '../core/log-line.ts';

/** Lines wait at most this long to be written together. */
const BATCH_MS = 100;

/** Collects log lines of this window's instances and writes them to the store in batches, in order. */
export class LogWriter {
  readonly #append: (namespace: string, app: string, lines: LogLine[]) => Promise<void>;
  readonly #batches = new Map<string, { namespace: string; app: string; lines: LogLine[] }>();
  #writing: Promise<void> = Promise.resolve();
  #isScheduled = false;

  constructor(append: (namespace: string, app: string, lines: LogLine[]) => Promise<void>) {
    this.#append = append;
  }

  write(namespace: string, app: string, lines: LogLine[]): void {
    const key = `${namespace}/${app}`;
    const batch = this.#batches.get(key);
    if (batch) batch.lines.push(...lines);
    else this.#batches.set(key, { namespace, app, lines: [...lines] });
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setTimeout(() => {
      this.#isScheduled = false;
      this.flush();
    }, BATCH_MS);
  }

  /** Starts writing what has gathered. A full disk costs log lines, never a request: the failure goes to the console. */
  flush(): void {
    const batches = [...this.#batches.values()];
    this.#batches.clear();
    for (const { namespace, app, lines } of batches) {
      this.#writing = this.#writing
        .then(() => this.#append(namespace, app, lines))
        .catch((error: unknown) => console.warn('swerve: log lines were lost', error));
    }
  }
}
