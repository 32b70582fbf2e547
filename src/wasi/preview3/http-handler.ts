import { RuntimeError } from '../../core/errors.ts';
import type { InstanceSpec } from '../../core/instance-spec.ts';
import { emptySource } from '../bytes.ts';
import type { GuestRequest, ResponseWriter } from '../handler.ts';
import { GuestExit } from '../preview2/cli.ts';
import { failureOf, type Guest } from '../preview2/guest.ts';
import { describeErrorCode, type HttpErrorCode } from '../preview2/http-error-code.ts';
import { lastOutput, untilAborted } from './call-guest.ts';
import { Request3 } from './http-request.ts';
import { Response3 } from './http-response.ts';

/**
 * Serves one request by `wasi:http/handler.handle` (WIT: wasi-http/worlds.wit, 0.3). The head goes out when the guest has returned its
 * response, the body as the guest, which lives on, writes it. Resolves when the body and all
 * tasks of the guest have ended.
 * @throws what ended the guest; RuntimeError `handler-response-invalid`
 */
export async function serveHttp3(guest: Guest, spec: InstanceSpec, request: GuestRequest, writer: ResponseWriter): Promise<void> {
  const { context } = guest;
  const { signal } = request;
  context.call = {
    signal,
    ...(request.callCluster && { callCluster: request.callCluster }),
    method: request.method,
    args: spec.args,
    env: Object.entries(spec.env),
    stdin: emptySource,
    stdout: guest.stdoutLog,
    stderr: guest.stderrLog,
  };
  try {
    await untilAborted(guest, signal, () => serve(guest, request, writer));
  } catch (thrown) {
    const failure = failureOf(thrown, context);
    // Nobody waits for the answer of a cancelled request, so its end is no news.
    if (!signal.aborted) context.host.log('system', failure.message);
    throw failure;
  } finally {
    request.body?.cancel();
    context.endCall();
  }
}

async function serve(guest: Guest, request: GuestRequest, writer: ResponseWriter): Promise<void> {
  const response = await guest.call(Request3.arrived(request, guest.context)).catch((thrown) => {
    throw isErrResult(thrown) ? refusal(thrown.payload) : thrown;
  });
  if (!(response instanceof Response3)) throw new RuntimeError('internal', 'the handler returned something else than a response of its host');
  await Promise.all([Response3.send(response, writer, guest.context), guest.loop?.idle().catch(unlessExit)]);
  await lastOutput(guest);
}

/** Leaving by wasi:cli/exit with success is a way to end. */
function unlessExit(thrown: unknown): void {
  if (!(thrown instanceof GuestExit && thrown.code === 0)) throw thrown;
}

/** `handle` answered `err`: jco throws its ComponentError, an Error that carries the WIT value as `payload`. */
function isErrResult(thrown: unknown): thrown is { payload: HttpErrorCode } {
  return thrown instanceof Error && Object.hasOwn(thrown, 'payload');
}

function refusal(errorCode: HttpErrorCode): RuntimeError {
  const { tag, val } = errorCode;
  return new RuntimeError('handler-response-invalid', `The handler answered with the error ${describeErrorCode(errorCode)}.`, {
    details: { errorCode: tag, ...(typeof val === 'string' ? { errorDetail: val } : {}) },
  });
}
