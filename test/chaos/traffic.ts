/** What each kind of request is, and what its answer must be. Every one has an id of its own, which its answer repeats in one way or another. */
import { LIMITS } from './guests.ts';
import { bodyBytes, type Outcome, type SentRequest } from './page-sender.ts';
import type { RequestKind } from './plan.ts';
import { fnv1a } from './prng.ts';

/** A request to make. Its checks say what is wrong with an answer of the App, null when it is the right one. */
export interface Errand {
  kind: RequestKind;
  id: string;
  request: SentRequest;
  check(outcome: Outcome): string | null;
  /** Problem codes that are the right answer. */
  rightCodes: readonly string[];
  /** Until the head. While a body is sent up the clock starts anew with each piece, so such a request only has the whole. */
  headDeadlineMs: number;
  deadlineMs: number;
  /** Made when this one was answered: what it set must be found. */
  next?: Errand;
}

type Make = (id: string, size: number) => Pick<Errand, 'request' | 'check'> & Partial<Errand>;

const get = (path: string, more: Partial<SentRequest> = {}): SentRequest => ({ path, method: 'GET', headers: {}, body: null, ...more });

/** Path of the `headers` guest that answers with this CGI head and body. */
function answering(head: readonly string[], body: string): string {
  return `chaos-wagi/answer?head=${encodeURIComponent(head.map((line) => `${line}\n`).join(''))}&body=${encodeURIComponent(body)}`;
}

const differs = (what: string, found: unknown, wanted: unknown): string | null =>
  found === wanted ? null : `${what} is ${JSON.stringify(found)?.slice(0, 200)}, not ${JSON.stringify(wanted)?.slice(0, 200)}`;

function jsonOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {}; // Not JSON at all: the check that reads it says what was there.
  }
}

function echo(path: string, isStreamed: boolean): Make {
  return (id, size) => {
    const body = { text: `${id} `, length: size, isStreamed };
    const bytes = bodyBytes(body);
    return {
      request: { path, method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body },
      check: ({ bytes: length, hash, text }) =>
        differs('the length', length, bytes.length) ?? differs('the hash', hash, fnv1a(bytes)) ?? differs('the id', text.startsWith(id), true),
      headDeadlineMs: LIMITS.durationMs,
    };
  };
}

const RECIPES: Record<Exclude<RequestKind, 'navigate' | 'version'>, Make> = {
  'wagi-get': (id) => ({
    request: get(answering(['Content-Type: text/plain', `X-Chaos: ${id}`], `answer to ${id}`)),
    check: ({ status, headers, text }) =>
      differs('status', status, 200) ?? differs('x-chaos', headers['x-chaos'], id) ?? differs('the body', text, `answer to ${id}`),
  }),
  'wagi-head': (id) => ({
    request: get(answering(['Content-Type: text/plain', `X-Chaos: ${id}`], 'never seen'), { method: 'HEAD' }),
    check: ({ status, headers, bytes }) => differs('status', status, 200) ?? differs('x-chaos', headers['x-chaos'], id) ?? differs('the length', bytes, 0),
  }),
  'wagi-post': (id, size) => {
    const body = { text: `${id} `, length: size, isStreamed: false };
    const bytes = bodyBytes(body);
    return {
      request: { path: 'chaos-wagi/count', method: 'POST', headers: { 'content-type': 'text/plain' }, body },
      check: ({ text }) => differs('bytes', jsonOf(text)['bytes'], bytes.length) ?? differs('fnv1a', jsonOf(text)['fnv1a'], fnv1a(bytes)),
      headDeadlineMs: LIMITS.durationMs,
    };
  },
  cookie: (id) => ({
    request: get(answering(['Content-Type: text/plain', `Set-Cookie: ${id}=kept; Path=/chaos-wagi; Max-Age=600; SameSite=Lax`], id)),
    check: ({ text }) => differs('the body', text, id),
    next: errand('wagi-get', `${id}c`, {
      request: get('chaos-wagi/env'),
      check: ({ text }) => differs(`the cookie ${id}`, String(jsonOf(text)['HTTP_COOKIE']).includes(`${id}=kept`), true),
      next: errand('wagi-get', `${id}d`, {
        request: get(answering(['Content-Type: text/plain', `Set-Cookie: ${id}=; Path=/chaos-wagi; Max-Age=0`], id)),
        check: ({ text }) => differs('the body', text, id),
      }),
    }),
  }),
  'http-echo': echo('chaos-http/echo', false),
  'http-upload': echo('chaos-http/echo', true),
  'reuse-echo': echo('chaos-reuse/echo', false),
  'http-events': (_, size) => {
    const total = 3 + (size % 12);
    return {
      request: get(`chaos-http/events?n=${total}&ms=${20 + (size % 180)}`),
      check: ({ text }) => {
        const seen = [...text.matchAll(/^id: (\d+)\ndata: \{"n":\1,"of":(\d+),/gm)].map(([, n, of]) => `${n}/${of}`).join();
        return differs('the events', seen, Array.from({ length: total }, (_, i) => `${i + 1}/${total}`).join());
      },
    };
  },
  'http-bytes': (_, size) => ({
    request: get(`chaos-http/bytes?n=${size}`),
    check: ({ bytes, hash }) => differs('the length', bytes, size) ?? differs('the hash', hash, fnv1a(Uint8Array.from({ length: size }, (_, i) => i % 256))),
  }),
  'http-slow-post': (_, size) => {
    const ms = 300 + (size % 1_200);
    return {
      request: { path: `chaos-http/sleep?ms=${ms}`, method: 'POST', headers: {}, body: null },
      check: ({ text }) => differs('the time slept', Number(jsonOf(text)['sleptMs']) >= ms, true),
    };
  },
  php: (id) => ({
    request: get(`chaos-php?id=${id}`),
    check: ({ headers, text }) => differs('x-chaos', headers['x-chaos'], id) ?? differs('the body', text, `GET ${id} 00000000`),
  }),
  js: (id) => ({
    request: get(`chaos-js?format=json&name=${id}`),
    check: ({ text }) => differs('the name', jsonOf(text)['name'], id),
  }),
  abort: (_, size) => ({
    request: get('chaos-http/events?n=100&ms=100', { abortAfterMs: 50 + (size % 900) }),
    check: () => 'an answer of ten seconds came to its end before it was given up',
  }),
  trap: (_, size) => ({
    request: get(`chaos-bad/${['trap', 'exit?code=3', 'recurse', 'nohead', 'empty'][size % 5]}`),
    check: ({ status }) => `the guest failed, and the answer is ${status} without a code`,
    rightCodes: ['handler-trap', 'handler-response-invalid'],
  }),
};

function errand(kind: RequestKind, id: string, made: ReturnType<Make>): Errand {
  return { kind, id, rightCodes: [], headDeadlineMs: LIMITS.timeoutMs, deadlineMs: LIMITS.durationMs, ...made };
}

/** The errand of a planned request; `floor` is the version that a `version` request must at least see. */
export function makeErrand(kind: Exclude<RequestKind, 'navigate'>, id: string, size: number, floor: number): Errand {
  if (kind !== 'version') return errand(kind, id, RECIPES[kind](id, size));
  return errand(kind, id, {
    request: get(`chaos-live/env?id=${id}`),
    check: ({ text }) => {
      const { QUERY_STRING, VERSION } = jsonOf(text);
      return (
        differs('the query', QUERY_STRING, `id=${id}`) ??
        (Number(VERSION) >= floor ? null : `the App runs version ${VERSION}; ${floor} was acknowledged before this request`)
      );
    },
  });
}
