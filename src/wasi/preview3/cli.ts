import type { ByteSink } from '../bytes.ts';
import { createEnvironment } from '../preview2/cli.ts';
import type { GuestContext } from '../preview2/guest-context.ts';
import type { Result } from '../preview2/wit.ts';
import { type GuestStream, type HostStream, pump, streamFrom } from './streams.ts';

/** `error-code` of wasi:cli/types (WIT: wasi-cli/stdio.wit, 0.3). */
type ErrorCode = 'io' | 'illegal-byte-sequence' | 'pipe';
type Ended = Result<undefined, ErrorCode>;

/** wasi:cli/environment (WIT: wasi-cli/environment.wit, 0.3): as 0.2 under another name. */
export function createEnvironment3(context: GuestContext) {
  const { getEnvironment, getArguments, initialCwd } = createEnvironment(context);
  return { getEnvironment, getArguments, getInitialCwd: initialCwd };
}

/** wasi:cli/stdin (WIT: wasi-cli/stdio.wit, 0.3). Streams share the one input: what one of them took, no other gets. */
export function createStdin3(context: GuestContext) {
  return { readViaStream: (): [HostStream<Uint8Array>, Promise<Ended>] => streamFrom(context.call.stdin, context, (): ErrorCode => 'io') };
}

function writer(context: GuestContext, current: () => ByteSink) {
  return {
    async writeViaStream(data: GuestStream): Promise<Ended> {
      const written = pump(data, current(), context);
      context.addOutput(written);
      try {
        await written;
        return { tag: 'ok', val: undefined };
      } catch {
        // The request has its own word for what broke its answer; the WIT has this one.
        return { tag: 'err', val: 'pipe' };
      }
    },
  };
}

/** wasi:cli/stdout. */
export function createStdout3(context: GuestContext) {
  return writer(context, () => context.call.stdout);
}

/** wasi:cli/stderr. */
export function createStderr3(context: GuestContext) {
  return writer(context, () => context.call.stderr);
}
