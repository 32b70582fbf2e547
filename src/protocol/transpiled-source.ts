/**
 * First characters of the source in a TranspiledComponent whose blocking imports suspend the guest (JSPI). The
 * transpiler writes them and the instance reads them: jco's own text names WebAssembly.promising in every mode.
 */
export const SUSPENDING_SOURCE_MARK = '/* suspending */';

/** Name among a component's imports of the event loop that the transpiled source of WASI 0.3 components runs on (src/wasi/preview3/guest-loop.ts). */
export const LOOP_IMPORT = 'swerve:loop';
