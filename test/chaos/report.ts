import { writeFile } from 'node:fs/promises';

/** One line per fault and per violation as they come, and the sum of it all. */
export class Report {
  readonly violations: { atMs: number; text: string }[] = [];
  readonly leaks: Record<string, unknown>[] = [];
  readonly unexplained: string[] = [];
  readonly #counts = new Map<string, number>();
  readonly #slowestMs = new Map<string, number>();
  readonly #startMs = performance.now();
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  get nowMs(): number {
    return Math.round(performance.now() - this.#startMs);
  }

  line(text: string): void {
    this.#say(`${(this.nowMs / 1000).toFixed(2).padStart(8)} s  ${text}`);
  }

  count(what: string, by = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + by);
  }

  countOf(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  /** The longest time of each kind is told in the end. */
  took(what: string, ms: number): void {
    this.#slowestMs.set(what, Math.max(this.#slowestMs.get(what) ?? 0, Math.round(ms)));
  }

  violation(text: string): void {
    this.violations.push({ atMs: this.nowMs, text });
    this.line(`VIOLATION ${text}`);
  }

  notExplained(text: string): void {
    this.unexplained.push(text);
    this.line(`unexplained ${text}`);
  }

  /** All figures; the counts by their names. */
  figures(): { elapsedMs: number; counts: Record<string, number>; slowestMs: Record<string, number> } {
    const sorted = (map: Map<string, number>) => Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
    return { elapsedMs: this.nowMs, counts: sorted(this.#counts), slowestMs: sorted(this.#slowestMs) };
  }

  /** The summary that ends a run; `replay` is the command that makes the same one. */
  summarize(replay: string): void {
    const { counts, slowestMs } = this.figures();
    this.line('summary');
    for (const [what, count] of Object.entries(counts)) this.#say(`  ${String(count).padStart(8)}  ${what}`);
    for (const [what, ms] of Object.entries(slowestMs)) this.#say(`  ${String(ms).padStart(5)} ms  slowest ${what}`);
    for (const { atMs, text } of this.violations) this.#say(`  VIOLATION at ${(atMs / 1000).toFixed(2)} s: ${text}`);
    this.#say(`${this.violations.length} violations, ${this.unexplained.length} unexplained errors. Replay: ${replay}`);
  }

  async writeJson(file: string, about: Record<string, unknown>): Promise<void> {
    const { violations, unexplained, leaks } = this;
    await writeFile(file, `${JSON.stringify({ ...about, ...this.figures(), violations, unexplained, leaks }, null, 2)}\n`);
  }
}
