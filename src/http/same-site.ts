/** How a request relates to the site it goes to (RFC 6265bis §5.2): `strict`: same-site; `lax`: a safe top-level navigation from elsewhere; `none`: any other request from elsewhere. */
export type SameSiteContext = 'strict' | 'lax' | 'none';

/** What a service worker can see of a request's origin. */
export interface SameSiteFacts {
  /** `Request.mode`. */
  readonly requestMode: string;
  readonly method: string;
  /** `Request.referrer`: an absolute URL, `about:client` or empty. */
  readonly referrer: string;
  /** Public absolute URL of the request. */
  readonly url: string;
  /** False for a frame (`Request.destination` is `iframe`, `frame`, `embed` or `object`). */
  readonly isTopLevel: boolean;
  /** Host name under which every host belongs to this deployment (`swerve.example`). Left out, only the request's own host and its parents and children count as same-site. */
  readonly siteHost?: string;
}

const FRAME_DESTINATIONS = new Set(['iframe', 'frame', 'embed', 'object', 'fencedframe']);

/** Whether a navigation with this `Request.destination` replaces a whole tab. */
export function isTopLevelDestination(destination: string): boolean {
  return !FRAME_DESTINATIONS.has(destination);
}

/**
 * Judges a request that a service worker received. It does not see `Sec-Fetch-Site`, so:
 *
 * - A sub-resource request comes from a client that this worker controls, so from this origin: `strict`. A frame of this
 *   origin inside a foreign page is no hole: browsers partition its service worker and its storage by the top-level site.
 * - A navigation shows its referrer. A referrer on another site makes it cross-site.
 * - No referrer on a safe method is taken as typed, bookmarked or reloaded, which is same-site in browsers too. A foreign
 *   link that withholds its referrer looks the same; safe methods must not change state, so that much is accepted.
 * - No referrer on any other method is taken as cross-site: a forged form post can withhold its referrer, and a page of
 *   this origin that sends none by policy loses its SameSite cookies on form posts. That is the safe side.
 *
 * Without a public suffix list (a hundred kilobytes in every service-worker start) sibling hosts count as other sites
 * unless `siteHost` covers both: stricter than browsers, never laxer.
 */
export function sameSiteContext(facts: SameSiteFacts): SameSiteContext {
  if (facts.requestMode !== 'navigate') return 'strict';
  const isSafe = facts.method === 'GET' || facts.method === 'HEAD';
  if (facts.referrer === '' || facts.referrer === 'about:client') return isSafe ? 'strict' : 'none';
  if (isSameSite(facts.referrer, facts.url, facts.siteHost)) return 'strict';
  return facts.isTopLevel && isSafe ? 'lax' : 'none';
}

function isSameSite(referrer: string, url: string, siteHost: string | undefined): boolean {
  if (!URL.canParse(referrer)) return false;
  const from = new URL(referrer);
  const to = new URL(url);
  if (from.protocol !== to.protocol) return false;
  if (from.hostname === to.hostname) return true;
  if (siteHost !== undefined) return isUnder(from.hostname, siteHost) && isUnder(to.hostname, siteHost);
  return isChildOf(from.hostname, to.hostname) || isChildOf(to.hostname, from.hostname);
}

function isUnder(host: string, parent: string): boolean {
  return host === parent || host.endsWith(`.${parent}`);
}

/** A parent of one label (`com`, `localhost`) is a public suffix, not a site. An IP address never ends in `.name`. */
function isChildOf(host: string, parent: string): boolean {
  return parent.includes('.') && host.endsWith(`.${parent}`) && !/^[\d.]+$/.test(host);
}
