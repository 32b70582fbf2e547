/** One request, for {@link toCurl}. */
export interface CurlRequest {
  method: string;
  url: string;
  headers?: readonly (readonly [string, string])[];
  /** Bytes for what is not text. Null or left out: no body. */
  body?: string | Uint8Array | null;
}

/** What curl writes itself, from the address and the body. */
const LEFT_TO_CURL: ReadonlySet<string> = new Set(['host', 'content-length', 'connection', 'transfer-encoding']);
/** Curl would take these for patterns of several addresses. */
const GLOB = /[[\]{}]/;
const PLAIN_WORD = /^[A-Za-z0-9_./:@%+=,-]+$/;

/** A command that sends the same request with curl, for a POSIX shell: one option a line, every word quoted that needs it. */
export function toCurl({ method, url, headers = [], body = null }: CurlRequest): string {
  const sent = typeof body === 'string' && body.includes('\0') ? new TextEncoder().encode(body) : body;
  const hasBody = sent !== null && sent.length > 0;
  const lines = [`curl ${quote(url)}`];
  if (GLOB.test(url)) lines.push('--globoff');
  if (method === 'HEAD') lines.push('--head');
  else if (method !== (hasBody ? 'POST' : 'GET')) lines.push(`--request ${quote(method)}`);
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (LEFT_TO_CURL.has(key)) continue;
    // Said this way, curl also unpacks the answer.
    if (key === 'accept-encoding') lines.push('--compressed');
    // A semicolon is how curl is told to send a header without a value.
    else lines.push(`--header ${quote(value === '' ? `${name};` : `${name}: ${value}`)}`);
  }
  if (!hasBody) return lines.join(' \\\n  ');
  // Without this curl would call the body a form.
  if (!headers.some(([name]) => name.toLowerCase() === 'content-type')) lines.push("--header 'content-type:'");
  if (typeof sent === 'string') return [...lines, `--data-raw ${quote(sent)}`].join(' \\\n  ');
  return `printf %s ${quote(toBase64(sent))} | base64 --decode | ${[...lines, '--data-binary @-'].join(' \\\n  ')}`;
}

/** `word` as one argument of a POSIX shell. */
function quote(word: string): string {
  return PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
