import { isClusterHost } from './cluster-address.ts';

/** Which requests an App's guests may send: an origin pattern, alone for every method or with the methods that it is for. */
export type EgressRule = string | { readonly origin: string; readonly methods: readonly string[] };

/** `https://*.example.com:8443` taken apart. */
export interface OriginPattern {
  readonly scheme: 'http' | 'https';
  /** Canonical, without `*.`. */
  readonly host: string;
  /** Any name below `host`, at any depth, and not `host` itself: as in a Content-Security-Policy. */
  readonly isWildcard: boolean;
  readonly port: number;
}

const DEFAULT_PORTS = { http: 80, https: 443 } as const;
const SHAPE = /^([a-z]+):\/\/(\*\.)?(\[[^\]]*\]|[^/:?#@[\]]*)(?::([^/?#]*))?(.*)$/i;

/** The parts of `pattern`, or why it is none, as the end of a sentence that begins with the field. */
export function parseOriginPattern(pattern: string): OriginPattern | { readonly reason: string } {
  const parts = SHAPE.exec(pattern);
  if (!parts) return { reason: 'must be scheme and host, such as https://api.example.com or https://*.example.com' };
  const [, scheme = '', star, host = '', port, rest = ''] = parts;
  if (scheme !== 'http' && scheme !== 'https') return { reason: `must begin with http:// or https://, not ${scheme}://` };
  if (rest !== '') return { reason: `must end after the host and its port: ${JSON.stringify(rest)} is not looked at, so it must not stand there` };
  if (host.includes('*')) return { reason: 'may have one * as the whole of its first label, such as https://*.example.com, and nowhere else' };
  const canonical = canonicalHost(scheme, host);
  if (canonical === null) return { reason: `names no host that an address can have: ${JSON.stringify(host)}` };
  if (canonical !== host) return { reason: `must write its host as addresses do: ${canonical}` };
  if (star !== undefined && (isAddress(host) || host === '')) return { reason: 'may have a * before a name only: addresses have no subdomains' };
  if (port !== undefined && !/^[1-9]\d{0,4}$/.test(port)) return { reason: `has ${JSON.stringify(port)} as its port, which must be a number from 1 to 65535` };
  const portNumber = port === undefined ? DEFAULT_PORTS[scheme] : Number(port);
  if (portNumber > 65_535) return { reason: `has ${port} as its port, which must be a number from 1 to 65535` };
  if (isClusterHost(`.${host}`) && (scheme !== 'http' || portNumber !== 80))
    return { reason: 'names Apps of this cluster, which other Apps reach by http:// at port 80' };
  return { scheme, host, isWildcard: star !== undefined, port: portNumber };
}

function canonicalHost(scheme: string, host: string): string | null {
  if (host === '' || host.endsWith('.') || !URL.canParse(`${scheme}://${host}/`)) return null;
  return new URL(`${scheme}://${host}/`).hostname;
}

function isAddress(host: string): boolean {
  return host.startsWith('[') || /^\d+(\.\d+){3}$/.test(host);
}

/** Whether `rules` let a request of `method` to `url` out. Rules that are no patterns, which admission refuses, let nothing out. */
export function isPermitted(rules: readonly EgressRule[], method: string, url: URL): boolean {
  return rules.some((rule) => {
    const [origin, methods] = typeof rule === 'string' ? [rule, null] : [rule.origin, rule.methods];
    if (methods !== null && !methods.includes(method)) return false;
    const pattern = parseOriginPattern(origin);
    return !('reason' in pattern) && covers(pattern, url);
  });
}

function covers({ scheme, host, isWildcard, port }: OriginPattern, url: URL): boolean {
  if (url.protocol !== `${scheme}:`) return false;
  if (Number(url.port || DEFAULT_PORTS[scheme]) !== port) return false;
  return isWildcard ? url.hostname.endsWith(`.${host}`) : url.hostname === host;
}
