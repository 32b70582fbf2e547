/**
 * The method by which jco's output drops a resource of ours. Where the engine has no `Symbol.dispose` (platform facts), jco
 * asks for this one, and a method written as `[Symbol.dispose]` would be called "undefined" and never run.
 */
export const DISPOSE: unique symbol = (Symbol.dispose ?? Symbol.for('dispose')) as never;
