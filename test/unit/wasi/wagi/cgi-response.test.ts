import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../../../../src/core/errors.ts';
import { type CgiOutcome, createCgiResponse } from '../../../../src/wasi/wagi/cgi-response.ts';
import { makeAnswer } from './harness.ts';

const DONE: CgiOutcome = { kind: 'exit', code: 0 };

/** Feeds `output` in pieces of `pieceBytes` and ends the guest with `outcome`. */
function run(output: string | Uint8Array, outcome: CgiOutcome = DONE, pieceBytes = 65_536) {
  const answer = makeAnswer();
  const lines: string[] = [];
  const cgi = createCgiResponse({ signal: AbortSignal.abort(new RuntimeError('handler-timeout', 'late')) }, answer, (stream, text) =>
    lines.push(`${stream}: ${text}`),
  );
  let error: unknown = null;
  try {
    const bytes = Buffer.from(output);
    for (let at = 0; at < bytes.length; at += pieceBytes) cgi.stdout.write(bytes.subarray(at, at + pieceBytes));
  } catch (thrown) {
    error = thrown;
  }
  try {
    cgi.finish(outcome);
  } catch (thrown) {
    error = thrown;
  }
  return { answer, lines, code: error instanceof RuntimeError ? error.code : error, message: error instanceof Error ? error.message : '' };
}

describe('a valid answer', () => {
  it('is parsed from bytes that come in any pieces, with LF or CRLF', () => {
    for (const end of ['\n', '\r\n']) {
      for (const pieceBytes of [1, 2, 7, 1000]) {
        const { answer, code } = run(
          ['Status: 404 Not Found', 'content-type:  text/plain ', 'Set-Cookie: a=1', 'Set-Cookie: b=2', '', `a\n\nb${end}`].join(end),
          DONE,
          pieceBytes,
        );
        expect(code).toBeNull();
        expect(answer).toMatchObject({ status: 404, end: 'open', text: `a\n\nb${end}` });
        expect(answer.headers).toEqual([
          ['content-type', 'text/plain'],
          ['Set-Cookie', 'a=1'],
          ['Set-Cookie', 'b=2'],
        ]);
      }
    }
  });

  it('needs no Status, and Location means 302 without one', () => {
    expect(run('Content-Type: text/html\n\n').answer.status).toBe(200);
    expect(run('Location: /x\n\n').answer.status).toBe(302);
    expect(run('Location: /x\nStatus: 201 Created\n\n').answer).toMatchObject({ status: 201, headers: [['Location', '/x']] });
    expect(run('status: 204\n\n').answer).toMatchObject({ status: 204, headers: [], end: 'open' });
  });

  it('passes the bytes of header values', () => {
    expect(run(Buffer.from('Content-Type: text/plain\nX: é\n\n')).answer.headers[1]).toEqual(['X', Buffer.from('é').toString('latin1')]);
  });

  it('is whole whatever the exit code, which the log tells', () => {
    const { answer, lines, code } = run('Status: 200\n\nbody', { kind: 'exit', code: 3 });
    expect(code).toBeNull();
    expect(answer).toMatchObject({ end: 'open', text: 'body' });
    expect(lines).toEqual(['system: the handler exited with code 3 after its answer']);
  });

  it('ends when the guest closes its stdout', () => {
    const answer = makeAnswer();
    const cgi = createCgiResponse({ signal: new AbortController().signal }, answer, () => {});
    cgi.stdout.write(Buffer.from('Status: 200\n\nall'));
    cgi.stdout.close();
    cgi.stdout.write(Buffer.from('late'));
    cgi.finish(DONE);
    expect(answer).toMatchObject({ end: 'closed', text: 'all' });
  });
});

describe('an invalid answer', () => {
  it.each([
    ['nothing at all', '', /without writing a response/],
    ['no head', 'Hello, world!\n\n', /"Hello, world!" where a header was due/],
    ['a head without an end', 'Content-Type: text/plain\n', /before the empty line.*"Content-Type: text\/plain\\n"/],
    ['a head that says nothing', 'X-A: 1\n\n', /none of Content-Type, Location and Status/],
    ['an empty head', '\nbody', /an empty line/],
    ['a bad name', 'Bad Name: x\n\n', /"Bad Name: x"/],
    ['a status line', 'HTTP/1.1 200 OK\n\n', /where a header was due/],
    ['a control character', 'X: a\u0001b\n\n', /control character/],
    ['a bare CR', 'X: a\rb\n\n', /control character/],
    ['a folded line', 'Content-Type: a\n b\n\n', /where a header was due/],
    ['status 600', 'Status: 600\n\n', /"600"/],
    ['status 099', 'Status: 099\n\n', /"099"/],
    ['an interim status', 'Status: 103 Early Hints\n\n', /interim/],
    ['a wordy status', 'Status: OK\n\n', /"OK"/],
    ['two statuses', 'Status: 200\nStatus: 404\n\n', /more than one Status/],
    ['an endless head', `X: ${'a'.repeat(70_000)}`, /64 KiB/],
    ['an endless head of lines', 'X: a\n'.repeat(20_000), /64 KiB/],
  ])('%s', (_name, output, message) => {
    const { answer, code, message: told, lines } = run(output);
    expect(code).toBe('handler-response-invalid');
    expect(told).toMatch(message);
    expect(told.length).toBeLessThan(400);
    expect(lines).toHaveLength(1);
    expect(answer.headSent).toBe(false);
  });

  it('stays invalid for a guest that writes on', () => {
    const cgi = createCgiResponse({ signal: new AbortController().signal }, makeAnswer(), () => {});
    const write = () => cgi.stdout.write(Buffer.from('nonsense\n\n'));
    expect(write).toThrow(RuntimeError);
    expect(write).toThrow(RuntimeError);
    expect(() => cgi.stdout.capacity()).toThrow(RuntimeError);
    expect(() => cgi.finish(DONE)).toThrow(expect.objectContaining({ code: 'handler-response-invalid' }));
  });
});

describe('a guest that fails', () => {
  it('says its exit code when it wrote no head', () => {
    expect(run('oops', { kind: 'exit', code: 7 })).toMatchObject({ code: 'handler-trap', message: expect.stringContaining('code 7') });
  });

  it('traps before or after its head', () => {
    const trap: CgiOutcome = { kind: 'trap', error: new Error('unreachable') };
    expect(run('', trap)).toMatchObject({
      code: 'handler-trap',
      message: expect.stringContaining('unreachable'),
      lines: [expect.stringContaining('unreachable')],
    });
    expect(run('Status: 200\n\npart', trap)).toMatchObject({ code: 'handler-trap', answer: { end: 'aborted', text: 'part' } });
  });

  it('passes the reason of a cancellation on', () => {
    expect(run('Status: 200\n\npart', { kind: 'cancelled' })).toMatchObject({ code: 'handler-timeout', message: 'late', answer: { end: 'aborted' } });
  });
});
