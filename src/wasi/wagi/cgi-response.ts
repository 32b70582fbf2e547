import { RuntimeError } from '../../core/errors.ts';
import type { ByteSink } from '../bytes.ts';
import type { GuestRequest, HandlerHost, ResponseWriter } from '../handler.ts';
import { invalidResponse, parseCgiHead, quoted } from './cgi-head.ts';

/** How the guest ended. `trap`: wasm stopped by itself; `failure`: the runtime stopped it; `cancelled`: nobody waits for the answer. */
export type CgiOutcome =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'trap'; readonly error: unknown }
  | { readonly kind: 'failure'; readonly error: RuntimeError }
  | { readonly kind: 'cancelled' };

/** A guest's standard output on its way to become an HTTP response. */
export interface CgiResponse {
  /** Takes the guest's output: its head is parsed as it comes, what follows goes to the response's body as it comes, with the body's own backpressure. */
  readonly stdout: ByteSink;
  /**
   * Call once, when the guest has ended. Closes the body of a whole answer: exit code 0, or any other once the head was
   * sent (CGI knows no exit codes; a line in the log tells of it). Aborts it after a trap, failure or cancellation.
   * @throws RuntimeError `handler-trap`, `handler-response-invalid`, or the failure itself, whether or not the head was sent
   */
  finish(outcome: CgiOutcome): void;
}

const MAX_HEAD_BYTES = 65_536;
const LINE_FEED = 0x0a;

/** Turns what a CGI program writes into `response`. `log` gets a system line for everything that went wrong. */
export function createCgiResponse(request: Pick<GuestRequest, 'signal'>, response: ResponseWriter, log: HandlerHost['log']): CgiResponse {
  const head = new HeadReader();
  let body: ByteSink | null = null;
  let broken: RuntimeError | null = null;
  let isClosed = false;

  const fail = (error: RuntimeError): RuntimeError => {
    broken = error;
    body?.abort(error);
    return error;
  };

  const stdout: ByteSink = {
    capacity() {
      if (broken) throw broken;
      return body ? body.capacity() : MAX_HEAD_BYTES;
    },
    write(bytes) {
      if (broken) throw broken;
      if (isClosed) return;
      if (body) return body.write(bytes);
      try {
        const rest = head.take(bytes);
        if (rest === null) return;
        const { status, headers } = parseCgiHead(head.lines);
        body = response.head(status, headers);
        if (rest.length > 0) body.write(rest);
      } catch (error) {
        throw error instanceof RuntimeError ? fail(error) : error;
      }
    },
    ready: () => (body && !broken ? body.ready() : Promise.resolve()),
    /** The guest closed its stdout: the answer is whole, though the guest may work on. */
    close() {
      isClosed = true;
      body?.close();
    },
    abort(reason) {
      isClosed = true;
      body?.abort(reason);
    },
  };

  const throwAs = (error: RuntimeError): never => {
    log('system', error.message);
    throw fail(error);
  };

  return {
    stdout,
    finish(outcome) {
      if (broken) throwAs(broken);
      switch (outcome.kind) {
        case 'cancelled':
          throw fail(cancellation(request.signal));
        case 'failure':
          return throwAs(outcome.error);
        case 'trap':
          return throwAs(new RuntimeError('handler-trap', `the handler trapped: ${messageOf(outcome.error)}`, { cause: outcome.error }));
        case 'exit': {
          if (body) {
            if (outcome.code !== 0) log('system', `the handler exited with code ${outcome.code} after its answer`);
            return;
          }
          if (outcome.code !== 0) {
            throwAs(
              new RuntimeError('handler-trap', `the handler exited with code ${outcome.code} before it had written a response head`, {
                details: { exitCode: outcome.code },
              }),
            );
          }
          throwAs(head.unfinished());
        }
      }
    },
  };
}

/** Collects the lines of a head, whose end may come in any piece. */
class HeadReader {
  /** Without their line ends (LF or CRLF); one character per byte, so that every byte passes untouched. */
  readonly lines: string[] = [];
  #line = '';
  #sizeBytes = 0;

  /** The bytes after the head once its empty line has come; null before. @throws RuntimeError `handler-response-invalid` for a head over 64 KiB */
  take(bytes: Uint8Array): Uint8Array | null {
    let start = 0;
    while (start < bytes.length) {
      const feed = bytes.indexOf(LINE_FEED, start);
      const end = feed === -1 ? bytes.length : feed;
      this.#sizeBytes += end - start + 1;
      if (this.#sizeBytes > MAX_HEAD_BYTES) {
        throw invalidResponse(`the handler wrote more than 64 KiB without the empty line that ends a response head; it begins with ${quoted(this.#begin())}`);
      }
      this.#line += latin1(bytes.subarray(start, end));
      if (feed === -1) return null;
      const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line;
      this.#line = '';
      if (line === '') return bytes.subarray(feed + 1);
      this.lines.push(line);
      start = feed + 1;
    }
    return null;
  }

  /** Why the output up to here is no answer. */
  unfinished(): RuntimeError {
    if (this.#sizeBytes === 0)
      return invalidResponse('the handler ended without writing a response; write a head such as "Content-Type: text/plain", an empty line, then the body');
    return invalidResponse(`the handler ended before the empty line that ends a response head; it wrote ${quoted(this.#begin())}`);
  }

  #begin(): string {
    return [...this.lines, this.#line].join('\n');
  }
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function cancellation(signal: AbortSignal): RuntimeError {
  if (signal.reason instanceof RuntimeError) return signal.reason;
  return new RuntimeError('handler-timeout', 'the request was cancelled before the handler had answered it', { cause: signal.reason });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
