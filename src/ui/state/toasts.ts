import { Observable } from './observable.ts';

/** What a person can do about the message: once, while it is shown. */
export interface ToastAction {
  label: string;
  run: () => void | Promise<void>;
}

/** A message that goes away by itself. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'calm' | 'bad';
  readonly action: ToastAction | null;
}

/** What {@link Toasts.show} takes. */
export interface ToastOptions {
  text: string;
  action?: ToastAction;
  /** How long it is shown; the time stands still while somebody is at it. 5 s unless given, 10 s with an action; Infinity: until it is dismissed. */
  durationMs?: number;
  /** `bad`: something failed. Said at once by screen readers. */
  tone?: Toast['tone'];
}

const SHOWN_MS = 5_000;
const SHOWN_WITH_ACTION_MS = 10_000;
/** More than these would cover the page: the oldest makes room. */
const MOST = 4;

interface Timer {
  leftMs: number;
  startedAtMs: number;
  handle: ReturnType<typeof setTimeout> | undefined;
}

/** Short messages over the page, newest last. */
export class Toasts extends Observable {
  #items: readonly Toast[] = [];
  readonly #timers = new Map<number, Timer>();
  #nextId = 1;
  #isHeld = false;

  get items(): readonly Toast[] {
    return this.#items;
  }

  /** Shows a message; returns the way to take it away early. */
  show({ text, action, durationMs = action === undefined ? SHOWN_MS : SHOWN_WITH_ACTION_MS, tone = 'calm' }: ToastOptions): () => void {
    const toast: Toast = { id: this.#nextId++, text, tone, action: action ?? null };
    for (const { id } of this.#items.slice(0, Math.max(0, this.#items.length - MOST + 1))) this.#forget(id);
    this.#items = [...this.#items, toast];
    if (Number.isFinite(durationMs)) {
      this.#timers.set(toast.id, { leftMs: durationMs, startedAtMs: 0, handle: undefined });
      if (!this.#isHeld) this.#start(toast.id);
    }
    this.changed();
    return () => this.dismiss(toast.id);
  }

  dismiss(id: number): void {
    if (!this.#items.some((toast) => toast.id === id)) return;
    this.#forget(id);
    this.changed();
  }

  /** Does what the message offers and takes it away. What the action throws is shown in its place. */
  async act(id: number): Promise<void> {
    const action = this.#items.find((toast) => toast.id === id)?.action;
    if (action === undefined || action === null) return;
    this.dismiss(id);
    try {
      await action.run();
    } catch (error) {
      this.show({ text: error instanceof Error ? error.message : String(error), tone: 'bad' });
    }
  }

  /** Lets no message go away: somebody reads it. */
  hold(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    for (const timer of this.#timers.values()) {
      clearTimeout(timer.handle);
      timer.leftMs -= performance.now() - timer.startedAtMs;
    }
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    for (const id of this.#timers.keys()) this.#start(id);
  }

  #start(id: number): void {
    const timer = this.#timers.get(id);
    if (timer === undefined) return;
    timer.startedAtMs = performance.now();
    timer.handle = setTimeout(() => this.dismiss(id), Math.max(0, timer.leftMs));
  }

  #forget(id: number): void {
    clearTimeout(this.#timers.get(id)?.handle);
    this.#timers.delete(id);
    this.#items = this.#items.filter((toast) => toast.id !== id);
  }
}
