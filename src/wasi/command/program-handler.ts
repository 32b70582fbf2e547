import { RuntimeError } from '../../core/errors.ts';
import type { InstanceSpec } from '../../core/instance-spec.ts';
import { emptySource } from '../bytes.ts';
import { cancellationOf } from '../cancellation.ts';
import type { GuestRequest, ResponseWriter } from '../handler.ts';
import { outcomeOf } from '../preview2/cli-handler.ts';
import type { Guest } from '../preview2/guest.ts';

/**
 * Runs the `wasi:cli/run` of a component for its own sake, as {@link import('./command-handler.ts').createCommandHandler} runs a preview 1
 * command: `spec.args` is all of argv, the body stdin, the answer a 200 whose body is stdout as it comes.
 * @throws RuntimeError `handler-trap`, with `details.exitCode` where the command exited with another code than 0
 */
export async function serveProgram(guest: Guest, spec: InstanceSpec, request: GuestRequest, response: ResponseWriter): Promise<void> {
  const { context } = guest;
  const stdin = request.body ?? emptySource;
  const stdout = response.head(200, [['content-type', 'application/octet-stream']]);
  try {
    context.call = {
      signal: request.signal,
      ...(request.block && { block: request.block }),
      ...(request.callCluster && { callCluster: request.callCluster }),
      method: request.method,
      args: spec.args.length > 0 ? spec.args : ['program'],
      env: Object.entries(spec.env),
      stdin,
      stdout,
      stderr: guest.stderrLog,
    };
    const outcome = await outcomeOf(guest, request.signal);
    switch (outcome.kind) {
      case 'cancelled':
        throw cancellationOf(request.signal);
      case 'failure':
        throw outcome.error;
      case 'trap': {
        const { error } = outcome;
        throw new RuntimeError('handler-trap', `the command trapped: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
      case 'exit':
        if (outcome.code !== 0) throw new RuntimeError('handler-trap', `the command exited with code ${outcome.code}`, { details: { exitCode: outcome.code } });
    }
  } finally {
    stdin.cancel();
    context.endCall();
  }
}
