import { RuntimeError } from '../../core/errors.ts';
import type { InstanceSpec } from '../../core/instance-spec.ts';
import { emptySource } from '../bytes.ts';
import { sourcesFor } from '../deterministic.ts';
import type { Handler, HandlerHost } from '../handler.ts';
import { createLineLog } from '../line-log.ts';
import { createMounts } from '../mounts.ts';
import { createCommand, type PreparedCommand } from '../preview1/command.ts';
import { cgiArguments, cgiEnvironment } from './cgi-environment.ts';
import { type CgiOutcome, createCgiResponse } from './cgi-response.ts';
import { withScripts } from './script-site.ts';

/**
 * Serves requests with a WASI preview 1 command as WAGI defines it: one fresh instance per request, the request in
 * environment, arguments and stdin, the answer on stdout, stderr in the log. `spec.reuse` has no meaning here, for a
 * command runs once. Several requests may be under way at once; each has its own state.
 * Without JSPI (`host.canSuspend` false) a guest waits by `request.block`, and nothing else happens in this thread until it has ended.
 * @throws RuntimeError `module-invalid`, `resource-invalid`
 */
export function createWagiHandler(module: WebAssembly.Module, spec: InstanceSpec, host: HandlerHost): Handler {
  const mounts = createMounts(spec, host);
  const command = createCommand(module, { canSuspend: host.canSuspend, forFiles: mounts.mayWait });
  let prepared: PreparedCommand | null = null;
  let memoryBytes: number | null = null;

  const handler: Handler = {
    get memoryBytes() {
      return memoryBytes;
    },

    async handle(request, response) {
      const instance = prepared ?? command.instantiate();
      prepared = null;
      const cgi = createCgiResponse(request, response, host.log);
      const stderr = createLineLog((line) => host.log('stderr', line));
      const stdin = request.body ?? emptySource;
      try {
        const args = cgiArguments(request, spec);
        const env = cgiEnvironment(request, spec);
        cgi.finish(
          await outcomeOf(request.signal, async () => {
            const report = (text: string) => host.log('system', text);
            return await instance.run({
              args,
              env,
              stdin,
              stdout: cgi.stdout,
              stderr,
              preopens: mounts.forGuest(),
              signal: request.signal,
              ...(request.block && { block: request.block }),
              report,
              sources: sourcesFor(spec),
            });
          }),
        );
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
  return spec.wagi ? withScripts(handler, spec.wagi, mounts) : handler;
}

async function outcomeOf(signal: AbortSignal, run: () => Promise<CgiOutcome>): Promise<CgiOutcome> {
  try {
    return await run();
  } catch (error) {
    if (signal.aborted) return { kind: 'cancelled' };
    return { kind: 'failure', error: RuntimeError.from(error) };
  }
}
