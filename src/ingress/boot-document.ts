import { escapeHtml } from '../http/page.ts';

/** Address that a boot document takes on before it goes to its answer: the service worker knows the navigation by its referrer. */
const BOOT_PATH = '_swerve/boot/';

export function bootUrl(base: URL, keptId: string): string {
  return new URL(`${BOOT_PATH}${keptId}`, base).href;
}

/** The kept id in the address of a boot document, or null for any other address. */
export function keptIdOf(base: URL, url: string): string | null {
  const prefix = bootUrl(base, '');
  return url.startsWith(prefix) ? url.slice(prefix.length) : null;
}

/**
 * The boot document (design §5, "Cold navigation"): becomes the host that runs the kept request, then goes to the answer.
 * Nothing is drawn for 300 ms, and its title is the App's name: that is what the tab will hold. Its referrer must reach the service worker whole, hence the policy.
 */
export function bootDocument(base: URL, keptId: string, hostScriptUrl: string, appName: string): Response {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="referrer" content="same-origin"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="swerve-boot" content="${keptId}" data-url="${bootUrl(base, keptId)}"><link rel="icon" href="data:,"><title>${escapeHtml(appName)}</title><script type="module" async src="${hostScriptUrl}"></script><noscript>This address is answered by a WebAssembly program in this browser, which needs JavaScript.</noscript></head><body></body></html>`;
  return new Response(html, { headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'origin-agent-cluster': '?1' } });
}
