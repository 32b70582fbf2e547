import { RuntimeError } from '../../core/errors.ts';
import type { InstanceSpec } from '../../core/instance-spec.ts';
import { emptySource } from '../bytes.ts';
import type { GuestRequest, ResponseWriter } from '../handler.ts';
import { callToEnd } from '../preview3/call-guest.ts';
import { cgiArguments, cgiEnvironment } from '../wagi/cgi-environment.ts';
import { type CgiOutcome, createCgiResponse } from '../wagi/cgi-response.ts';
import { GuestExit } from './cli.ts';
import type { Guest } from './guest.ts';

/** `run` answered `err`: jco throws its ComponentError, an Error that carries the WIT value as `payload`. */
function isErrResult(thrown: unknown): boolean {
  return thrown instanceof Error && Object.hasOwn(thrown, 'payload');
}

/** How the call of a guest's `run` ended. */
export async function outcomeOf(guest: Guest, signal: AbortSignal): Promise<CgiOutcome> {
  try {
    await callToEnd(guest, signal);
    return { kind: 'exit', code: 0 };
  } catch (thrown) {
    if (thrown instanceof GuestExit) return { kind: 'exit', code: thrown.code };
    if (isErrResult(thrown)) return { kind: 'exit', code: 1 };
    if (signal.aborted) return { kind: 'cancelled' };
    const failure = guest.context.failure ?? (thrown instanceof RuntimeError ? thrown : null);
    return failure ? { kind: 'failure', error: failure } : { kind: 'trap', error: thrown };
  }
}

/**
 * Serves one request by `wasi:cli/run.run` (WIT: wasi-cli/run.wit, 0.2) as CGI: the request in environment, arguments and stdin, the answer
 * on stdout, stderr in the log; `run` answering `err` is exit code 1. @throws RuntimeError `handler-trap`, `handler-response-invalid`
 */
export async function serveCommand(guest: Guest, spec: InstanceSpec, request: GuestRequest, response: ResponseWriter): Promise<void> {
  const { context } = guest;
  const cgi = createCgiResponse(request, response, (stream, text) => context.host.log(stream, text));
  const stdin = request.body ?? emptySource;
  try {
    context.call = {
      signal: request.signal,
      ...(request.block && { block: request.block }),
      ...(request.callCluster && { callCluster: request.callCluster }),
      method: request.method,
      args: cgiArguments(request, spec),
      env: cgiEnvironment(request, spec),
      stdin,
      stdout: cgi.stdout,
      stderr: guest.stderrLog,
    };
    cgi.finish(await outcomeOf(guest, request.signal));
  } finally {
    stdin.cancel();
    context.endCall();
  }
}
