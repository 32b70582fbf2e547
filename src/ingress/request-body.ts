import { RuntimeError } from '../core/errors.ts';

/** A request body on its way to an instance. */
export interface PreparedBody {
  /** null: there is none. */
  stream: ReadableStream<Uint8Array> | null;
  /** Bytes, when known before the body was read. */
  length: number | null;
}

/** Bodies up to this size, when they are all there at once, are measured before they are sent: CGI wants CONTENT_LENGTH. */
const READ_AHEAD_BYTES = 1_048_576;
/** A body that does not end within this is a stream: it is passed on without its length. */
const READ_AHEAD_MS = 20;

/**
 * The body of `request` with its length, where that can be known. A service worker does not see Content-Length, so a body
 * that is all there is read ahead; with `buffer` it is read whole, however long. Streams stay streams.
 * @throws RuntimeError `body-too-large`
 */
export async function prepareBody(request: Request, options: { buffer: boolean; maxBytes: number }): Promise<PreparedBody> {
  if (request.method === 'GET' || request.method === 'HEAD') return { stream: null, length: null };
  const declared = Number.parseInt(request.headers.get('content-length') ?? '', 10);
  if (declared > options.maxBytes) throw tooLarge(declared, options.maxBytes);
  // Firefox has no Request.body: its blob is on disk already when it is large, so nothing is buffered twice.
  const streaming: { readonly body?: ReadableStream<Uint8Array> | null } = request;
  const body = streaming.body === undefined ? (await request.blob()).stream() : streaming.body;
  if (body === null) return { stream: null, length: null };
  if (declared >= 0 && !options.buffer) return { stream: body, length: declared };
  return readAhead(body, options);
}

/** The same of a body whose length may be told already. @throws RuntimeError `body-too-large` */
export async function prepareStream(body: PreparedBody, options: { buffer: boolean; maxBytes: number }): Promise<PreparedBody> {
  if (body.length !== null && body.length > options.maxBytes) throw tooLarge(body.length, options.maxBytes);
  return body.stream === null || body.length !== null || !options.buffer ? body : readAhead(body.stream, options);
}

async function readAhead(body: ReadableStream<Uint8Array>, options: { buffer: boolean; maxBytes: number }): Promise<PreparedBody> {
  const reader = body.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  let pending = reader.read();
  const limitBytes = options.buffer ? options.maxBytes : READ_AHEAD_BYTES;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<'timeout'>((resolve) => {
    if (!options.buffer) timer = setTimeout(() => resolve('timeout'), READ_AHEAD_MS);
  });
  try {
    for (;;) {
      const result = await Promise.race([pending, timeout]);
      if (result === 'timeout') break;
      if (result.done) return { stream: length === 0 ? null : streamOf(pieces, null, null), length };
      pieces.push(result.value);
      length += result.value.byteLength;
      pending = reader.read();
      if (length > options.maxBytes) {
        pending.catch(() => {}); // Its failure is of no interest: the body is refused.
        void reader.cancel();
        throw tooLarge(length, options.maxBytes);
      }
      if (length > limitBytes) break;
    }
  } finally {
    clearTimeout(timer);
  }
  return { stream: streamOf(pieces, reader, pending), length: null };
}

function streamOf(
  pieces: Uint8Array[],
  reader: ReadableStreamDefaultReader<Uint8Array> | null,
  pending: Promise<ReadableStreamReadResult<Uint8Array>> | null,
): ReadableStream<Uint8Array> {
  let next = pending;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = pieces.shift();
        if (piece) {
          controller.enqueue(piece);
          if (pieces.length === 0 && !reader) controller.close();
          return;
        }
        if (!reader) {
          controller.close();
          return;
        }
        const { done, value } = await (next ?? reader.read());
        next = null;
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader?.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function tooLarge(bytes: number, maxBytes: number): RuntimeError {
  return new RuntimeError('body-too-large', `the request body has at least ${bytes} bytes; the App accepts ${maxBytes} (spec.limits.requestBytes)`, {
    details: { limit: maxBytes },
  });
}
