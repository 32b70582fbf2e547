import { describe, expect, it } from 'vitest';
import { Fields3 } from '../../../../src/wasi/preview3/http-fields.ts';
import { Request3, RequestOptions3 } from '../../../../src/wasi/preview3/http-request.ts';
import { Response3 } from '../../../../src/wasi/preview3/http-response.ts';
import { errOf, TestResponse, testContext } from '../preview2/guest-fixtures.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const noTrailers = Promise.resolve({ tag: 'ok', val: undefined } as const);
const contents = (...pieces: string[]) => ({
  async read() {
    const piece = pieces.shift();
    return piece === undefined ? { done: true } : { value: bytes(piece), done: false };
  },
});
const request = () => Request3.new(new Fields3(), undefined, noTrailers, undefined)[0];

describe('fields', () => {
  it('compare names without case, and keep the case of the first', () => {
    const fields = new Fields3();
    fields.append('Foo', bytes('1'));
    fields.append('FOO', bytes('2'));
    expect(fields.copyAll()).toEqual([
      ['Foo', bytes('1')],
      ['Foo', bytes('2')],
    ]);
    fields.set('foo', []);
    expect(fields.has('foo')).toBe(false);
    fields.append('foo', bytes('3'));
    expect(fields.getAndDelete('FOO')).toEqual([bytes('3')]);
    expect(fields.copyAll()).toEqual([]);
  });

  it.each<[string, (fields: Fields3) => void, object]>([
    ['a name that is no token', (fields) => fields.append('hey ho', bytes('')), { tag: 'invalid-syntax' }],
    ['a value with a line end', (fields) => fields.set('a', [bytes('\n')]), { tag: 'invalid-syntax' }],
    ['a name of the connection', (fields) => fields.append('Connection', bytes('close')), { tag: 'forbidden' }],
    ['a change of headers that belong to a message', (fields) => Fields3.frozen(fields).delete('a'), { tag: 'immutable' }],
    ['more than any message takes', (fields) => fields.append('a', new Uint8Array(1_100_000).fill(65)), { tag: 'size-exceeded' }],
  ])('refuse %s', (_, change, error) => {
    const fields = new Fields3();
    expect(errOf(() => change(fields))).toEqual(error);
    expect(fields.copyAll()).toEqual([]);
  });
});

describe('a request', () => {
  it('knows its methods and schemes by every name', () => {
    const made = request();
    expect([made.getMethod(), made.getScheme(), made.getAuthority(), made.getPathWithQuery()]).toEqual([{ tag: 'get' }, undefined, undefined, undefined]);
    made.setMethod({ tag: 'other', val: 'POST' });
    made.setScheme({ tag: 'other', val: 'https' });
    made.setPathWithQuery('');
    expect([made.getMethod(), made.getScheme(), made.getPathWithQuery()]).toEqual([{ tag: 'post' }, { tag: 'HTTPS' }, '/']);
  });

  it.each<[string, (made: Request3) => void]>([
    ['a method that is no token', (made) => made.setMethod({ tag: 'other', val: 'a b' })],
    ['a scheme', (made) => made.setScheme({ tag: 'other', val: '1x' })],
    ['a path with a space', (made) => made.setPathWithQuery('/a b')],
    ...['::', ':@', '@@', ' ', '', '#', 'localhost:what', '['].map((authority): [string, (made: Request3) => void] => [
      `the authority ${JSON.stringify(authority)}`,
      (made) => made.setAuthority(authority),
    ]),
  ])('refuses %s', (_, change) => {
    expect(errOf(() => change(request()))).toBeUndefined();
  });

  it('has options that nobody changes any more', () => {
    const options = new RequestOptions3();
    options.setConnectTimeout(5n);
    const [made] = Request3.new(new Fields3(), undefined, noTrailers, options);
    expect(made.getOptions()?.getConnectTimeout()).toBe(5n);
    expect(errOf(() => made.getOptions()?.setConnectTimeout(6n))).toEqual({ tag: 'immutable' });
  });

  it('that is not sent tells its maker', async () => {
    const [made, sent] = Request3.new(new Fields3(), undefined, noTrailers, undefined);
    made.setAuthority('example.com');
    expect(Request3.contentOf(made)).toMatchObject({ method: 'GET', scheme: 'https', authority: 'example.com', pathWithQuery: '' });
    Request3.takeBody(made).refuse({ tag: 'HTTP-request-denied' });
    expect(await sent).toEqual({ tag: 'err', val: { tag: 'HTTP-request-denied' } });
  });
});

describe('a response', () => {
  it.each([0, 42, 600, 65_535])('has no status %d', (status) => {
    const [made] = Response3.new(new Fields3(), undefined, noTrailers);
    expect(errOf(() => made.setStatusCode(status))).toBeUndefined();
  });

  it('is sent with its body, and its maker told', async () => {
    const [made, sent] = Response3.new(Fields3.fromList([['x-a', bytes('1')]]), contents('one, ', 'two'), noTrailers);
    made.setStatusCode(201);
    const writer = new TestResponse();
    await Response3.send(made, writer, testContext());
    expect([writer.status, writer.headers, writer.body.text, writer.body.end]).toEqual([201, [['x-a', '1']], 'one, two', 'closed']);
    expect(await sent).toEqual({ tag: 'ok', val: undefined });
  });

  it.each<[string, () => [Response3, Promise<unknown>]]>([
    ['fewer bytes than it declared', () => Response3.new(Fields3.fromList([['content-length', bytes('10')]]), contents('short'), noTrailers)],
    ['more bytes than it declared', () => Response3.new(Fields3.fromList([['content-length', bytes('2')]]), contents('long'), noTrailers)],
    ['an error for trailers', () => Response3.new(new Fields3(), contents('begun'), Promise.resolve({ tag: 'err', val: { tag: 'HTTP-protocol-error' } }))],
  ])('with %s is broken off', async (_, make) => {
    const [made, sent] = make();
    const writer = new TestResponse();
    await expect(Response3.send(made, writer, testContext())).rejects.toMatchObject({ code: 'handler-response-invalid' });
    expect(writer.body.end).toBe('aborted');
    expect(await sent).toMatchObject({ tag: 'err' });
  });
});
