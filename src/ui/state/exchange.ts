import { EventLog } from './event-log.ts';
import { Observable } from './observable.ts';

/** More of a body is counted and can be downloaded, but is neither shown nor copied. */
export const VIEW_MAX_BYTES = 2 * 1024 * 1024;
/** Pieces are put into a Blob at this size: the browser keeps Blobs outside of this page's memory. */
const PART_BYTES = 1024 * 1024;
/** While a body streams, what shows it is told this often at most. */
const TELL_MS = 60;
/** While nothing arrives, the time that it takes still moves on. */
const TICK_MS = 200;

/** `waiting`: no head yet. `streaming`: the body arrives. */
export type ExchangeState = 'waiting' | 'streaming' | 'done' | 'failed' | 'cancelled';

/** The head of an answer, as the browser lets a page see it. */
export interface AnswerHead {
  status: number;
  statusText: string;
  headers: [string, string][];
  /** Where the answer came from in the end. */
  url: string;
  wasRedirected: boolean;
  /** A redirect that was not followed: browsers hide its status and headers. */
  isHiddenRedirect: boolean;
}

/** One request on its way and the answer as it arrives. */
export class Exchange extends Observable {
  readonly method: string;
  /** Unix epoch, milliseconds. */
  readonly atMs = Date.now();
  readonly url: string;
  readonly #startedMs = performance.now();
  readonly #abort = new AbortController();
  readonly #decoder = new TextDecoder();
  #state: ExchangeState = 'waiting';
  #head: AnswerHead | null = null;
  #headMs: number | null = null;
  #totalMs: number | null = null;
  #failure = '';
  #sizeBytes = 0;
  #shown: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #text = '';
  #isTextOpen = true;
  #parts: Blob[] = [];
  #part: Uint8Array<ArrayBuffer>[] = [];
  #partBytes = 0;
  #events: EventLog | null = null;
  #toldMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ticker: ReturnType<typeof setInterval> | undefined;

  constructor(method: string, url: string) {
    super();
    this.method = method;
    this.url = url;
  }

  get state(): ExchangeState {
    return this.#state;
  }
  get isOver(): boolean {
    return this.#state !== 'waiting' && this.#state !== 'streaming';
  }
  /** Null before it came. */
  get head(): AnswerHead | null {
    return this.#head;
  }
  /** Until the head came. */
  get headMs(): number | null {
    return this.#headMs;
  }
  /** Until it was over; until now while it is not. */
  get totalMs(): number {
    return this.#totalMs ?? performance.now() - this.#startedMs;
  }
  /** Why there is no answer, or only a part of one. */
  get failure(): string {
    return this.#failure;
  }
  /** Body bytes that came. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }
  /** The first {@link VIEW_MAX_BYTES} of the body. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#shown.subarray(0, Math.min(this.#sizeBytes, VIEW_MAX_BYTES));
  }
  /** The same as text (UTF-8). */
  get text(): string {
    return this.#text;
  }
  get isCut(): boolean {
    return this.#sizeBytes > VIEW_MAX_BYTES;
  }
  /** Null unless the answer is a stream of server-sent events. */
  get events(): EventLog | null {
    return this.#events;
  }
  /** In lower case, without parameters; empty for none. */
  get contentType(): string {
    return (this.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  }

  header(name: string): string | null {
    return this.#head?.headers.find(([key]) => key === name)?.[1] ?? null;
  }

  /** All of the body that has come. */
  toBlob(): Blob {
    return new Blob([...this.#parts, ...this.#part], { type: this.contentType });
  }

  cancel(): void {
    this.#abort.abort();
  }

  /** Sends the request and reads the answer to its end. Call once; never throws, {@link failure} says what went wrong. */
  async run(init: { headers: [string, string][]; body: string | File | null; redirect: RequestRedirect }): Promise<void> {
    this.#ticker = setInterval(() => this.changed(), TICK_MS);
    try {
      const { headers, body, redirect } = init;
      const response = await fetch(this.url, { method: this.method, headers, body, redirect, cache: 'no-store', signal: this.#abort.signal });
      this.#open(response);
      if (response.body !== null) await this.#read(response.body);
      this.#end('done');
    } catch (error) {
      if (this.#abort.signal.aborted) this.#end('cancelled');
      else {
        const reason = error instanceof Error ? error.message : String(error);
        this.#failure = this.#head === null ? `No answer came: ${reason}` : `The answer broke off: ${reason}`;
        this.#end('failed');
      }
    }
  }

  #open(response: Response): void {
    const { status, statusText, headers, url, redirected, type } = response;
    this.#headMs = performance.now() - this.#startedMs;
    this.#head = { status, statusText, headers: [...headers], url, wasRedirected: redirected, isHiddenRedirect: type === 'opaqueredirect' };
    if (this.contentType === 'text/event-stream') this.#events = new EventLog();
    this.#state = 'streaming';
    this.#tell();
  }

  async #read(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      this.#take(value);
    }
    this.#takeText(this.#isTextOpen ? this.#decoder.decode() : '');
  }

  #take(chunk: Uint8Array<ArrayBuffer>): void {
    const room = VIEW_MAX_BYTES - this.#sizeBytes;
    if (room > 0) {
      const shown = chunk.subarray(0, room);
      this.#reserve(this.#sizeBytes + shown.length);
      this.#shown.set(shown, this.#sizeBytes);
    }
    this.#sizeBytes += chunk.length;
    // Events are read on for ever; of other text only what is shown is of use.
    if (this.#events !== null || room > 0) {
      const part = this.#events === null ? chunk.subarray(0, Math.max(room, 0)) : chunk;
      this.#takeText(this.#decoder.decode(part, { stream: true }));
      this.#isTextOpen = part.length === chunk.length;
    }
    this.#part.push(chunk);
    this.#partBytes += chunk.length;
    if (this.#partBytes >= PART_BYTES) {
      this.#parts.push(new Blob(this.#part));
      this.#part = [];
      this.#partBytes = 0;
    }
    this.#tell();
  }

  #takeText(text: string): void {
    this.#events?.feed(text, performance.now() - this.#startedMs);
    if (this.#text.length < VIEW_MAX_BYTES) this.#text += text;
  }

  /** Doubles, so that many small pieces are not copied again and again. */
  #reserve(sizeBytes: number): void {
    if (sizeBytes <= this.#shown.length) return;
    const next = new Uint8Array(Math.min(VIEW_MAX_BYTES, Math.max(sizeBytes, this.#shown.length * 2, 4096)));
    next.set(this.#shown);
    this.#shown = next;
  }

  #end(state: ExchangeState): void {
    clearTimeout(this.#timer);
    clearInterval(this.#ticker);
    this.#state = state;
    this.#totalMs = performance.now() - this.#startedMs;
    this.changed();
  }

  #tell(): void {
    clearTimeout(this.#timer);
    const waitMs = this.#toldMs + TELL_MS - performance.now();
    const tell = (): void => {
      this.#toldMs = performance.now();
      this.changed();
    };
    if (waitMs <= 0) tell();
    else this.#timer = setTimeout(tell, waitMs);
  }
}
