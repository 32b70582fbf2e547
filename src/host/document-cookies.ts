import type { VisibleChange } from '../core/visible-change.ts';
import type { DocumentCookie } from '../protocol/sw-host.ts';

/** The part of the Cookie Store API that is used; TypeScript's libraries do not have all of its members. */
interface DocumentCookieStore extends EventTarget {
  getAll(): Promise<Listed[]>;
}
type Listed = { [K in keyof DocumentCookie]?: DocumentCookie[K] };

const store = (globalThis as { cookieStore?: DocumentCookieStore }).cookieStore;

/** Calls `listener` whenever a script, or another tab, has changed what the document sees of its cookies. Never, where the engine does not tell. */
export function watchCookies(listener: () => void): void {
  store?.addEventListener('change', listener);
}

/** What scripts of this document see. @throws what the browser throws in a document that may not have cookies */
export async function readCookies(): Promise<DocumentCookie[]> {
  const cookies = store ? await store.getAll() : parse(document.cookie);
  return cookies.map(({ name, value, path, domain, sameSite, expires }) => ({
    name: name ?? '',
    value: value ?? '',
    path: path ?? null,
    domain: domain ?? null,
    sameSite: sameSite ?? 'lax',
    expires: expires ?? null,
  }));
}

/** Writes `changes`. Resolves to the places of those that this document should see now and does not: the browser refused them. */
export async function writeCookies(changes: readonly VisibleChange[]): Promise<number[]> {
  // biome-ignore lint/suspicious/noDocumentCookie: WebKit's cookieStore writes only Secure cookies, which it takes on no http://localhost
  for (const change of changes) document.cookie = lineOf(change);
  const seen = new Set((await readCookies()).map(({ name, value }) => `${name}=${value}`));
  return changes.flatMap((change, place) => (change.delete || !covers(change.path) || seen.has(`${change.name}=${change.value}`) ? [] : [place]));
}

function lineOf({ name, value, path, domain, expires, sameSite, delete: isRemoval }: VisibleChange): string {
  const until = isRemoval ? 0 : expires;
  const parts = [`${name}=${value}`, `Path=${path}`, `SameSite=${sameSite}`];
  if (domain !== null) parts.push(`Domain=${domain}`);
  if (until !== null) parts.push(`Expires=${new Date(until).toUTCString()}`);
  if (location.protocol === 'https:' || sameSite === 'none') parts.push('Secure');
  return parts.join('; ');
}

function covers(path: string): boolean {
  const { pathname } = location;
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
}

function parse(text: string): Listed[] {
  return text
    .split('; ')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return value.length === 0 ? { name: '', value: name } : { name, value: value.join('=') };
    });
}
