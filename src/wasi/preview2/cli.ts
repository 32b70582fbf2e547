import type { ByteSink, ByteSource } from '../bytes.ts';
import type { GuestContext } from './guest-context.ts';
import { InputStream } from './input-stream.ts';
import { OutputStream } from './output-stream.ts';
import type { Result } from './wit.ts';

/** Thrown by wasi:cli/exit: unwinds the guest, which has ended with `code`. */
export class GuestExit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`the guest exited with code ${code}`);
    this.name = 'GuestExit';
    this.code = code;
  }
}

/** wasi:cli/environment (WIT: wasi-cli/environment.wit, 0.2). There is no working directory: absolute paths only, which libc takes from the preopen `/`. */
export function createEnvironment(context: GuestContext) {
  return {
    getEnvironment: () => context.call.env,
    getArguments: () => context.call.args,
    initialCwd: (): string | undefined => undefined,
  };
}

/** wasi:cli/exit (WIT: wasi-cli/exit.wit, 0.2). */
export const exit = {
  exit(status: Result<undefined, undefined>): never {
    throw new GuestExit(status.tag === 'ok' ? 0 : 1);
  },
  exitWithCode(code: number): never {
    throw new GuestExit(code);
  },
};

/** The sink that `current` names at each call: libc keeps the handle it got first, and a reused guest meets another request with it. */
function lateSink(current: () => ByteSink): ByteSink {
  return {
    capacity: () => current().capacity(),
    write: (bytes) => current().write(bytes),
    ready: () => current().ready(),
    close: () => current().close(),
    abort: (reason) => current().abort(reason),
  };
}

function lateSource(current: () => ByteSource): ByteSource {
  return {
    read: (maxBytes) => current().read(maxBytes),
    isReady: () => current().isReady(),
    ready: () => current().ready(),
    cancel: () => current().cancel(),
  };
}

/** wasi:cli/stdin (WIT: wasi-cli/stdio.wit, 0.2). Each call gives a new handle to the same stream; so with stdout and stderr. */
export function createStdin(context: GuestContext) {
  const stdin = lateSource(() => context.call.stdin);
  return { getStdin: () => new InputStream(stdin, context) };
}

/** wasi:cli/stdout. */
export function createStdout(context: GuestContext) {
  const stdout = lateSink(() => context.call.stdout);
  return { getStdout: () => new OutputStream(stdout, context) };
}

/** wasi:cli/stderr. */
export function createStderr(context: GuestContext) {
  const stderr = lateSink(() => context.call.stderr);
  return { getStderr: () => new OutputStream(stderr, context) };
}

class TerminalInput {}
class TerminalOutput {}

/** wasi:cli/terminal-* (WIT: wasi-cli/terminal.wit, 0.2): no stream of a guest is a terminal. */
export const terminals = {
  terminalInput: { TerminalInput },
  terminalOutput: { TerminalOutput },
  terminalStdin: { getTerminalStdin: (): TerminalInput | undefined => undefined },
  terminalStdout: { getTerminalStdout: (): TerminalOutput | undefined => undefined },
  terminalStderr: { getTerminalStderr: (): TerminalOutput | undefined => undefined },
};
