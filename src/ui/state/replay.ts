import type { RequestDetail } from '../../core/traffic.ts';
import { bytesOf } from './body-preview.ts';
import { canHaveBody, forbiddenHeader, methodProblem } from './request-rules.ts';

/** A request as a page can send it once more. */
export interface ReplayPlan {
  method: string;
  /** Below the origin. */
  path: string;
  headers: [string, string][];
  body: Uint8Array<ArrayBuffer> | null;
  /** Headers that the browser writes itself, or leaves out: what the guest gets of them may differ. */
  leftOut: string[];
}

/** Why a request cannot be sent again, in a sentence. */
export interface ReplayObstacle {
  obstacle: string;
}

/** What a page at the origin `here` may send of `detail`, or why it may not. */
export function planReplay(detail: RequestDetail, here: string): ReplayPlan | ReplayObstacle {
  const { method, origin, path, requestHeaders, requestBody, requestBytes, state } = detail;
  if (origin !== here) return { obstacle: `It came to ${origin}, and this panel can send to its own origin only.` };
  const wrongMethod = methodProblem(method);
  if (wrongMethod !== null) return { obstacle: wrongMethod };
  const hasBody = (requestBytes ?? 0) > 0 || (requestBody !== null && requestBody.base64 !== '');
  if (hasBody && !canHaveBody(method)) return { obstacle: `A page cannot send ${method} with a body.` };
  if (hasBody && state === 'running') return { obstacle: 'Its body may not have arrived whole yet.' };
  if (hasBody && (requestBody === null || requestBody.isCut)) return { obstacle: 'Only the start of its body was kept.' };
  const headers = requestHeaders.filter(([name]) => !isForbidden(name));
  const leftOut = [...new Set(requestHeaders.map(([name]) => name.toLowerCase()).filter(isForbidden))].sort();
  return { method, path, headers, body: hasBody && requestBody !== null ? bytesOf(requestBody) : null, leftOut };
}

/** Sends `plan` from this page; resolves once its answer is there, which nobody reads. @throws TypeError when there is none */
export async function sendReplay({ method, path, headers, body }: ReplayPlan, origin: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(new URL(path, origin), { method, headers, body, signal, cache: 'no-store', redirect: 'manual' });
  // Read on to its end, so that the request in the list ends too; a stream without an end goes with the view.
  await response.body?.pipeTo(new WritableStream(), { signal }).catch(() => {});
}

function isForbidden(name: string): boolean {
  return forbiddenHeader(name) !== null;
}
