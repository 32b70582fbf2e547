import type { InstanceSpec } from '../../core/instance-spec.ts';
import { emptySource } from '../bytes.ts';
import type { GuestRequest, ResponseWriter } from '../handler.ts';
import { GuestExit } from './cli.ts';
import { failureOf, type Guest } from './guest.ts';
import { IncomingRequest } from './http-incoming.ts';
import { ResponseOutparam, ResponseSlot } from './http-response.ts';

/**
 * Serves one request by `wasi:http/incoming-handler.handle` (WIT: wasi-http/handler.wit, 0.2). The head goes out when the guest sets the
 * outparam, the body while it writes; resolves when the guest has returned, by when it must have finished the body.
 * @throws what ended the guest; RuntimeError `handler-response-invalid`
 */
export async function serveHttp(guest: Guest, spec: InstanceSpec, request: GuestRequest, response: ResponseWriter): Promise<void> {
  const { context } = guest;
  context.call = {
    signal: request.signal,
    ...(request.block && { block: request.block }),
    ...(request.callCluster && { callCluster: request.callCluster }),
    method: request.method,
    args: spec.args,
    env: Object.entries(spec.env),
    stdin: emptySource,
    stdout: guest.stdoutLog,
    stderr: guest.stderrLog,
  };
  const slot = new ResponseSlot(response, context);
  try {
    await callGuest(guest, request, slot);
    slot.finish();
  } catch (thrown) {
    const failure = failureOf(thrown, context);
    slot.abort(failure);
    // Nobody waits for the answer of a cancelled request, so its end is no news.
    if (!request.signal.aborted) context.host.log('system', failure.message);
    throw failure;
  } finally {
    request.body?.cancel();
    context.endCall();
  }
}

async function callGuest(guest: Guest, request: GuestRequest, slot: ResponseSlot): Promise<void> {
  const { context } = guest;
  try {
    await guest.call(new IncomingRequest(request, context), new ResponseOutparam(slot));
  } catch (thrown) {
    context.isSpent = true;
    // Leaving by wasi:cli/exit with success is a way to return.
    if (!(thrown instanceof GuestExit && thrown.code === 0)) throw thrown;
  }
}
