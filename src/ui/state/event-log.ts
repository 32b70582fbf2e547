import { createParser, type EventSourceParser } from 'eventsource-parser';

/** One server-sent event, and when it came. */
export interface TimedEvent {
  seq: number;
  /** `message` when the server named none. */
  event: string;
  id: string | null;
  data: string;
  /** Since the request was sent. */
  atMs: number;
  /** Since the event before it; since the request was sent for the first. */
  sinceMs: number;
}

/** More events than this are not kept, the oldest go first. */
export const EVENTS_KEPT = 1_000;

/** A stream of server-sent events, event by event. */
export class EventLog {
  readonly #parser: EventSourceParser;
  #events: TimedEvent[] = [];
  #count = 0;
  #comments = 0;
  #retryMs: number | null = null;
  #atMs = 0;
  #lastAtMs = 0;

  constructor() {
    this.#parser = createParser({
      onEvent: ({ event, id, data }) => this.#add(event, id, data),
      onComment: () => {
        this.#comments += 1;
      },
      onRetry: (retryMs) => {
        this.#retryMs = retryMs;
      },
    });
  }

  /** The newest {@link EVENTS_KEPT}, oldest first; another array whenever one came. */
  get events(): readonly TimedEvent[] {
    return this.#events;
  }
  /** All that came. */
  get count(): number {
    return this.#count;
  }
  /** Lines that only keep the line open. */
  get comments(): number {
    return this.#comments;
  }
  /** How long the server asks a browser to wait before it connects again; null: it did not say. */
  get retryMs(): number | null {
    return this.#retryMs;
  }

  /** Takes a piece of the stream that came `atMs` after the request was sent. */
  feed(text: string, atMs: number): void {
    this.#atMs = atMs;
    this.#parser.feed(text);
  }

  #add(event: string | undefined, id: string | undefined, data: string): void {
    this.#count += 1;
    const timed = { seq: this.#count, event: event ?? 'message', id: id ?? null, data, atMs: this.#atMs, sinceMs: this.#atMs - this.#lastAtMs };
    this.#lastAtMs = this.#atMs;
    this.#events = [...this.#events, timed].slice(-EVENTS_KEPT);
  }
}
