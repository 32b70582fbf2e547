// A fetch-event handler, as in a service worker. The last segment of the path picks the answer, so it
// works behind any route prefix, rewritten or not.

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const html = (text) => String(text).replace(/[&<>"']/g, (character) => escapes[character]);

const page = (method, url) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hello from JavaScript</title>
<script>
  // The page may be served with or without a slash at its end; relative links need one.
  const base = document.createElement('base');
  base.href = location.pathname.replace(/\\/?$/, '/');
  document.head.append(base);
</script>
<style>
  :root { color-scheme: light dark; --ink: #27230f; --dim: #6c6648; --paper: #fbf9ee; --card: #fff; --line: #e6e1c5; --link: #7a5d00; }
  @media (prefers-color-scheme: dark) { :root { --ink: #f1ecd6; --dim: #aea683; --paper: #14130c; --card: #1e1c13; --line: #383421; --link: #f0d56b; } }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
  main { width: min(38rem, 100% - 2rem); box-sizing: border-box; margin: 2rem 0; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 1rem; }
  h1 { margin: 0 0 .25rem; font-size: 2rem; overflow-wrap: anywhere; } p { color: var(--dim); } a { color: var(--link); }
  dl { display: grid; grid-template-columns: auto 1fr; gap: .4rem 1rem; } dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
</style>
<main>
  <h1>Hello, ${html(url.searchParams.get('name') || 'world')}</h1>
  <p>This page was written by JavaScript compiled, engine and all, to WebAssembly.</p>
  <dl>
    <dt>Method</dt><dd><code>${html(method)}</code></dd>
    <dt>Path</dt><dd><code>${html(url.pathname)}</code></dd>
    <dt>Query</dt><dd><code>${html(url.search) || '(empty)'}</code></dd>
  </dl>
  <p><a href="?name=Ada%20%3CLovelace%3E">Greet Ada</a> · <a href="?format=json">The same as JSON</a> · <a href="stream">Five chunks, one at a time</a></p>
</main>
</html>
`;

function stream(url) {
  const total = Number(url.searchParams.get('n') ?? 5);
  const delayMs = Number(url.searchParams.get('ms') ?? 200);
  const encoder = new TextEncoder();
  let sent = 0;
  const body = new ReadableStream({
    async pull(controller) {
      if (sent >= total) return controller.close();
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      sent += 1;
      controller.enqueue(encoder.encode(`chunk ${sent} of ${total}\n`));
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
}

function answer(request) {
  const url = new URL(request.url);
  if (['POST', 'PUT', 'PATCH'].includes(request.method)) {
    const contentType = request.headers.get('content-type') ?? 'application/octet-stream';
    return new Response(request.body, { headers: { 'content-type': contentType } });
  }
  if (/\/stream\/?$/.test(url.pathname)) return stream(url);
  const format = url.searchParams.get('format');
  const accept = request.headers.get('accept') ?? '';
  if (format === null ? accept.includes('application/json') : format === 'json') {
    const { pathname: path, search: query } = url;
    const name = url.searchParams.get('name') || 'world';
    return Response.json({ greeting: 'Hello', name, language: 'JavaScript', method: request.method, path, query });
  }
  return new Response(page(request.method, url), { headers: { 'content-type': 'text/html; charset=utf-8' } });
}

addEventListener('fetch', (event) => event.respondWith(answer(event.request)));
