import { HttpBodyError } from '../preview2/http-error-code.ts';
import type { EgressRequest, RawReply } from './egress.ts';

export interface SendOutOptions {
  /** The request is on its way from here. */
  startTimer(): ReturnType<typeof setTimeout> | undefined;
  /** Puts `text` into the App's log, once for each `key`. */
  say(key: string, text: string): void;
  /** The page is one of HTTPS, whose browser does not let plain HTTP out. */
  readonly isSecure: boolean;
}

/** Names that fetch leaves to the browser (fetch, "forbidden request-header"), and drops in silence. */
const BROWSER_HEADERS =
  /^(accept-charset|accept-encoding|access-control-request-headers|access-control-request-method|cookie2?|date|dnt|expect|origin|referer|set-cookie|te|trailer|via|proxy-.*|sec-.*)$/;
const BODYLESS_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);
const GATEWAY = 'A gateway that sends requests for the browser would be the way out; this version of Swerve has none yet.';

/**
 * Sends `request` by fetch: without cookies, credentials, referrer or cache, and without following redirects, whose hops
 * nobody could check. @throws HttpBodyError; whatever fetch throws for an aborted `signal`
 */
export async function sendOut(request: EgressRequest, url: URL, signal: AbortSignal, options: SendOutOptions): Promise<RawReply> {
  const { method } = request;
  const headers = new Headers();
  for (const [name, value] of request.headers) {
    const key = name.toLowerCase();
    if (BROWSER_HEADERS.test(key)) options.say(`header ${key}`, `The request header ${key} is the browser's own and was not sent.`);
    else if (key !== 'content-length') headers.append(name, value);
  }
  const init: RequestInit & { duplex?: 'half' } = {
    method,
    headers,
    mode: 'cors',
    credentials: 'omit',
    redirect: 'manual',
    referrerPolicy: 'no-referrer',
    cache: 'no-store',
    signal,
    ...(await bodyOf(request, url, signal)),
  };
  const timer = options.startTimer();
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (cause) {
    throw signal.aborted ? cause : explained(url, init.duplex === 'half', options);
  } finally {
    clearTimeout(timer);
  }
  if (response.type === 'opaqueredirect') {
    const text = `${url.origin} answered ${method} with a redirect, which a browser shows to nobody and whose address cannot be checked before it is followed`;
    options.say(`redirect ${url.origin}`, `${text}; let the guest ask for the final address. ${GATEWAY}`);
    throw new HttpBodyError(text, { tag: 'internal-error', val: text });
  }
  // The browser has decoded the body: what was said of the encoded one is true no more.
  const isHead = method === 'HEAD';
  const seen = [...response.headers].filter(([name]) => isHead || (name !== 'content-encoding' && name !== 'content-length'));
  return { status: response.status, headers: seen, body: response.body as ReadableStream<Uint8Array> | null };
}

/** A body is sent whole: a stream needs HTTP/2, which a browser finds out when it is too late. Only one that is too large to be held is tried as a stream. */
async function bodyOf(request: EgressRequest, url: URL, signal: AbortSignal): Promise<{ body?: BodyInit; duplex?: 'half' }> {
  const gathered = await request.body.gathered();
  if (gathered === 'broken') throw request.body.brokenBy ?? signal.reason;
  if (gathered === 'full') {
    if (url.protocol === 'https:' && !BODYLESS_METHODS.has(request.method) && streamsUploads()) return { body: request.body.stream(), duplex: 'half' };
    const sizeBytes = request.body.take().length;
    throw new HttpBodyError('a browser sends no body of that size as a stream here', { tag: 'HTTP-request-body-size', val: BigInt(sizeBytes) });
  }
  if (request.body.isEmpty) return {};
  const bytes = request.body.take();
  if (BODYLESS_METHODS.has(request.method))
    throw new HttpBodyError(`browsers send no body with ${request.method}`, { tag: 'HTTP-request-body-size', val: BigInt(bytes.length) });
  return { body: bytes };
}

/** Whether fetch takes a stream for a body: an engine that does reads `duplex`, and makes no text of the stream. */
function streamsUploads(): boolean {
  let readsDuplex = false;
  const init = {
    body: new ReadableStream(),
    method: 'POST',
    get duplex() {
      readsDuplex = true;
      return 'half';
    },
  };
  try {
    const hasText = new Request('https://swerve.invalid/', init as RequestInit).headers.has('content-type');
    return readsDuplex && !hasText;
  } catch {
    // An engine that has neither refuses the stream.
    return false;
  }
}

/** What fetch's one TypeError can mean, as far as it can be told. */
function explained(url: URL, isStream: boolean, { say, isSecure }: SendOutOptions): HttpBodyError {
  if (!navigator.onLine) return new HttpBodyError('this browser is offline', { tag: 'destination-unavailable' });
  const cors = 'it does not let pages of this origin read its answers (CORS: no fitting Access-Control-Allow-Origin)';
  const unknown = `either it could not be reached, or ${cors}. A browser does not tell which; its console does`;
  const isMixed = isSecure && url.protocol === 'http:';
  const why = isMixed
    ? 'this page is one of HTTPS, from which browsers let no plain HTTP out'
    : isStream
      ? `${unknown}. A body of this size is sent as a stream, which takes a server with HTTP/2`
      : unknown;
  const text = `the browser gave no answer of ${url.origin}: ${why}`;
  say(`failed ${url.origin}`, `Failed: ${text}. ${GATEWAY}`);
  return new HttpBodyError(text, { tag: 'internal-error', val: text });
}
