import { RuntimeError } from '../core/errors.ts';

/** What an abort reason means to the caller of a handler. */
export function cancellationOf(signal: AbortSignal): RuntimeError {
  const { reason } = signal;
  return reason instanceof RuntimeError
    ? reason
    : new RuntimeError('internal', 'The request was cancelled before the handler had finished.', { cause: reason });
}

/** Why a guest cannot wait: nothing suspends it, and nothing blocks its thread for it. */
export function cannotWait(): RuntimeError {
  return new RuntimeError(
    'engine-unsupported',
    'The handler has to wait, and here it cannot: this browser cannot suspend WebAssembly (JSPI, WebAssembly.Suspending), and no request is under way for which its worker could be blocked. Use Chrome or Edge 137, Firefox 153, Safari 27 or newer.',
  );
}
