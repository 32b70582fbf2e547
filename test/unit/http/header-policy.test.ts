import { describe, expect, it } from 'vitest';
import { checkStatus, isNullBodyStatus, toGuestHeaders, toResponseHeaders } from '../../../src/http/header-policy.ts';

describe('toGuestHeaders', () => {
  const base = { headers: [], method: 'GET', url: 'http://localhost:5000/x', referrer: '', cookie: null, origin: null, userAgent: null };

  it('puts Host first, keeps the order, adds what the network layer would', () => {
    expect(
      toGuestHeaders({
        headers: new Headers([
          ['X-B', '2'],
          ['accept', '*/*'],
        ]),
        method: 'POST',
        url: 'https://swerve.test/x',
        referrer: 'https://user:pw@swerve.test/from?q#frag',
        cookie: 'a=1',
        origin: 'https://swerve.test',
        userAgent: 'Agent/1',
        acceptLanguage: 'de,en;q=0.5',
      }),
    ).toEqual([
      ['host', 'swerve.test'],
      ['accept', '*/*'],
      ['x-b', '2'],
      ['user-agent', 'Agent/1'],
      ['accept-language', 'de,en;q=0.5'],
      ['referer', 'https://swerve.test/from?q'],
      ['origin', 'https://swerve.test'],
      ['cookie', 'a=1'],
    ]);
  });

  it.each([
    ['GET', []],
    ['HEAD', []],
    ['PUT', [['origin', 'null']]],
  ])('origin with %s', (method, expected) => {
    expect(toGuestHeaders({ ...base, method, origin: 'null' }).slice(1)).toEqual(expected);
  });

  it.each(['', 'about:client', 'about:blank', 'not a url'])('no referer for %j', (referrer) => {
    expect(toGuestHeaders({ ...base, referrer })).toEqual([['host', 'localhost:5000']]);
  });

  it('keeps what the client shows, except Host, Cookie and hop-by-hop headers', () => {
    const headers: [string, string][] = [
      ['Host', 'forged'],
      ['Cookie', 'forged=1'],
      ['User-Agent', 'Own'],
      ['Connection', 'close, X-Hop'],
      ['X-Hop', '1'],
      ['TE', 'trailers'],
      ['X-Twice', '1'],
      ['X-Twice', '2'],
    ];
    expect(toGuestHeaders({ ...base, headers, userAgent: 'Browser' })).toEqual([
      ['host', 'localhost:5000'],
      ['user-agent', 'Own'],
      ['x-twice', '1'],
      ['x-twice', '2'],
    ]);
  });
});

describe('toResponseHeaders', () => {
  const url = 'https://swerve.test/sub/hello/page?q';

  it('keeps repeated headers, takes cookies out, drops hop-by-hop headers', () => {
    const { headers, setCookie } = toResponseHeaders(
      [
        ['X-A', '1'],
        ['x-a', '2'],
        ['Set-Cookie', 'a=1, b'],
        ['set-cookie', 'c=2'],
        ['Transfer-Encoding', 'chunked'],
        ['Connection', 'X-Private'],
        ['x-private', '1'],
        ['ETag', '"x"'],
      ],
      url,
    );
    expect([...headers]).toEqual([
      ['etag', '"x"'],
      ['x-a', '1, 2'],
    ]);
    expect(setCookie).toEqual(['a=1, b', 'c=2']);
  });

  it.each([
    ['/x', 'https://swerve.test/x'],
    ['y?z', 'https://swerve.test/sub/hello/y?z'],
    ['?n', 'https://swerve.test/sub/hello/page?n'],
    ['//other.test/x', 'https://other.test/x'],
    ['https://Other.test', 'https://Other.test'],
    ['/caf\u00c3\u00a9', 'https://swerve.test/caf%C3%A9'],
    ['http://[', 'http://['],
  ])('Location %s', (value, expected) => {
    expect(toResponseHeaders([['Location', value]], url).headers.get('location')).toBe(expected);
  });

  it.each([
    ['bad name', 'x', /bad name/],
    ['', 'x', /""/],
    ['x-a', 'a\r\nb: c', /x-a/],
    ['x-a', 'a\0', /x-a/],
    ['x-a', '\u20ac', /x-a/],
    ['set-cookie', 'a=1\nb', /set-cookie/],
    ['te', 'a\nb', /te/],
    ['location', '/a\u20ac', /Location/],
    ['location', '/a\r\nx: y', /Location/],
  ])('refuses %j: %j', (name, value, message) => {
    expect(() => toResponseHeaders([[name, value]], url)).toThrow(
      expect.objectContaining({ code: 'handler-response-invalid', message: expect.stringMatching(message) }),
    );
  });
});

describe('statuses', () => {
  it.each([200, 204, 304, 418, 599])('takes %i', (status) => expect(() => checkStatus(status)).not.toThrow());
  it.each([0, 99, 600, 999, 200.5, Number.NaN, -1])('refuses %d', (status) =>
    expect(() => checkStatus(status)).toThrow(expect.objectContaining({ code: 'handler-response-invalid' })),
  );
  it.each([100, 101, 103, 199])('says that %i is informational', (status) => expect(() => checkStatus(status)).toThrow(/informational/));
  it('knows which have no body', () => {
    expect([101, 103, 200, 204, 205, 304, 404].filter(isNullBodyStatus)).toEqual([101, 103, 204, 205, 304]);
  });
});
