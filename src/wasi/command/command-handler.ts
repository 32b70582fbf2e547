import { RuntimeError } from '../../core/errors.ts';
import type { InstanceSpec } from '../../core/instance-spec.ts';
import { emptySource } from '../bytes.ts';
import { cancellationOf } from '../cancellation.ts';
import type { Handler, HandlerHost } from '../handler.ts';
import { createLineLog } from '../line-log.ts';
import { createMounts } from '../mounts.ts';
import { createCommand, type PreparedCommand } from '../preview1/command.ts';
import type { GuestEnd } from '../preview1/program.ts';

/** What a program is called that was given no name: `argv[0]`. */
const PROGRAM = 'program';

/**
 * Runs a WASI preview 1 command for its own sake, not as a server's handler: a request is one run, with `spec.args` (all of
 * argv) and `spec.env` and nothing else, the body as stdin. The answer is a 200 whose body is stdout as it comes; stderr goes
 * to the log. It ends whole after exit code 0.
 * @throws RuntimeError `module-invalid`, `resource-invalid`; `handle` throws `handler-trap`, with `details.exitCode` where the command exited with another code
 */
export function createCommandHandler(module: WebAssembly.Module, spec: InstanceSpec, host: HandlerHost): Handler {
  const mounts = createMounts(spec, host);
  const command = createCommand(module, { canSuspend: host.canSuspend, forFiles: mounts.mayWait });
  const args = spec.args.length > 0 ? spec.args : [PROGRAM];
  let prepared: PreparedCommand | null = null;
  let memoryBytes: number | null = null;

  return {
    get memoryBytes() {
      return memoryBytes;
    },

    async handle(request, response) {
      const instance = prepared ?? command.instantiate();
      prepared = null;
      const stdin = request.body ?? emptySource;
      const stdout = response.head(200, [['content-type', 'application/octet-stream']]);
      const stderr = createLineLog((line) => host.log('stderr', line));
      try {
        const outcome = await instance.run({
          args,
          env: Object.entries(spec.env),
          stdin,
          stdout,
          stderr,
          preopens: mounts.forGuest(),
          signal: request.signal,
          ...(request.block && { block: request.block }),
          report: (text) => host.log('system', text),
        });
        const failure = failureOf(outcome, request.signal);
        if (!failure) return;
        host.log('system', failure.message);
        throw failure;
      } finally {
        memoryBytes = instance.memoryBytes;
        stderr.close();
        stdin.cancel();
      }
    },

    prepare() {
      prepared ??= command.instantiate();
    },
  };
}

/** null: it ended well. */
function failureOf(outcome: GuestEnd, signal: AbortSignal): RuntimeError | null {
  switch (outcome.kind) {
    case 'cancelled':
      return cancellationOf(signal);
    case 'trap': {
      const { error } = outcome;
      return new RuntimeError('handler-trap', `the command trapped: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    case 'exit': {
      const { code } = outcome;
      return code === 0 ? null : new RuntimeError('handler-trap', `the command exited with code ${code}`, { details: { exitCode: code } });
    }
  }
}
