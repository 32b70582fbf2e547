import { RuntimeError } from '../../core/errors.ts';

/** What the cluster takes of one module; a download is refused before it is more. */
export const DOWNLOAD_MAX_BYTES = 536_870_912;
const MAX_TEXT = '512 MiB';

/** `totalBytes`: null when the server does not say, or says the size of something compressed. */
export type DownloadProgress = (receivedBytes: number, totalBytes: number | null) => void;

/** The address that a person means by `text`, or null when it is none. `example.com/a.wasm` is one too. */
export function addressOf(text: string): URL | null {
  const trimmed = text.trim();
  if (trimmed === '' || /\s/.test(trimmed)) return null;
  const withScheme = /^[a-z][a-z0-9+.-]*:/i.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (!URL.canParse(withScheme)) return null;
  const url = new URL(withScheme);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  return url.hostname.includes('.') || url.hostname === 'localhost' || url.hostname.startsWith('[') ? url : null;
}

/** Where the bytes are, when `url` is a page that only shows a file: GitHub's, whose file pages let no other site read them. */
export function rawAddressOf(url: URL): URL {
  const [, owner, repository, kind, ...path] = url.pathname.split('/');
  if (url.hostname !== 'github.com' || (kind !== 'blob' && kind !== 'raw') || path.length < 2) return url;
  return new URL(`https://raw.githubusercontent.com/${owner}/${repository}/${path.join('/')}`);
}

/** The name of the file that `url` ends with: `handler.wasm`; the host when the path has none. */
export function fileNameOfAddress(url: URL): string {
  const last = url.pathname.split('/').findLast((segment) => segment !== '') ?? url.hostname;
  try {
    return decodeURIComponent(last);
  } catch {
    // Not percent-encoded as it should be: shown as it is.
    return last;
  }
}

/**
 * The bytes at `url`, whole. Credentials are not sent. @throws RuntimeError `request-invalid` and `body-too-large`, whose
 * details `found` and `fix` say in plain words what stands in the way and the way out; what `fetch` throws when aborted
 */
export async function download(url: URL, onProgress: DownloadProgress, signal: AbortSignal): Promise<Blob> {
  const source = rawAddressOf(url);
  let response: Response;
  try {
    response = await fetch(source, { signal, credentials: 'omit', referrerPolicy: 'no-referrer' });
  } catch (cause) {
    signal.throwIfAborted();
    throw await explainFailure(source, cause, signal);
  }
  if (!response.ok) {
    const status = `${response.status} ${response.statusText}`.trim();
    throw refusal(`${source.host} answered ${status}.`, 'Check the address, or open it in a tab to see what the server says.', source);
  }
  const declared = Number(response.headers.get('content-length') ?? Number.NaN);
  if (declared > DOWNLOAD_MAX_BYTES) throw tooLarge();
  const type = response.headers.get('content-type') ?? '';
  const counted = countingBody(response, Number.isNaN(declared) ? null : declared, onProgress);
  try {
    // By way of a Response, so that the browser may keep a large body on the disk.
    return await new Response(counted, { headers: { 'content-type': type } }).blob();
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof RuntimeError) throw cause;
    throw refusal(`The connection to ${source.host} broke off.`, 'Try again.', source, cause);
  }
}

function countingBody(response: Response, declared: number | null, onProgress: DownloadProgress): ReadableStream<Uint8Array> | null {
  let received = 0;
  return (
    response.body?.pipeThrough(
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform(chunk, controller) {
          received += chunk.byteLength;
          if (received > DOWNLOAD_MAX_BYTES) throw tooLarge();
          onProgress(received, declared !== null && received <= declared ? declared : null);
          controller.enqueue(chunk);
        },
      }),
    ) ?? null
  );
}

/** `fetch` says nothing of why it failed. A request whose answer nobody may read tells a refusal from silence. */
async function explainFailure(url: URL, cause: unknown, signal: AbortSignal): Promise<RuntimeError> {
  if (location.protocol === 'https:' && url.protocol === 'http:' && url.hostname !== 'localhost') {
    return refusal(
      'This page came over https, and the browser lets it read nothing over plain http.',
      'Try the address with https, or download the file and drop it here.',
      url,
      cause,
    );
  }
  if (!navigator.onLine) return refusal('There is no network.', 'Try again once this device is online, or drop a file from its disk.', url, cause);
  try {
    await fetch(url, { method: 'HEAD', mode: 'no-cors', signal, credentials: 'omit', referrerPolicy: 'no-referrer' });
  } catch {
    signal.throwIfAborted();
    return refusal(`${url.host} cannot be reached.`, 'Check the address and your network.', url, cause);
  }
  return refusal(
    `${url.host} does not let other sites read this file (it sends no Access-Control-Allow-Origin).`,
    'Download the file with your browser and drop it here.',
    url,
    cause,
  );
}

function tooLarge(): RuntimeError {
  return new RuntimeError('body-too-large', `The file is larger than ${MAX_TEXT}.`, {
    details: { found: `The file is larger than ${MAX_TEXT}.`, fix: 'Strip its debug information, or build it for size.' },
  });
}

function refusal(found: string, fix: string, url: URL, cause?: unknown): RuntimeError {
  return new RuntimeError('request-invalid', found, { details: { found, fix, address: url.href }, cause });
}
