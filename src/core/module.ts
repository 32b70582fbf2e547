import type { Digest } from './ids.ts';

/** What a file turned out to be. Only modules with an `abi` can run. */
export type ModuleKind =
  /** Core module, WASI preview 1 command: exports `_start`. */
  | 'command'
  /** Core module, WASI preview 1 reactor: `_initialize` but nothing that serves a request. */
  | 'reactor'
  /** Core module that imports nothing of WASI and exports no `_start`. */
  | 'core'
  | 'component';

/** How a guest serves requests (design: "handler ABI"). */
export type HandlerAbi = 'wagi' | 'wasi-http';

/** One import or export of a module. */
export interface ModuleInterface {
  /** `wasi:http/types@0.2.4` for a component, `wasi_snapshot_preview1` for the module part of a core import. */
  name: string;
  /** Functions or items named under it, where known: `['fd_write', …]`. */
  items?: string[];
}

/** How an import is served. `granted`: linked to a working host; `denied`: linked to a host that refuses with the interface's own error; `unknown`: no host, refused. */
export type ImportSupport = 'granted' | 'denied' | 'unknown';

/** An import, judged. */
export interface ModuleImport extends ModuleInterface {
  support: ImportSupport;
}

/** What `POST /_swerve/modules` answers: the module as Swerve understands it. */
export interface ModuleReport {
  digest: Digest;
  sizeBytes: number;
  kind: ModuleKind;
  /** null: cannot serve requests. */
  abi: HandlerAbi | null;
  /** One plain sentence: "WASI preview 1 command, serves HTTP as a WAGI (CGI/1.1) handler". */
  summary: string;
  imports: ModuleImport[];
  exports: ModuleInterface[];
  /** Declared memory of a core module in 64 KiB pages; null for components and modules without one. */
  memory: { minPages: number; maxPages: number | null } | null;
  /** Unix epoch, milliseconds. */
  createdAtMs: number;
}
