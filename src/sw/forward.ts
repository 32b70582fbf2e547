import { RuntimeError } from '../core/errors.ts';
import type { AppDestination } from '../ingress/destination.ts';
import { HOST_WAIT_MS, NAVIGATION_HOST_WAIT_MS } from '../ingress/dispatch.ts';
import { prepareStream } from '../ingress/request-body.ts';
import { mayGiveAway, streamOf, writeTo } from '../line/streams.ts';
import type { GuestRequest, ResponseWriter } from '../wasi/handler.ts';

/** Takes a request that came over a line to `destination`, and its answer back. `depth`: as of DispatchRequest. @throws RuntimeError with the code the caller should see */
export async function forward(request: GuestRequest, response: ResponseWriter, destination: AppDestination, depth = 0): Promise<void> {
  const { method, url, signal } = request;
  const isNavigation = request.isNavigation === true;
  const trace = destination.begin({ method, url, isNavigation });
  try {
    const body = await prepareStream(
      { stream: request.body && streamOf(request.body), length: request.bodyLength },
      { buffer: destination.bufferRequest, maxBytes: destination.requestBytes },
    );
    const headers = request.headers.map(([name, value]): [string, string] => [name, value]);
    const canBoot = request.canBoot === true;
    const { reply, finished } = await destination.send({
      method,
      url,
      headers,
      body,
      isNavigation,
      canBoot,
      signal,
      hostWaitMs: canBoot ? NAVIGATION_HOST_WAIT_MS : HOST_WAIT_MS,
      // What else there is comes from a document that is there, a boot document or the App's: its frame may have yet to load.
      isHostComing: !canBoot,
      depth,
      trace,
    });
    const whole = response.whole ? (reply.takeWhole?.() ?? null) : null;
    if (whole && response.whole) response.whole(reply.status, reply.headers, whole, mayGiveAway(whole));
    else {
      const sink = response.head(reply.status, reply.headers);
      if (reply.body === null) trace.done();
      else await writeTo(sink, reply.body);
    }
    await finished;
  } catch (error) {
    trace.failed(RuntimeError.from(error));
    throw error;
  }
}
