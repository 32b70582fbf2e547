// What the browser itself takes for an answer, so that Swerve's share of the time can be told: one script that is a service
// worker without Swerve, and the dedicated worker behind it. The page that measures (src/ui/benchmark) registers it for this
// folder alone and removes it afterwards.

const CHUNK_BYTES = 65_536;
const hello = new TextEncoder().encode('hello');

if ('registration' in self) {
  const waiting = new Map();
  let nextId = 1;
  let worker = null;

  self.addEventListener('install', () => self.skipWaiting());
  self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
  self.addEventListener('message', (event) => {
    [worker] = event.ports;
    worker.onmessage = ({ data: { id, bytes } }) => {
      if (!bytes) return;
      waiting.get(id)(bytes);
      waiting.delete(id);
    };
    worker.postMessage({ id: 0 });
  });
  self.addEventListener('fetch', (event) => {
    const url = new URL(event.request.url);
    const path = url.pathname.slice(new URL(self.registration.scope).pathname.length);
    if (path === 'page') event.respondWith(new Response('<!doctype html><title>limit</title>', { headers: { 'content-type': 'text/html' } }));
    if (path === 'bare') event.respondWith(new Response(streamOf(hello)));
    if (path === 'port') event.respondWith(throughPort());
    if (path === 'needs') event.respondWith(withNeeds());
    if (path === 'down') event.respondWith(new Response(download(Number(url.searchParams.get('n')))));
    if (path === 'up') event.respondWith(upload(event.request));
  });

  const streamOf = (bytes) =>
    new ReadableStream({
      pull(controller) {
        controller.enqueue(bytes);
        controller.close();
      },
    });

  // What no runtime with cookies and supervised workers can leave out: the cookies are read, the worker says at once that it has
  // the request, then answers, then says that it is done.
  const withNeeds = async () => {
    await self.cookieStore?.getAll();
    return throughPort({ isWatched: true });
  };

  const throughPort = async ({ isWatched = false } = {}) => {
    const id = nextId++;
    const bytes = await new Promise((resolve) => {
      waiting.set(id, resolve);
      worker.postMessage({ id, isWatched });
    });
    return new Response(streamOf(bytes));
  };

  const download = (totalBytes) => {
    let leftBytes = totalBytes;
    return new ReadableStream(
      {
        pull(controller) {
          if (leftBytes > 0) controller.enqueue(new Uint8Array(Math.min(leftBytes, CHUNK_BYTES)));
          leftBytes -= CHUNK_BYTES;
          if (leftBytes <= 0) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
  };

  const upload = async (request) => {
    let bytes = 0;
    // Firefox has no Request.body.
    if (!request.body) bytes = (await request.arrayBuffer()).byteLength;
    else {
      const reader = request.body.getReader();
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) bytes += piece.value.byteLength;
    }
    return new Response(JSON.stringify({ bytes }));
  };
} else {
  self.addEventListener('message', ({ ports: [port] }) => {
    port.onmessage = ({ data: { id, isWatched } }) => {
      // The first message only says that the line is there.
      if (id === 0) self.postMessage('ready');
      else {
        const bytes = hello.slice();
        if (isWatched) port.postMessage({ id });
        port.postMessage({ id, bytes }, [bytes.buffer]);
        if (isWatched) port.postMessage({ id });
      }
    };
  });
}
