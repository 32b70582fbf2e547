/** What the script of a page tries on origins that are not its own. Each function runs in a page and sees nothing of what is around it here. */

/** Everything that a script finds stored at its origin, by kind. */
export type Loot = Record<'indexedDB' | 'caches' | 'files' | 'localStorage' | 'cookies' | 'registrations', string>;

/** Leaves `mark` in each kind of storage of the page's own origin. IndexedDB and service workers have what Swerve put there. */
export async function plant(mark: string): Promise<void> {
  await (await caches.open(mark)).put(`/${mark}`, new Response(mark));
  const directory = await navigator.storage.getDirectory();
  await directory.getFileHandle(mark, { create: true });
  localStorage.setItem(mark, mark);
  // biome-ignore lint/suspicious/noDocumentCookie: what pages do is what is tested
  document.cookie = `${mark}=${mark}; path=/`;
}

/** Takes what is there. */
export async function loot(): Promise<Loot> {
  const ended = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const records: unknown[] = [];
  for (const { name = '' } of await indexedDB.databases()) {
    const database = await ended(indexedDB.open(name));
    const stores = [...database.objectStoreNames];
    const transaction = stores.length > 0 ? database.transaction(stores) : null;
    for (const store of stores) records.push(store, await ended(transaction!.objectStore(store).getAll()));
    database.close();
  }
  const cached: string[] = [];
  for (const name of await caches.keys()) cached.push(name, ...(await (await caches.open(name)).keys()).map(({ url }) => url));
  const files: string[] = [];
  const directory = (await navigator.storage.getDirectory()) as unknown as { keys(): AsyncIterable<string> };
  for await (const name of directory.keys()) files.push(name);
  const { cookieStore } = window as unknown as { cookieStore: { getAll(): Promise<unknown[]> } };
  return {
    indexedDB: JSON.stringify(records),
    caches: cached.join(),
    files: files.join(),
    localStorage: JSON.stringify({ ...localStorage }),
    cookies: document.cookie + JSON.stringify(await cookieStore.getAll()),
    registrations: (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope).join(),
  };
}

/** What each way to ask `address` lets a script read. */
export async function readBy([way, address]: [way: string, address: string]): Promise<string> {
  const failed = (error: unknown) => `failed: ${error}`;
  const text = (init?: RequestInit) => fetch(address, init).then((response) => response.text());
  switch (way) {
    case 'fetch':
      return text().catch(failed);
    case 'fetch with credentials':
      return text({ credentials: 'include', headers: { accept: 'application/json' } }).catch(failed);
    case 'fetch without CORS':
      return text({ mode: 'no-cors', credentials: 'include' }).catch(failed);
    case 'XMLHttpRequest':
      return new Promise((resolve) => {
        const request = new XMLHttpRequest();
        request.onloadend = () => resolve(request.responseText);
        request.open('GET', address);
        request.send();
      });
    case 'EventSource':
      return new Promise((resolve) => {
        const source = new EventSource(address);
        const end = (seen: string) => {
          source.close();
          resolve(seen);
        };
        source.onopen = () => end('opened');
        source.onerror = () => end('failed');
      });
    case 'a worker': {
      const script = `fetch(${JSON.stringify(address)}).then((r) => r.text()).then(postMessage, (e) => postMessage('failed: ' + e))`;
      const worker = new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
      return new Promise((resolve) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = () => resolve('failed');
      });
    }
    case 'a frame': {
      const frame = document.body.appendChild(Object.assign(document.createElement('iframe'), { src: address }));
      await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
      try {
        return frame.contentWindow?.document.documentElement.outerHTML ?? 'nothing';
      } catch (error) {
        return failed(error);
      } finally {
        frame.remove();
      }
    }
    case 'a popup': {
      const popup = window.open(address);
      const endsAtMs = performance.now() + 2_000;
      let seen = 'nothing';
      while (performance.now() < endsAtMs) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        try {
          // What it begins with is empty, and of the opener's origin.
          if (popup?.closed || popup?.location.href === undefined) break;
          if (popup.location.href === 'about:blank' || popup.document.readyState !== 'complete') continue;
          seen = popup.document.documentElement.outerHTML;
        } catch (error) {
          seen = failed(error);
        }
        break;
      }
      popup?.close();
      return seen;
    }
    default:
      throw new Error(`no such way: ${way}`);
  }
}

/** Sends `base64` as a module to `address`; resolves when it is sent, whatever becomes of it. */
export async function sendBy([way, address, base64]: [way: string, address: string, base64: string]): Promise<void> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  switch (way) {
    case 'sendBeacon':
      if (!navigator.sendBeacon(address, new Blob([bytes]))) throw new Error('the browser took no beacon');
      return;
    case 'fetch without CORS':
      await fetch(address, { method: 'POST', mode: 'no-cors', credentials: 'include', body: bytes }).catch(() => {});
      return;
    case 'a form': {
      const name = `for ${address}`;
      const frame = document.body.appendChild(Object.assign(document.createElement('iframe'), { name }));
      const form = Object.assign(document.createElement('form'), { action: address, method: 'post', enctype: 'text/plain', target: name });
      form.append(Object.assign(document.createElement('input'), { name: 'module', value: 'x' }));
      document.body.append(form);
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
      form.submit();
      await loaded;
      return;
    }
    default:
      throw new Error(`no such way: ${way}`);
  }
}

/** What came over a line that the page asked a host frame for and wrote on itself. */
export interface LineLoot {
  /** `silent`: the frame never answered. */
  connected: 'yes' | 'refused' | 'silent' | 'no frame';
  status?: number;
  text: string;
  /** Code of the refusal, of the line or of the request. */
  code?: string;
}

/** Opens a host frame of its own at `frameUrl`, asks it for a line with `ask`, and sends `head` on it. Waits for each answer as long as `waitMs`. */
export async function driveLine({ frameUrl, ask, head, waitMs }: { frameUrl: string; ask: object; head: object; waitMs: number }): Promise<LineLoot> {
  const within = <T>(promise: Promise<T>) => Promise.race([promise, new Promise<null>((resolve) => setTimeout(() => resolve(null), waitMs))]);
  const frame = document.body.appendChild(Object.assign(document.createElement('iframe'), { src: frameUrl }));
  const next = (types: string[]) =>
    within(
      new Promise<MessageEvent>((resolve) => {
        addEventListener('message', function hear(event) {
          if (event.source !== frame.contentWindow || !types.includes(event.data?.type)) return;
          removeEventListener('message', hear);
          resolve(event);
        });
      }),
    );
  try {
    if (!(await next(['swerve:frame-ready']))) return { connected: 'no frame', text: '' };
    const answered = next(['swerve:connected', 'swerve:refused']);
    frame.contentWindow!.postMessage(ask, '*');
    const answer = await answered;
    if (!answer) return { connected: 'silent', text: '' };
    if (answer.data.type === 'swerve:refused') return { connected: 'refused', text: '', code: answer.data.error.code };
    const [port] = answer.ports;
    const decoder = new TextDecoder();
    const loot: LineLoot = { connected: 'yes', text: '' };
    const done = new Promise<void>((resolve) => {
      port!.onmessage = ({ data }) => {
        if (data.type === 'head') loot.status = data.status;
        if (data.bytes) loot.text += decoder.decode(data.bytes);
        if (data.error) loot.code = data.error.code;
        if (data.type === 'done') resolve();
      };
    });
    port!.postMessage({ type: 'request', id: 1, head, hasBody: false, hold: false });
    await within(done);
    port!.close();
    return loot;
  } finally {
    frame.remove();
  }
}
