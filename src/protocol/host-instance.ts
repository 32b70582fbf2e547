/**
 * Window <-> the dedicated worker it spawned for one instance. The window starts the worker, brokers its request
 * ports, collects its log and watches that it still answers. Request traffic does not pass here.
 */
import type { WireError } from '../core/errors.ts';
import type { InstanceSpec } from '../core/instance-spec.ts';
import type { LogLine } from '../core/log-line.ts';

/** Core modules of one handler, compiled: `main` for a core module, else one per core of the transpiled component. */
export type CompiledModules = Record<string, WebAssembly.Module>;

/** Window -> worker. */
export type ToInstanceWorker =
  /** First message. `compiled` when this window has compiled the module before. */
  | { type: 'start'; version: number; instance: string; spec: InstanceSpec; compiled: CompiledModules | null }
  /** A new line to the service worker, the port transferred. `handover`: another version of it takes over, and the earlier one still awaits what it asked for; else it was restarted, and requests of earlier lines are cancelled. */
  | { type: 'connect'; handover: boolean }
  /** A line for another service worker beside that one, the port transferred: it may have `slots` requests under way, each for `durationMs` at most. */
  | { type: 'lend'; slots: number; durationMs: number }
  /** Those lines end, and what is under way on them. */
  | { type: 'take-back' }
  | { type: 'ping'; seq: number };

/** Worker -> window. */
export type FromInstanceWorker =
  /** `compiled` for this window to share with its other workers, when this worker did the compiling. */
  | { type: 'ready'; concurrency: number; blocks: boolean; compiled: CompiledModules | null; startupMs: number }
  | { type: 'failed'; error: WireError }
  | { type: 'log'; lines: Omit<LogLine, 'instance'>[] }
  /** `busy`: requests under way; `idleSinceMs`: Unix epoch of the end of the last one, or of the start. */
  | { type: 'pong'; seq: number; busy: number; idleSinceMs: number };
