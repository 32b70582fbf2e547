import { RuntimeError } from '../../core/errors.ts';
import { cancellationOf } from '../cancellation.ts';
import type { GuestContext } from './guest-context.ts';
import { fail } from './wit.ts';

const CANNOT_WAIT =
  'this browser cannot suspend WebAssembly (JSPI, WebAssembly.Suspending), and what Apps store can only be reached by waiting. Use Chrome or Edge 137, Firefox 153, Safari 27 or newer';

/**
 * What `work` comes to, which the guest is suspended for; its failure is answered as `err(toError(message))`. Where guests cannot be
 * suspended that is the answer to everything: IndexedDB has no synchronous interface, so a blocked worker cannot reach it. Unwinds a
 * guest whose request has been aborted.
 */
export function fromDatabase<T>(context: GuestContext, toError: (message: string) => unknown, work: () => Promise<T>): Promise<T> {
  if (!context.suspends) fail(toError(CANNOT_WAIT));
  return awaited(context, toError, work);
}

async function awaited<T>(context: GuestContext, toError: (message: string) => unknown, work: () => Promise<T>): Promise<T> {
  stopIfAborted(context);
  const outcome = await work().then(
    (value) => () => value,
    (error) => () => {
      // What is neither is a defect of ours, and traps.
      if (error instanceof RuntimeError) fail(toError(error.message));
      throw error;
    },
  );
  stopIfAborted(context);
  return outcome();
}

function stopIfAborted(context: GuestContext): void {
  const { signal } = context.call;
  if (signal.aborted) context.unwind(cancellationOf(signal));
}
