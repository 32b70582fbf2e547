import { describe, expect, it } from 'vitest';
import type { RequestDetail } from '../../../../src/core/traffic.ts';
import { planReplay as plan } from '../../../../src/ui/state/replay.ts';
import { makeDetail } from './request-fixture.ts';

const planReplay = (detail: RequestDetail) => plan(detail, 'http://swerve.test');
const detail = (changes: Partial<RequestDetail>): RequestDetail => makeDetail({ method: 'POST', path: '/hello?x=1', ...changes });

describe('planReplay', () => {
  it('sends the same method, path, headers and body', () => {
    const planned = planReplay(
      detail({
        requestHeaders: [
          ['Content-Type', 'text/plain'],
          ['X-Two', 'a'],
          ['X-Two', 'b'],
        ],
        requestBytes: 2,
        requestBody: { base64: 'aGk=', isCut: false },
      }),
    );
    expect(planned).toEqual({
      method: 'POST',
      path: '/hello?x=1',
      headers: [
        ['Content-Type', 'text/plain'],
        ['X-Two', 'a'],
        ['X-Two', 'b'],
      ],
      body: new TextEncoder().encode('hi'),
      leftOut: [],
    });
  });

  it('sends nothing to another origin', () => {
    expect(planReplay(detail({ origin: 'http://hello.swerve.test' }))).toEqual({ obstacle: expect.stringContaining('came to http://hello.swerve.test') });
  });

  it('names the headers that a page may not set, once and in order', () => {
    const planned = planReplay(
      detail({
        requestHeaders: [
          ['User-Agent', 'x'],
          ['Cookie', 'a=1'],
          ['cookie', 'b=2'],
          ['sec-fetch-mode', 'cors'],
          ['Proxy-Thing', '1'],
          ['accept', '*/*'],
        ],
      }),
    );
    expect(planned).toMatchObject({ headers: [['accept', '*/*']], leftOut: ['cookie', 'proxy-thing', 'sec-fetch-mode', 'user-agent'], body: null });
  });

  it.each([
    [{ requestBytes: 20_000, requestBody: { base64: 'aGk=', isCut: true } }, 'Only the start of its body was kept.'],
    [{ requestBytes: 2, requestBody: null }, 'Only the start of its body was kept.'],
    [{ state: 'running', requestBytes: 2, requestBody: { base64: 'aGk=', isCut: false } }, 'Its body may not have arrived whole yet.'],
    [{ method: 'TRACE' }, 'A page may not send TRACE.'],
    [{ method: 'GET', requestBytes: 2, requestBody: { base64: 'aGk=', isCut: false } }, 'A page cannot send GET with a body.'],
  ] as const)('says why %j cannot be sent again', (change, obstacle) => {
    expect(planReplay(detail(change))).toEqual({ obstacle });
  });

  it('an empty body is none', () => {
    expect(planReplay(detail({ requestBytes: 0, requestBody: { base64: '', isCut: false } }))).toMatchObject({ body: null });
  });
});
