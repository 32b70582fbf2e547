import type { ImportSupport, ModuleReport } from '../core/module.ts';

/** Knows which imports have a host. Asked once per import; must not throw. */
export interface ImportJudge {
  /** A function that a core module imports: `('wasi_snapshot_preview1', 'fd_write')`. */
  core(module: string, name: string): ImportSupport;
  /** What a component imports: `wasi:http/types@0.2.4`, or a plain name such as `log`. */
  component(name: string): ImportSupport;
}

/** A report without what only the module's store knows. */
export type SniffedModule = Omit<ModuleReport, 'digest' | 'createdAtMs'>;
