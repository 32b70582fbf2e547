/// <reference lib="webworker" />
import type { Cluster } from '../ingress/cluster.ts';
import { LINE_HEADER, LINES_PATH, MAX_WAIT_MS } from '../protocol/line-mailbox.ts';

const HEADERS = { 'cache-control': 'no-store', [LINE_HEADER]: '1' };

/**
 * Answers a worker that is blocked until something has come in for its guest (src/protocol/line-mailbox.ts). No other guard
 * than the token, which only that worker was told, and that one client may use it: `clients.get` would say what kind of
 * client asks, but never does of a worker that is blocked (Firefox 153), and knows none for Chromium 156.
 */
export async function answerLine(event: FetchEvent, path: string, url: URL, cluster: Cluster): Promise<Response> {
  const token = path.slice(LINES_PATH.length);
  const mailbox = cluster.findMailbox(token);
  if (!mailbox?.admits(event.clientId)) return new Response(null, { status: 410, headers: HEADERS });
  const waitMs = Number(url.searchParams.get('ms') ?? MAX_WAIT_MS);
  const frames = await mailbox.take(Number.isFinite(waitMs) ? waitMs : MAX_WAIT_MS);
  return frames ? new Response(frames, { headers: HEADERS }) : new Response(null, { status: 204, headers: HEADERS });
}
