import { ConsoleHistory, type HistoryEntry, type HistoryStorage, obstacleTo, requestOf } from './console-history.ts';
import { type ConsoleRequest, curlRequestOf, emptyRequest, problemsOf, type RequestProblems, readPath, targetOf, urlOf, wireOf } from './console-request.ts';
import { toCurl } from './curl.ts';
import { Exchange } from './exchange.ts';
import { Observable } from './observable.ts';

/** A file of more than this would make a command that no shell takes. */
const CURL_MAX_FILE_BYTES = 65_536;

/** The request console: what is typed, what is on its way, what was sent. Its requests are those of a page, like any other's. */
export class RequestConsole extends Observable {
  readonly #base: URL;
  readonly #history: ConsoleHistory;
  #request = emptyRequest();
  /** Path and query as somebody types them, before they are brought into shape. */
  #typed: string | null = null;
  #exchange: Exchange | null = null;
  /** What the exchange was sent as. */
  #sent: ConsoleRequest | null = null;
  #hasTried = false;
  #filledFrom = '';

  constructor(base: URL, storage: HistoryStorage) {
    super();
    this.#base = base;
    this.#history = new ConsoleHistory(storage);
  }

  get request(): ConsoleRequest {
    return this.#request;
  }
  /** The last one that was sent; null before the first. */
  get exchange(): Exchange | null {
    return this.#exchange;
  }
  get sent(): ConsoleRequest | null {
    return this.#sent;
  }
  get history(): readonly HistoryEntry[] {
    return this.#history.entries;
  }
  /** Path and query, as they are typed or as the rows of the query make them. */
  get target(): string {
    return this.#typed ?? targetOf(this.#request);
  }
  /** The whole address that Send asks for; the path alone while it is none. */
  get address(): string {
    try {
      return urlOf(this.#request, this.#base).href;
    } catch {
      // Half typed, such as "//": the path field says what it is.
      return this.#request.path;
    }
  }

  /** What is wrong: headers and JSON while they are typed, the rest once somebody has tried to send. */
  get problems(): RequestProblems {
    const problems = problemsOf(this.#request, this.#base);
    if (this.#hasTried) return problems;
    return Object.fromEntries(Object.entries(problems).filter(([field]) => field.startsWith('header-') || (field === 'body' && this.#request.bodyText !== '')));
  }

  edit(change: Partial<ConsoleRequest>): void {
    if ('path' in change || 'query' in change) this.#typed = null;
    this.#request = { ...this.#request, ...change };
    this.changed();
  }

  /** Path and query while they are typed; what stands after a question mark becomes rows of the query. */
  typeTarget(text: string): void {
    this.#typed = text;
    this.#request = { ...this.#request, ...readPath(text, this.#base) };
    this.changed();
  }

  /** Brings what was typed into shape: a whole address becomes a path. */
  commitTarget(): void {
    this.#typed = null;
    this.changed();
  }

  /** Takes over what an address of the console names; once for each address, so that coming back keeps what was typed since. */
  fillFrom(parameters: URLSearchParams): void {
    const from = parameters.toString();
    const path = parameters.get('path');
    if (path === null || from === this.#filledFrom) return;
    this.#filledFrom = from;
    const read = readPath(path, this.#base);
    this.#hasTried = false;
    this.#typed = null;
    this.#request = { ...emptyRequest(), method: (parameters.get('method') ?? 'GET').toUpperCase(), ...read };
    this.changed();
  }

  /** Fills the form with what was sent before. */
  fill(entry: HistoryEntry): void {
    this.#hasTried = false;
    this.#typed = null;
    this.#request = requestOf(entry.request);
    this.changed();
  }

  /** Sends an entry of the history again; fills the form only when it cannot be sent as it was. */
  async resend(entry: HistoryEntry): Promise<void> {
    this.fill(entry);
    if (obstacleTo(entry.request) === null) await this.send();
  }

  deleteEntry(id: string): void {
    this.#history.delete(id);
    this.changed();
  }

  /** Returns the way to take it back. */
  clearHistory(): () => void {
    const restore = this.#history.clear();
    this.changed();
    return () => {
      restore();
      this.changed();
    };
  }

  cancel(): void {
    this.#exchange?.cancel();
  }

  /** Sends what is typed; false when it cannot be sent, and {@link problems} say why. Ends what was still under way. */
  async send(): Promise<boolean> {
    this.#hasTried = true;
    this.#typed = null;
    const request = this.#request;
    if (Object.keys(problemsOf(request, this.#base)).length > 0) {
      this.changed();
      return false;
    }
    this.#exchange?.cancel();
    const exchange = new Exchange(request.method, urlOf(request, this.#base).href);
    this.#exchange = exchange;
    this.#sent = request;
    exchange.subscribe(() => this.changed());
    this.changed();
    await exchange.run({ ...wireOf(request), redirect: request.redirect });
    this.#history.add(request, exchange);
    this.changed();
    return true;
  }

  /** A command that sends what is typed; null for a file that is too long for one. */
  async toCurl(): Promise<string | null> {
    const { bodyKind, bodyFile } = this.#request;
    const file = bodyKind === 'file' ? bodyFile : null;
    if (file !== null && file.size > CURL_MAX_FILE_BYTES) return null;
    return toCurl(curlRequestOf(this.#request, this.#base, file === null ? null : new Uint8Array(await file.arrayBuffer())));
  }
}
