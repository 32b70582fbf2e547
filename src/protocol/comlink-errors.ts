/**
 * Errors over comlink. On its own comlink drops an error's class, `code` and `details`; both ends of every comlink
 * channel call {@link installErrorTransfer} before their first call, so that a RuntimeError arrives as one.
 */
import { transferHandlers } from 'comlink';
import { RuntimeError, type WireError } from '../core/errors.ts';

type Thrown = { kind: 'runtime'; error: WireError } | { kind: 'error'; name: string; message: string } | { kind: 'value'; value: unknown };

function toThrown(value: unknown): Thrown {
  if (value instanceof RuntimeError) return { kind: 'runtime', error: value.toWire() };
  if (value instanceof Error) return { kind: 'error', name: value.name, message: value.message };
  return { kind: 'value', value };
}

function fromThrown(thrown: Thrown): unknown {
  switch (thrown.kind) {
    case 'runtime':
      return RuntimeError.fromWire(thrown.error);
    case 'error':
      return Object.assign(new Error(thrown.message), { name: thrown.name });
    case 'value':
      return thrown.value;
  }
}

let isInstalled = false;

/** Replaces comlink's `throw` transfer handler in this realm. Idempotent. */
export function installErrorTransfer(): void {
  const standard = transferHandlers.get('throw');
  if (isInstalled || !standard) return;
  isInstalled = true;
  transferHandlers.set('throw', {
    canHandle: standard.canHandle,
    serialize: (marked) => [toThrown((marked as { value: unknown }).value), []],
    deserialize: (thrown) => {
      throw fromThrown(thrown as Thrown);
    },
  });
}
