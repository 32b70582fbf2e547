/** Version of `@bytecodealliance/jco-transpile` whose output this build stores and runs; a unit test holds it to the installed package. */
export const JCO_TRANSPILE_VERSION = '0.15.0';

/** Names the transpiler in stored artifacts: another version or mode, or another list of imports that suspend (`+1`), makes another artifact. */
export function transpilerName(options: { jspi: boolean }): string {
  return `jco-transpile@${JCO_TRANSPILE_VERSION}+1/${options.jspi ? 'jspi' : 'sync'}`;
}

/** Set in the details of an error after which the transpiler's worker must be replaced: a trap has left jco in a state that nobody knows. */
export const TRANSPILER_LOST = 'transpilerLost';

/** What the transpiler's worker offers by comlink. */
export interface TranspilerApi {
  /** Resolves once jco is loaded and compiled, which is not the component's time. */
  prepare(): Promise<void>;
  transpile(bytes: Uint8Array<ArrayBuffer>, options: { jspi: boolean }): Promise<import('./sw-host.ts').TranspiledComponent>;
}
