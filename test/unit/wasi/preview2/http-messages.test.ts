import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../../../../src/core/errors.ts';
import { DISPOSE } from '../../../../src/wasi/preview2/dispose.ts';
import { OutgoingBody } from '../../../../src/wasi/preview2/http-body.ts';
import { httpErrorCode } from '../../../../src/wasi/preview2/http-error-code.ts';
import { Fields } from '../../../../src/wasi/preview2/http-fields.ts';
import { IncomingBody, IncomingRequest } from '../../../../src/wasi/preview2/http-incoming.ts';
import { OutgoingRequest } from '../../../../src/wasi/preview2/http-outgoing.ts';
import { createOutgoingHandler } from '../../../../src/wasi/preview2/http-outgoing-handler.ts';
import { OutgoingResponse, ResponseOutparam, ResponseSlot } from '../../../../src/wasi/preview2/http-response.ts';
import type { IoError } from '../../../../src/wasi/preview2/io-error.ts';
import { errOf, TestHost, TestResponse, TestSource, testContext, testRequest, testSpec } from './guest-fixtures.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const headers = (entries: Record<string, string>) => Fields.fromList(Object.entries(entries).map(([name, value]) => [name, bytes(value)]));

describe('IncomingRequest', () => {
  it('says what was asked for', () => {
    const request = new IncomingRequest(testRequest('/a%20b?c=d', { headers: [['x-a', '1']] }), testContext());
    expect(request.method()).toEqual({ tag: 'get' });
    expect(request.pathWithQuery()).toBe('/a%20b?c=d');
    expect(request.scheme()).toEqual({ tag: 'HTTPS' });
    expect(request.authority()).toBe('swerve.test:8443');
    expect(errOf(() => request.headers().append('a', bytes('b')))).toEqual({ tag: 'immutable' });
  });

  it('gives other methods by name, case kept', () => {
    const methodOf = (method: string) => new IncomingRequest(testRequest('/', { method }), testContext()).method();
    expect(methodOf('PROPFIND')).toEqual({ tag: 'other', val: 'PROPFIND' });
    expect(methodOf('get')).toEqual({ tag: 'other', val: 'get' });
    expect(methodOf('PATCH')).toEqual({ tag: 'patch' });
  });

  it('gives its body once, and the body its stream once', () => {
    const request = new IncomingRequest(testRequest('/'), testContext());
    const body = request.consume();
    expect(errOf(() => request.consume())).toBeUndefined();
    const stream = body.stream();
    expect(errOf(() => body.stream())).toBeUndefined();
    expect(() => IncomingBody.finish(body)).toThrow('input-stream');
    stream[DISPOSE]();
    const trailers = IncomingBody.finish(body);
    expect(trailers.subscribe().ready()).toBe(true);
    expect(trailers.get()).toEqual({ tag: 'ok', val: { tag: 'ok', val: undefined } });
    expect(trailers.get()).toEqual({ tag: 'err', val: undefined });
  });

  it('tells the sender when nobody will read its body', () => {
    const [dropped, finished] = [new TestSource(), new TestSource()];
    new IncomingRequest(testRequest('/', { body: dropped }), testContext())[DISPOSE]();
    IncomingBody.finish(new IncomingRequest(testRequest('/', { body: finished }), testContext()).consume());
    expect([dropped.isCancelled, finished.isCancelled]).toEqual([true, true]);
  });

  it('names why a body broke, in its stream and in its trailers', () => {
    const source = new TestSource();
    source.end(new RuntimeError('body-too-large', 'over the limit'));
    const body = new IncomingRequest(testRequest('/', { body: source }), testContext()).consume();
    const stream = body.stream();
    const failed = errOf(() => stream.read(1n)) as { val: IoError };
    const tooLarge = { tag: 'HTTP-request-body-size', val: undefined };
    expect(httpErrorCode(failed.val)).toEqual(tooLarge);
    stream[DISPOSE]();
    expect(IncomingBody.finish(body).get()).toEqual({ tag: 'ok', val: { tag: 'err', val: tooLarge } });
  });
});

describe('OutgoingResponse', () => {
  const context = testContext();
  const send = (response: OutgoingResponse, writer = new TestResponse()) => {
    const slot = new ResponseSlot(writer, context);
    ResponseOutparam.set(new ResponseOutparam(slot), { tag: 'ok', val: response });
    return { slot, writer };
  };
  const write = (body: OutgoingBody, text: string) => {
    const stream = body.write();
    stream.blockingWriteAndFlush(bytes(text));
    stream[DISPOSE]();
  };

  it('sends head and body in either order', () => {
    const response = new OutgoingResponse(headers({ 'x-a': '1' }), context);
    response.setStatusCode(201);
    const body = response.body();
    const stream = body.write();
    stream.blockingWriteAndFlush(bytes('early '));
    const { slot, writer } = send(response);
    expect(writer).toMatchObject({ status: 201, headers: [['x-a', '1']] });
    expect(writer.body.text).toBe('early ');
    stream.blockingWriteAndFlush(bytes('late'));
    expect(writer.body.text).toBe('early late');
    stream[DISPOSE]();
    OutgoingBody.finish(body, undefined);
    slot.finish();
    expect(writer.body.end).toBe('closed');
  });

  it('sends an empty body when none was claimed', () => {
    const { slot, writer } = send(new OutgoingResponse(new Fields(), context));
    slot.finish();
    expect(writer.body.end).toBe('closed');
  });

  it('refuses a status that is none, and fails the request for an interim one', () => {
    const response = new OutgoingResponse(new Fields(), context);
    expect(errOf(() => response.setStatusCode(99))).toBeUndefined();
    expect(errOf(() => response.setStatusCode(600))).toBeUndefined();
    response.setStatusCode(103);
    expect(() => send(response)).toThrow('status 103');
  });

  it('holds the body to its content-length', () => {
    const short = new OutgoingResponse(headers({ 'Content-Length': '10' }), context);
    const shortBody = short.body();
    const { slot, writer } = send(short);
    write(shortBody, 'four');
    expect(errOf(() => OutgoingBody.finish(shortBody, undefined))).toEqual({ tag: 'HTTP-response-body-size', val: 4n });
    expect(writer.body.end).toBe('aborted');
    expect(() => slot.finish()).toThrow('content-length says 10 bytes and 4 were written');

    const long = new OutgoingResponse(headers({ 'content-length': '2' }), context);
    const longBody = long.body();
    const sent = send(long);
    const stream = longBody.write();
    const failed = errOf(() => stream.blockingWriteAndFlush(bytes('three'))) as { val: IoError };
    expect(httpErrorCode(failed.val)).toEqual({ tag: 'HTTP-response-body-size', val: 5n });
    expect(sent.writer.body.text).toBe('');
  });

  it('lets content-length of an answer to HEAD speak of the GET', () => {
    const head = testContext({ method: 'HEAD' });
    const response = new OutgoingResponse(headers({ 'content-length': '10' }), head);
    const slot = new ResponseSlot(new TestResponse(), head);
    slot.set({ tag: 'ok', val: response });
    slot.finish();
  });

  it('marks a body that was dropped unfinished as incomplete', () => {
    const response = new OutgoingResponse(new Fields(), context);
    const body = response.body();
    const { slot, writer } = send(response);
    write(body, 'half');
    body[DISPOSE]();
    expect(writer.body.end).toBe('aborted');
    expect(() => slot.finish()).toThrow('dropped the body');
  });

  it('fails a request whose guest returned without an answer, with an error, or in the middle of the body', () => {
    expect(() => new ResponseSlot(new TestResponse(), context).finish()).toThrow('without setting a response');
    const refused = new ResponseSlot(new TestResponse(), context);
    refused.set({ tag: 'err', val: { tag: 'internal-error', val: 'no tea' } });
    expect(() => refused.finish()).toThrow('internal-error: no tea');
    const response = new OutgoingResponse(new Fields(), context);
    response.body();
    const { slot, writer } = send(response);
    expect(() => slot.finish()).toThrow('outgoing-body.finish');
    expect(writer.body.end).toBe('aborted');
  });

  it('gives body, stream and outparam rules as the WIT has them', () => {
    const response = new OutgoingResponse(new Fields(), context);
    const body = response.body();
    expect(errOf(() => response.body())).toBeUndefined();
    body.write();
    expect(errOf(() => body.write())).toBeUndefined();
    expect(() => OutgoingBody.finish(body, undefined)).toThrow('output-stream');
    const outparam = new ResponseOutparam(new ResponseSlot(new TestResponse(), context));
    expect(errOf(() => outparam.sendInformational(200))).toEqual({ tag: 'HTTP-protocol-error' });
    expect(errOf(() => outparam.sendInformational(103))).toMatchObject({ tag: 'internal-error' });
  });

  it('drops trailers and says so', () => {
    const host = new TestHost();
    const response = new OutgoingResponse(new Fields(), testContext({}, host));
    const body = response.body();
    OutgoingBody.finish(body, headers({ digest: 'x' }));
    expect(host.lines.join()).toContain('trailers');
  });
});

describe('OutgoingRequest', () => {
  it('can be built in full and is denied', () => {
    const host = new TestHost();
    const context = testContext({}, host);
    const request = new OutgoingRequest(headers({ accept: '*/*' }), context);
    expect(errOf(() => request.setMethod({ tag: 'other', val: 'a b' }))).toBeUndefined();
    request.setMethod({ tag: 'other', val: 'PURGE' });
    expect(errOf(() => request.setScheme({ tag: 'other', val: '1x' }))).toBeUndefined();
    request.setScheme({ tag: 'HTTP' });
    expect(errOf(() => request.setAuthority('a b'))).toBeUndefined();
    request.setAuthority('example.com:8080');
    expect(errOf(() => request.setPathWithQuery('/a b'))).toBeUndefined();
    request.setPathWithQuery('/a?b=c');
    expect(request.pathWithQuery()).toBe('/a?b=c');
    const stream = request.body().write();
    stream.blockingWriteAndFlush(bytes('body'));
    expect(
      errOf(() => createOutgoingHandler(context, { spec: testSpec(), host, mounts: { mayWait: false, forGuest: () => [] } }).handle(request, undefined)),
    ).toEqual({
      tag: 'HTTP-request-denied',
    });
    expect(errOf(() => stream.checkWrite())).toMatchObject({ tag: 'last-operation-failed' });
    expect(host.lines).toEqual([
      'system: Denied: PURGE http://example.com:8080 (wasi:http/outgoing-handler). To grant it, the App\'s spec needs capabilities: { http: { allow: ["http://example.com:8080"] } }. Said once; later denials are silent.',
    ]);
  });
});
