/**
 * JSPI (WebAssembly JavaScript Promise Integration), which TypeScript's libraries do not declare yet. Delete the
 * declarations once `lib.dom` has `WebAssembly.Suspending`.
 * Spec: https://github.com/WebAssembly/js-promise-integration
 */
interface Jspi {
  /** An import made of it suspends the guest when `fn` returns a promise; any other value is passed on at once. */
  Suspending?: new (
    fn: (...args: never[]) => unknown,
  ) => WebAssembly.ImportValue;
  /** An export that answers with a promise and whose guest may be suspended. */
  promising?: (fn: WebAssembly.ExportValue) => (...args: unknown[]) => Promise<unknown>;
}

const jspi = WebAssembly as unknown as Jspi;

/** True when this engine can suspend a guest. Chosen by feature: platform facts, row "JSPI". */
export function canSuspend(): boolean {
  return typeof jspi.Suspending === 'function' && typeof jspi.promising === 'function';
}

/** `fn` as an import that suspends the guest while its promise is pending. Only where {@link canSuspend}. */
export function suspending(fn: (...args: never[]) => unknown): WebAssembly.ImportValue {
  if (!jspi.Suspending) throw new TypeError('this engine has no WebAssembly.Suspending');
  return new jspi.Suspending(fn);
}

/** `fn` as a call whose guest may be suspended. Only where {@link canSuspend}. */
export function promising(fn: WebAssembly.ExportValue): (...args: unknown[]) => Promise<unknown> {
  if (!jspi.promising) throw new TypeError('this engine has no WebAssembly.promising');
  return jspi.promising(fn);
}
