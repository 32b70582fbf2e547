/** Between two looks of a guest's polls when nothing was heard of, at first and at last. */
const FALLBACK_MS = 10;
const MAX_FALLBACK_MS = 80;

const waiting: (() => void)[] = [];
let channel: MessageChannel | null = null;

/** Runs `turn` as a task of its own: after every microtask, and without the 4 ms that nested timers are held to. */
function soon(turn: () => void): void {
  if (!channel) {
    channel = new MessageChannel();
    channel.port1.onmessage = () => waiting.shift()?.();
  }
  waiting.push(turn);
  channel.port2.postMessage(null);
}

/**
 * The event loop of one 0.3 guest: what jco's runtime takes for timers, and where it tells what became of the guest's task. The runtime
 * polls, by `setInterval` and by timers of 10 ms; here polls run when something has happened, and else ever more seldom.
 * `end` stops it all: nothing of the guest runs after that but what is running. docs/platform-notes/jco-0.3.md tells what in jco asks for it.
 */
export class GuestLoop {
  #tasks: (() => void)[] = [];
  #polls: (() => void)[] = [];
  readonly #intervals = new Set<{ readonly poll: () => void }>();
  #fallback: ReturnType<typeof setTimeout> | null = null;
  #fallbackMs = FALLBACK_MS;
  #isScheduled = false;
  #hasEnded = false;
  #running = 0;
  #onIdle: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  #trap: { readonly error: unknown } | null = null;

  /** What jco's output finds among its imports. */
  readonly hooks = {
    setTimeout: (task: () => void, delayMs = 0): number => {
      if (delayMs > 0) this.#polls.push(task);
      else this.#tasks.push(task);
      if (delayMs > 0) this.#arm();
      else this.#schedule();
      return 0;
    },
    clearTimeout: (): void => {},
    setInterval: (poll: () => void): { readonly poll: () => void } => {
      const interval = { poll };
      this.#intervals.add(interval);
      this.#schedule();
      return interval;
    },
    clearInterval: (interval: { readonly poll: () => void }): void => {
      this.#intervals.delete(interval);
    },
    /** Something has happened that a poll may wait for. */
    notify: (): void => this.#schedule(),
    /** The task of an exported function goes on after its first slice. */
    started: (): void => {
      this.#running += 1;
    },
    exited: (): void => {
      this.#running -= 1;
      if (this.#running > 0) return;
      for (const { resolve } of this.#onIdle.splice(0)) resolve();
    },
    trapped: (error: unknown): void => {
      this.#trap ??= { error };
      for (const { reject } of this.#onIdle.splice(0)) reject(error);
    },
  };

  /** Resolves once no task of the guest is under way. @throws what one of them trapped with */
  idle(): Promise<void> {
    if (this.#trap) return Promise.reject(this.#trap.error);
    if (this.#running <= 0) return Promise.resolve();
    return new Promise((resolve, reject) => this.#onIdle.push({ resolve, reject }));
  }

  /** Resolves after `count` turns, in which polls have run. */
  async turns(count: number): Promise<void> {
    for (let left = count; left > 0; left--) {
      this.#schedule();
      await new Promise<void>((resolve) => soon(resolve));
    }
  }

  end(): void {
    this.#hasEnded = true;
    this.#tasks = [];
    this.#polls = [];
    this.#intervals.clear();
    if (this.#fallback !== null) clearTimeout(this.#fallback);
    this.#fallback = null;
  }

  #schedule(): void {
    this.#fallbackMs = FALLBACK_MS;
    if (this.#isScheduled || this.#hasEnded) return;
    this.#isScheduled = true;
    soon(() => this.#turn());
  }

  #turn(): void {
    this.#isScheduled = false;
    if (this.#hasEnded) return;
    for (const task of this.#tasks.splice(0)) task();
    for (const poll of this.#polls.splice(0)) poll();
    for (const { poll } of [...this.#intervals]) poll();
    this.#arm();
  }

  #arm(): void {
    if (this.#fallback !== null || this.#hasEnded || (this.#polls.length === 0 && this.#intervals.size === 0)) return;
    this.#fallback = setTimeout(() => {
      this.#fallback = null;
      const nextMs = Math.min(this.#fallbackMs * 2, MAX_FALLBACK_MS);
      this.#turn();
      this.#fallbackMs = nextMs;
    }, this.#fallbackMs);
  }
}
