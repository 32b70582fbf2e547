import { RuntimeError } from '../core/errors.ts';

/** What an abort reason means to the caller of a handler. */
export function cancellationOf(signal: AbortSignal): RuntimeError {
  const { reason } = signal;
  return reason instanceof RuntimeError
    ? reason
    : new RuntimeError('internal', 'The request was cancelled before the handler had finished.', { cause: reason });
}
