/** Calls `fn` with `arg` in a page, written as an expression that every protocol takes. */
export function expressionOf(fn: (arg: never) => unknown, arg: unknown): string {
  return `(${fn})(${arg === undefined ? '' : JSON.stringify(arg)})`;
}
