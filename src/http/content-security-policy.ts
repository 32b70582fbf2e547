import parsePolicy from 'content-security-policy-parser';

type Policy = ReadonlyMap<string, readonly string[]>;

export type HostScriptPermission =
  /** `nonce`: to be put on the tag; null: none is needed. */
  { readonly allowed: true; readonly nonce: string | null } | { readonly allowed: false; readonly reason: string };

const SCRIPT_FALLBACK = ['script-src-elem', 'script-src', 'default-src'] as const;
const FRAME_FALLBACK = ['frame-src', 'child-src', 'default-src'] as const;
const WORKER_FALLBACK = ['worker-src', 'child-src', 'script-src', 'default-src'] as const;

/**
 * Whether a document with these policies lets the host script run and start its workers (CSP Level 3 §6.1, §6.7).
 * `policies` are values of `Content-Security-Policy`, each possibly a comma-separated list; all must allow it. Report-only
 * policies are not to be passed. The nonce of a policy may be reused on the tag: who adds the tag is who passes the policy on.
 * Policies in `<meta>` are not seen. `workerUrl` defaults to the script's own address.
 */
export function hostScriptAllowed(policies: readonly string[], scriptUrl: string, documentUrl: string, workerUrl = scriptUrl): HostScriptPermission {
  const document = new URL(documentUrl);
  const worker = new URL(workerUrl, document);
  return scriptAllowed(policies, new URL(scriptUrl, document), document, (policy) => deniedByTrustedTypes(policy) ?? deniedWorker(policy, worker, document));
}

/** The same of the script of pages at an App's own origin, which starts no workers but holds a frame with `frameUrl`. */
export function pageScriptAllowed(policies: readonly string[], scriptUrl: string, frameUrl: string, documentUrl: string): HostScriptPermission {
  const document = new URL(documentUrl);
  const frame = new URL(frameUrl);
  return scriptAllowed(policies, new URL(scriptUrl, document), document, (policy) => deniedFrame(policy, frame, document));
}

function scriptAllowed(policies: readonly string[], script: URL, document: URL, deniedElse: (policy: Policy) => string | null): HostScriptPermission {
  const parsed: Policy[] = policies.flatMap((value) => value.split(',')).map((policy) => parsePolicy(policy));
  for (const policy of parsed) {
    const denied = deniedBySandbox(policy) ?? deniedElse(policy);
    if (denied !== null) return { allowed: false, reason: denied };
  }
  const nonces = parsed.flatMap((policy) => noncesOf(effective(policy, SCRIPT_FALLBACK)?.sources ?? []));
  for (const nonce of [null, ...nonces]) {
    if (parsed.every((policy) => allowsScript(policy, script, document, nonce))) return { allowed: true, nonce };
  }
  const denying = parsed.find((policy) => !allowsScript(policy, script, document, null)) ?? new Map();
  const directive = effective(denying, SCRIPT_FALLBACK);
  return { allowed: false, reason: `Content-Security-Policy "${[directive?.name, ...(directive?.sources ?? [])].join(' ')}" does not allow ${script.href}` };
}

/** The first directive of `names` that `policy` has. */
function effective(policy: Policy, names: readonly string[]): { name: string; sources: readonly string[] } | null {
  for (const name of names) {
    const sources = policy.get(name);
    if (sources !== undefined) return { name, sources };
  }
  return null;
}

function deniedBySandbox(policy: Policy): string | null {
  const flags = policy.get('sandbox')?.map((flag) => flag.toLowerCase());
  const missing = flags === undefined ? [] : ['allow-scripts', 'allow-same-origin'].filter((flag) => !flags.includes(flag));
  return missing.length === 0 ? null : `Content-Security-Policy "sandbox" without ${missing.join(' and ')}`;
}

/** `new Worker(url)` with a plain string is a sink of Trusted Types. */
function deniedByTrustedTypes(policy: Policy): string | null {
  return policy.get('require-trusted-types-for')?.some((group) => group.toLowerCase() === "'script'")
    ? `Content-Security-Policy "require-trusted-types-for 'script'" forbids starting workers by address`
    : null;
}

function deniedWorker(policy: Policy, worker: URL, document: URL): string | null {
  const directive = effective(policy, WORKER_FALLBACK);
  if (directive === null || matchesSources(worker, directive.sources, document)) return null;
  // 'strict-dynamic' lets scripts load what no parser inserted, and workers never are; Chromium 156 does so under default-src too.
  if ((directive.name === 'script-src' || directive.name === 'default-src') && hasKeyword(directive.sources, 'strict-dynamic')) return null;
  return `Content-Security-Policy "${[directive.name, ...directive.sources].join(' ')}" does not allow workers from ${worker.href}`;
}

function deniedFrame(policy: Policy, frame: URL, document: URL): string | null {
  const directive = effective(policy, FRAME_FALLBACK);
  if (directive === null || matchesSources(frame, directive.sources, document)) return null;
  return `Content-Security-Policy "${[directive.name, ...directive.sources].join(' ')}" does not allow a frame with ${frame.href}`;
}

/** CSP3 §6.7.1.1, "script directives pre-request check", for a parser-inserted script without integrity metadata. */
function allowsScript(policy: Policy, script: URL, document: URL, nonce: string | null): boolean {
  const directive = effective(policy, SCRIPT_FALLBACK);
  if (directive === null) return true;
  if (nonce !== null && noncesOf(directive.sources).includes(nonce)) return true;
  return !hasKeyword(directive.sources, 'strict-dynamic') && matchesSources(script, directive.sources, document);
}

function hasKeyword(sources: readonly string[], keyword: string): boolean {
  return sources.some((source) => source.toLowerCase() === `'${keyword}'`);
}

/** Only nonces of the grammar: what else stands there could end the attribute that it goes into. */
function noncesOf(sources: readonly string[]): string[] {
  return sources.flatMap((source) => /^'nonce-([A-Za-z0-9+/_-]+={0,2})'$/i.exec(source)?.[1] ?? []);
}

/** CSP3 §6.7.2.7, "does url match source list": `'none'` and the empty list match nothing, as no expression in them does. */
function matchesSources(url: URL, sources: readonly string[], document: URL): boolean {
  return sources.some((source) => matchesExpression(url, source, document));
}

/** CSP3 §6.7.2.8, without redirects. */
function matchesExpression(url: URL, source: string, document: URL): boolean {
  if (source === '*') return ['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol) || url.protocol === document.protocol;
  const scheme = /^([a-z][a-z0-9+.-]*):$/i.exec(source);
  if (scheme !== null) return matchesScheme(`${scheme[1]?.toLowerCase()}:`, url.protocol);
  if (source.toLowerCase() === "'self'") return matchesSelf(url, document);

  const host = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?)(?::(\d+|\*))?(\/.*)?$/i.exec(source);
  if (host === null) return false;
  const [, schemePart, hostPart = '', portPart, pathPart] = host;
  if (!matchesScheme(schemePart === undefined ? document.protocol : `${schemePart.toLowerCase()}:`, url.protocol)) return false;
  return matchesHost(hostPart.toLowerCase(), url.hostname) && matchesPort(portPart, url) && matchesPath(pathPart, url.pathname);
}

function matchesSelf(url: URL, document: URL): boolean {
  if (url.origin === document.origin) return true;
  const isDefaultPort = url.port === '' && document.port === '';
  return url.hostname === document.hostname && (url.port === document.port || isDefaultPort) && matchesScheme(document.protocol, url.protocol);
}

/** An expression for an insecure scheme allows its secure one (CSP3 §6.7.2.9). That `ws:` allows `http:` too is in the text, but not in Chromium 156. */
function matchesScheme(pattern: string, protocol: string): boolean {
  if (pattern === protocol) return true;
  if (pattern === 'http:') return protocol === 'https:';
  return pattern === 'ws:' && protocol === 'wss:';
}

/** Of IP addresses only 127.0.0.1 can be allowed by name (CSP3 §6.7.2.10); `'self'` and `*` allow any. */
function matchesHost(pattern: string, hostname: string): boolean {
  if (pattern === '*') return true;
  if (pattern.startsWith('*.')) return hostname.endsWith(pattern.slice(1));
  if (hostname !== pattern) return false;
  return !/^[\d.]+$/.test(pattern) || pattern === '127.0.0.1';
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443', 'ws:': '80', 'wss:': '443' };

/** CSP3 §6.7.2.11. */
function matchesPort(pattern: string | undefined, url: URL): boolean {
  if (pattern === '*') return true;
  const port = url.port === '' ? DEFAULT_PORTS[url.protocol] : url.port;
  if (pattern === undefined) return url.port === '';
  return pattern === port || (pattern === '80' && port === '443' && (url.protocol === 'https:' || url.protocol === 'wss:'));
}

/** CSP3 §6.7.2.12: with a slash at the end a prefix, else the whole path; escapes are decoded on both sides. */
function matchesPath(pattern: string | undefined, pathname: string): boolean {
  if (pattern === undefined || pattern === '/') return true;
  const expected = decodeSegments(pattern);
  const actual = decodeSegments(pathname);
  if (!pattern.endsWith('/') && expected.length !== actual.length) return false;
  const fixed = pattern.endsWith('/') ? expected.slice(0, -1) : expected;
  return fixed.length <= actual.length && fixed.every((segment, index) => segment === actual[index]);
}

function decodeSegments(path: string): string[] {
  return path.split('/').map((segment) => {
    try {
      return decodeURIComponent(segment);
    } catch {
      // Escapes that are not UTF-8 are compared as they are.
      return segment;
    }
  });
}
