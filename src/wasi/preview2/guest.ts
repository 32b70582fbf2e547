import { RuntimeError } from '../../core/errors.ts';
import type { ByteSink } from '../bytes.ts';
import type { GuestSources } from '../deterministic.ts';
import type { HandlerHost } from '../handler.ts';
import { createLineLog } from '../line-log.ts';
import type { GuestLoop } from '../preview3/guest-loop.ts';
import { GuestExit } from './cli.ts';
import { type DenialLog, GuestContext, idleCall } from './guest-context.ts';

/** One guest instance and what belongs to it alone. */
export interface Guest {
  readonly context: GuestContext;
  /** Its lines of output in the App's log, kept apart from other guests' by being its own. */
  readonly stdoutLog: ByteSink;
  readonly stderrLog: ByteSink;
  /** The exported function that serves. */
  readonly call: (...args: unknown[]) => Promise<unknown>;
  /** Of a component of WASI 0.3 alone: its tasks go on after a call has returned. */
  readonly loop: GuestLoop | null;
  /** Its linear memories together, now. */
  readonly memoryBytes: () => number;
}

/** All of a guest but its instance. */
export function makeGuestContext(host: HandlerHost, deny: DenialLog, suspends: boolean, sources: GuestSources): Omit<Guest, 'call' | 'loop' | 'memoryBytes'> {
  const stdoutLog = createLineLog((line) => host.log('stdout', line));
  const stderrLog = createLineLog((line) => host.log('stderr', line));
  return { context: new GuestContext(host, deny, suspends, idleCall(stdoutLog, stderrLog), sources), stdoutLog, stderrLog };
}

/** What `thrown`, which ended a guest, means to its caller. */
export function failureOf(thrown: unknown, context: GuestContext): RuntimeError {
  if (context.failure) return context.failure;
  if (thrown instanceof RuntimeError) return thrown;
  if (thrown instanceof GuestExit)
    return new RuntimeError('handler-trap', `The handler exited with code ${thrown.code}.`, { details: { exitCode: thrown.code } });
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new RuntimeError('handler-trap', `The handler trapped: ${message}`, { cause: thrown });
}
