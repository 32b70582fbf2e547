import type { InstanceSpec } from '../../core/instance-spec.ts';
import { emptySource } from '../bytes.ts';
import type { GuestRequest, ResponseWriter } from '../handler.ts';
import { GuestExit } from './cli.ts';
import { failureOf, type Guest } from './guest.ts';
import { IncomingRequest } from './http-incoming.ts';
import { ResponseOutparam, ResponseSlot } from './http-response.ts';
import { gatherSource } from './whole-source.ts';

/**
 * Serves one request by `wasi:http/incoming-handler.handle` (WIT: wasi-http/handler.wit, 0.2). The head goes out when the guest sets the
 * outparam, the body while it writes; resolves when the guest has returned, by when it must have finished the body.
 * @throws what ended the guest; RuntimeError `handler-response-invalid`
 */
export async function serveHttp(guest: Guest, spec: InstanceSpec, request: GuestRequest, response: ResponseWriter): Promise<void> {
  const { context } = guest;
  context.call = {
    signal: request.signal,
    method: request.method,
    args: spec.args,
    env: Object.entries(spec.env),
    stdin: emptySource,
    stdout: guest.stdoutLog,
    stderr: guest.stderrLog,
  };
  const slot = new ResponseSlot(response, context);
  const body = request.body && !context.suspends ? await gatherSource(request.body, request.signal) : request.body;
  try {
    await guest.call(new IncomingRequest({ ...request, body }, context), new ResponseOutparam(slot));
  } catch (thrown) {
    // Leaving by wasi:cli/exit with success is a way to return.
    if (!(thrown instanceof GuestExit && thrown.code === 0)) {
      slot.abort(failureOf(thrown, context));
      throw thrown;
    }
  } finally {
    request.body?.cancel();
  }
  slot.finish();
}
