/** What the browser lets a page send: the rules of the Fetch standard for methods and headers of requests. */

/** Fetch standard, "token" of RFC 9110: what a method or the name of a header is made of. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Fetch standard, "header value": no NUL, no line ends; more than Latin-1 cannot be sent. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Fetch standard, "forbidden method". */
const FORBIDDEN_METHODS: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);
const BODILESS_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

const BY_BROWSER = 'The browser writes this header itself; a page may not.';
/** Fetch standard, "forbidden request-header", and why. */
const FORBIDDEN_HEADERS: Readonly<Record<string, string>> = {
  'accept-charset': 'The browser no longer sends this header, and a page may not.',
  'accept-encoding': 'The browser chooses how answers are packed; a page may not.',
  'access-control-request-headers': BY_BROWSER,
  'access-control-request-method': BY_BROWSER,
  'access-control-request-private-network': BY_BROWSER,
  connection: BY_BROWSER,
  'content-length': 'The browser counts the body itself.',
  cookie: 'The browser sends the cookies that it has for this site; a page may not name others.',
  cookie2: BY_BROWSER,
  date: BY_BROWSER,
  dnt: BY_BROWSER,
  expect: BY_BROWSER,
  host: 'The browser takes the host from the address.',
  'keep-alive': BY_BROWSER,
  origin: 'The browser says itself which page asks.',
  referer: 'The browser says itself which page asks.',
  'set-cookie': 'This is a header of answers; a page may not send it.',
  te: BY_BROWSER,
  trailer: BY_BROWSER,
  'transfer-encoding': BY_BROWSER,
  upgrade: BY_BROWSER,
  via: BY_BROWSER,
  // Not of the standard: Chromium leaves it out without a word.
  'user-agent': 'Chromium keeps its own value and leaves this one out.',
};
const OVERRIDE_HEADERS: ReadonlySet<string> = new Set(['x-http-method', 'x-http-method-override', 'x-method-override']);

/** Why a page may not use this method, in a sentence; null when it may. */
export function methodProblem(method: string): string | null {
  if (!TOKEN.test(method)) return 'A method is one word of letters, digits and dashes.';
  return FORBIDDEN_METHODS.has(method.toUpperCase()) ? `A page may not send ${method.toUpperCase()}.` : null;
}

/** Whether a page may send a body with this method. */
export function canHaveBody(method: string): boolean {
  return !BODILESS_METHODS.has(method.toUpperCase());
}

/** Why the browser keeps a header of this name to itself, in a sentence; null when a page may send it. */
export function forbiddenHeader(name: string): string | null {
  const key = name.toLowerCase();
  if (Object.hasOwn(FORBIDDEN_HEADERS, key)) return FORBIDDEN_HEADERS[key] ?? BY_BROWSER;
  return /^(sec|proxy)-/.test(key) ? `Headers that begin with ${key.slice(0, key.indexOf('-') + 1)} are the browser's own.` : null;
}

/** Why a page may not send this header, in a sentence; null when it may. */
export function headerProblem(name: string, value: string): string | null {
  if (name === '') return value === '' ? null : 'A header needs a name.';
  if (!TOKEN.test(name)) return 'A header name is made of letters, digits and dashes.';
  const forbidden = forbiddenHeader(name);
  if (forbidden !== null) return forbidden;
  if (!HEADER_VALUE.test(value)) return 'A header value is one line of Latin-1 characters.';
  const asks = OVERRIDE_HEADERS.has(name.toLowerCase()) ? value.split(',').map((method) => method.trim().toUpperCase()) : [];
  return asks.some((method) => FORBIDDEN_METHODS.has(method)) ? 'A page may not ask for CONNECT, TRACE or TRACK.' : null;
}
