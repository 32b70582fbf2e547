/**
 * First characters of the source in a TranspiledComponent whose blocking imports suspend the guest (JSPI). The
 * transpiler writes them and the instance reads them: jco's own text names WebAssembly.promising in every mode.
 */
export const SUSPENDING_SOURCE_MARK = '/* suspending */';
