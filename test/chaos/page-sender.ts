/** One request, sent by a page. */
export interface SentRequest {
  /** Relative to the deployment's base. */
  path: string;
  method: string;
  headers: Record<string, string>;
  /** Text, then filler up to `length` bytes (see {@link bodyBytes}); null: no body. */
  body: { text: string; length: number; isStreamed: boolean } | null;
  /** Base64 in place of `body`. */
  base64?: string;
  /** How much of the answer's text is wanted; 20,000 characters unless given. */
  textLength?: number;
  /** The caller goes away then. */
  abortAfterMs?: number;
}

/** What the page saw. Times are on the page's own clock, from the call of `fetch`. */
export interface Outcome {
  headMs: number | null;
  endMs: number;
  status: number;
  /** Of the header `swerve-error`; null: an App's own answer. */
  code: string | null;
  headers: Record<string, string>;
  /** The first characters of the body. */
  text: string;
  bytes: number;
  /** FNV-1a of the whole body. */
  hash: number;
  /** null: it ended as it should. `head`: no answer came. */
  failure: { stage: 'head' | 'body'; name: string; message: string } | null;
  /** The longest time that the page's event loop stood still meanwhile. */
  pauseMs: number;
}

/** The bytes of a body. The page makes the same (in {@link sendInPage}, which can import nothing). */
export function bodyBytes({ text, length }: { text: string; length: number }): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(text);
  const bytes = new Uint8Array(Math.max(length, head.length));
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = (i * 7) % 251;
  bytes.set(head);
  return bytes;
}

/** Runs in the page, whole: nothing outside of it is there. Never rejects. */
export async function sendInPage({ path, method, headers, body, base64, textLength = 20_000, abortAfterMs }: SentRequest): Promise<Outcome> {
  const startMs = performance.now();
  const sinceMs = (): number => performance.now() - startMs;
  const outcome: Outcome = { headMs: null, endMs: 0, status: 0, code: null, headers: {}, text: '', bytes: 0, hash: 0x811c9dc5, failure: null, pauseMs: 0 };
  let tickMs = startMs;
  const ticker = setInterval(() => {
    outcome.pauseMs = Math.max(outcome.pauseMs, performance.now() - tickMs - 50);
    tickMs = performance.now();
  }, 50);
  const controller = new AbortController();
  const aborting = abortAfterMs === undefined ? undefined : setTimeout(() => controller.abort(), abortAfterMs);
  const makeBody = (): BodyInit | null => {
    if (base64 !== undefined) return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    if (body === null) return null;
    const start = new TextEncoder().encode(body.text);
    const bytes = new Uint8Array(Math.max(body.length, start.length));
    for (let i = 0; i < bytes.length; i += 1) bytes[i] = (i * 7) % 251;
    bytes.set(start);
    if (!body.isStreamed) return bytes;
    let offset = 0;
    return new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(stream) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        const piece = bytes.slice(offset, offset + 60_000);
        offset += piece.length;
        if (piece.length > 0) stream.enqueue(piece);
        if (offset >= bytes.length) stream.close();
      },
    });
  };
  let stage: 'head' | 'body' = 'head';
  try {
    const init = { method, headers, body: makeBody(), signal: controller.signal, cache: 'no-store', ...(body?.isStreamed ? { duplex: 'half' } : {}) };
    const response = await fetch(new URL(path, new URL('..', document.baseURI)), init as RequestInit);
    stage = 'body';
    outcome.headMs = sinceMs();
    outcome.status = response.status;
    outcome.code = response.headers.get('swerve-error');
    outcome.headers = Object.fromEntries(response.headers);
    const decoder = new TextDecoder();
    const reader = response.body?.getReader();
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done || !value) break;
      outcome.bytes += value.length;
      for (const byte of value) outcome.hash = Math.imul(outcome.hash ^ byte, 0x01000193) >>> 0;
      if (outcome.text.length < textLength) outcome.text += decoder.decode(value, { stream: true });
    }
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    outcome.failure = { stage, name, message };
  }
  outcome.endMs = sinceMs();
  outcome.hash >>>= 0;
  outcome.pauseMs = Math.max(outcome.pauseMs, performance.now() - tickMs - 50, 0);
  clearInterval(ticker);
  clearTimeout(aborting);
  return outcome;
}
