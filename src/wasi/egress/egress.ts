import { type Capabilities, DEFAULT_MAX_IN_FLIGHT } from '../../core/capabilities.ts';
import { isClusterHost } from '../../core/cluster-address.ts';
import { isPermitted } from '../../core/egress-rules.ts';
import { RuntimeError } from '../../core/errors.ts';
import { grantLine } from '../../core/grants.ts';
import { type ByteSource, emptySource } from '../bytes.ts';
import type { CallCluster, HandlerHost } from '../handler.ts';
import type { GuestContext } from '../preview2/guest-context.ts';
import { HttpBodyError, type HttpErrorCode } from '../preview2/http-error-code.ts';
import { sendOut } from './fetch-request.ts';
import { ReplySource, ReplyTimeout } from './reply-source.ts';
import type { RequestBody } from './request-body.ts';

/** A request of a guest, as it wrote it. */
export interface EgressRequest {
  readonly method: string;
  readonly scheme: string;
  readonly authority: string;
  readonly pathWithQuery: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: RequestBody;
  /** As its sender declared it; null: it did not. */
  readonly bodyLength: number | null;
  /** null: none. */
  readonly timeouts: { readonly connectMs: number | null; readonly firstByteMs: number | null; readonly betweenBytesMs: number | null };
}

/** The answer, its body still arriving. */
export interface EgressReply {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: ByteSource;
}

/** A request under way. */
export interface Flight {
  /** Rejects with a {@link HttpBodyError}, which names the error code. */
  readonly reply: Promise<EgressReply>;
  /** Gives it up. */
  cancel(): void;
}

/** What either way of sending answers. */
export interface RawReply {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: ReadableStream<Uint8Array> | null;
}

/** What is said once is remembered of so many; later ones are silent. */
const MAX_TOLD = 100;
const MAX_SHOWN_LENGTH = 300;
const MAX_ADDRESS_LENGTH = 65_536;
const MAX_HEADER_BYTES = 65_536;
/** Fetch forbids them (fetch, "forbidden method"). */
const FORBIDDEN_METHODS: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);
/** Fetch writes these in capitals whatever was asked for (fetch, "normalize"). */
const NORMALIZED_METHODS: ReadonlySet<string> = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT']);
const NO_SUSPENSION = 'this engine cannot suspend WebAssembly, and a guest that waits for the network has to be suspended';

/** Sends the requests of all guests of one worker: what its App was granted, and nothing else (decision 0019). */
export class Egress {
  readonly #granted: Capabilities['http'] | null;
  readonly #host: HandlerHost;
  readonly #told = new Set<string>();
  #inFlight = 0;

  constructor(granted: Capabilities['http'] | null, host: HandlerHost) {
    this.#granted = granted;
    this.#host = host;
  }

  /** Sends `request` for the guest of `context`, unless it is over before. @throws HttpBodyError why it is not sent */
  send(request: EgressRequest, context: GuestContext): Flight {
    const url = this.#admit(request);
    if (!context.suspends) throw new HttpBodyError(NO_SUSPENSION, { tag: 'internal-error', val: NO_SUSPENSION });
    const max = this.#granted?.maxInFlight ?? DEFAULT_MAX_IN_FLIGHT;
    if (this.#inFlight >= max) {
      this.#tellOnce('limit', `The App has ${max} requests under way from one instance, which is spec.capabilities.http.maxInFlight; one more was refused.`);
      throw new HttpBodyError('too many requests are under way', { tag: 'connection-limit-reached' });
    }
    return this.#launch(request, url, context);
  }

  /** The address, when the request may go there. @throws HttpBodyError */
  #admit({ method, scheme, authority, pathWithQuery, headers }: EgressRequest): URL {
    if (!this.#granted || !this.#host.base) throw this.#denied(method, originOf(scheme, authority));
    if (scheme !== 'http' && scheme !== 'https') throw new HttpBodyError(`no ${scheme} here`, { tag: 'HTTP-protocol-error' });
    if (FORBIDDEN_METHODS.has(method) || (NORMALIZED_METHODS.has(method.toUpperCase()) && method !== method.toUpperCase()))
      throw new HttpBodyError(`browsers do not send ${method}`, { tag: 'HTTP-request-method-invalid' });
    const path = pathWithQuery === '' || pathWithQuery.startsWith('?') ? `/${pathWithQuery}` : pathWithQuery;
    const text = `${scheme}://${authority}${path}`;
    if (text.length > MAX_ADDRESS_LENGTH) throw new HttpBodyError('the address is too long', { tag: 'HTTP-request-URI-too-long' });
    if (authority === '' || !path.startsWith('/') || !URL.canParse(text)) throw new HttpBodyError(`no address: ${text}`, { tag: 'HTTP-request-URI-invalid' });
    const url = new URL(text);
    if (url.username !== '' || url.password !== '' || url.hash !== '')
      throw new HttpBodyError('an address with credentials', { tag: 'HTTP-request-URI-invalid' });
    const sizeBytes = headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
    if (sizeBytes > MAX_HEADER_BYTES) throw new HttpBodyError('the headers are too large', { tag: 'HTTP-request-header-section-size', val: sizeBytes });
    if (isOwn(url, this.#host.base)) {
      this.#tellOnce(
        url.origin,
        `Denied: ${method} ${url.origin}. It is the cluster's own address, which no list can grant; Apps reach each other by http://<app>.<namespace>.svc.cluster.local.`,
      );
      throw denial();
    }
    if (!isPermitted(this.#granted.allow, method, url)) throw this.#denied(method, url.origin);
    return url;
  }

  #denied(method: string, origin: string): HttpBodyError {
    const shown = `${method} ${origin}`.slice(0, MAX_SHOWN_LENGTH);
    this.#tellOnce(
      `denied ${shown}`,
      `Denied: ${shown} (wasi:http/outgoing-handler). To grant it, the App's spec needs ${grantLine('http', origin.slice(0, MAX_SHOWN_LENGTH))}. Said once; later denials are silent.`,
    );
    return denial();
  }

  #launch(request: EgressRequest, url: URL, context: GuestContext): Flight {
    this.#inFlight += 1;
    const abort = new AbortController();
    let source: ReplySource | null = null;
    const cancel = () => {
      const reason = new RuntimeError('request-invalid', 'the request was given up');
      abort.abort(reason);
      request.body.abort(reason);
      source?.cancel();
      land();
    };
    let isLanded = false;
    const forget = context.atEnd(cancel);
    const land = () => {
      if (isLanded) return;
      isLanded = true;
      forget();
      this.#inFlight -= 1;
    };
    const reply = this.#transfer(request, url, context.call.callCluster, abort).then(
      ({ status, headers, body }): EgressReply => {
        if (body === null || abort.signal.aborted) {
          land();
          return { status, headers, body: emptySource };
        }
        source = new ReplySource(body, request.timeouts.betweenBytesMs, { toError: toBodyError, onEnd: land });
        return { status, headers, body: source };
      },
      (cause: unknown) => {
        request.body.abort(cause);
        land();
        throw cause;
      },
    );
    reply.catch(() => {}); // The future reports it; a guest may drop that before.
    return { reply, cancel };
  }

  async #transfer(request: EgressRequest, url: URL, callCluster: CallCluster | undefined, abort: AbortController): Promise<RawReply> {
    const { firstByteMs, connectMs } = request.timeouts;
    // A browser does not say when it is connected, so both phases are one. Without the second the first cannot be told.
    const headMs = firstByteMs === null ? null : firstByteMs + (connectMs ?? 0);
    const startTimer = (): ReturnType<typeof setTimeout> | undefined =>
      headMs === null ? undefined : setTimeout(() => abort.abort(new HttpBodyError('no answer in time', { tag: 'connection-read-timeout' })), headMs);
    try {
      if (isClusterHost(url.hostname)) return await sendInside(request, url, callCluster, abort.signal, startTimer);
      return await sendOut(request, url, abort.signal, {
        startTimer,
        say: (key, text) => this.#tellOnce(key, text),
        isSecure: this.#host.base?.protocol === 'https:',
      });
    } catch (cause) {
      if (abort.signal.reason instanceof HttpBodyError) throw abort.signal.reason;
      if (request.body.brokenBy?.cause instanceof HttpBodyError) throw request.body.brokenBy.cause;
      throw cause instanceof HttpBodyError ? cause : new HttpBodyError(messageOf(cause), { tag: 'connection-terminated' });
    }
  }

  #tellOnce(key: string, text: string): void {
    if (this.#told.has(key) || this.#told.size >= MAX_TOLD) return;
    this.#told.add(key);
    this.#host.log('system', text);
  }
}

/** As a pattern has it, when it is an address at all. */
function originOf(scheme: string, authority: string): string {
  const text = `${scheme}://${authority}`;
  return URL.canParse(text) ? new URL(text).origin.replace(/^null$/, text) : text;
}

function denial(): HttpBodyError {
  return new HttpBodyError('not among what the App may reach', { tag: 'HTTP-request-denied' });
}

/** The control origin and those of Apps, by any scheme: the one way to an App is by its inner name. */
function isOwn(url: URL, base: URL): boolean {
  return url.host === base.host || url.host.endsWith(`.${base.host}`) || (isClusterHost(url.hostname) && /^\/_swerve(\/|$)/.test(url.pathname));
}

/** To another App, by the line to the service worker. */
async function sendInside(
  request: EgressRequest,
  url: URL,
  callCluster: CallCluster | undefined,
  signal: AbortSignal,
  startTimer: () => ReturnType<typeof setTimeout> | undefined,
): Promise<RawReply> {
  if (!callCluster) throw new HttpBodyError('no request is under way', { tag: 'internal-error', val: 'there is no way to other Apps here' });
  const { method, headers, body, bodyLength } = request;
  // Guests ask for the body of every request; one that may well have none is waited for.
  const isEmpty = (method === 'GET' || method === 'HEAD') && (await body.gathered()) === 'ended' && body.isEmpty;
  const timer = startTimer();
  try {
    return await callCluster({ method, url: url.href, headers, body: isEmpty ? null : body.stream(), bodyLength: isEmpty ? null : bodyLength, signal });
  } catch (cause) {
    throw new HttpBodyError(messageOf(cause), insideCode(cause));
  } finally {
    clearTimeout(timer);
  }
}

function insideCode(cause: unknown): HttpErrorCode {
  if (!(cause instanceof RuntimeError)) return { tag: 'internal-error', val: messageOf(cause) };
  if (cause.code === 'api-forbidden') return { tag: 'HTTP-request-denied' };
  if (cause.code === 'resource-not-found') return { tag: 'destination-not-found' };
  if (cause.code === 'host-lost') return { tag: 'connection-terminated' };
  return { tag: 'internal-error', val: cause.message };
}

function toBodyError(cause: unknown): HttpBodyError {
  if (cause instanceof ReplyTimeout) return new HttpBodyError(cause.message, { tag: 'connection-read-timeout' });
  return new HttpBodyError(`the answer broke off: ${messageOf(cause)}`, { tag: 'HTTP-response-incomplete' });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
