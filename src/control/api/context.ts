import type { Clock } from '../../core/clock.ts';
import type { ControlDiagnostics } from '../../core/diagnostics.ts';
import type { ModuleReport } from '../../core/module.ts';
import type { ErasedCounts } from '../../core/storage.ts';
import type { TranspiledComponent } from '../../protocol/sw-host.ts';
import type { Store } from '../../store/store.ts';
import type { AppIndex } from '../app-index.ts';
import type { LiveResources } from '../live-resources.ts';
import type { LiveTraffic } from '../live-traffic.ts';
import type { StorageView } from '../storage-report.ts';
import type { Timers } from '../timers.ts';

/** Everything the API touches. */
export interface ApiDependencies {
  readonly store: Pick<Store, 'modules' | 'artifacts' | 'resources' | 'logs' | 'origins' | 'secrets' | 'changes' | 'usage' | 'keyValues' | 'blobs' | 'volumes'>;
  /** Of the deployment. */
  readonly base: URL;
  readonly apps: AppIndex;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly live: LiveResources;
  readonly traffic: LiveTraffic;
  /** What the bytes are. @throws RuntimeError `module-invalid` with `details` of `{ found, runs, fix }`, `engine-unsupported` */
  sniff(bytes: Uint8Array<ArrayBuffer>): Promise<Omit<ModuleReport, 'digest' | 'createdAtMs'>>;
  /** Makes a component runnable, in a window. @throws RuntimeError `module-invalid`, `host-unavailable` */
  transpile(component: Blob, signal: AbortSignal): Promise<TranspiledComponent>;
  /** Name of the transpiler in use (`TranspiledComponent.transpiler`): a component that it has seen is not transpiled again. null: not known. */
  readonly transpiler: string | null;
  storage(): Promise<StorageView>;
  diagnostics(): ControlDiagnostics;
  /** Removes everything that is stored. @throws RuntimeError `storage-failed`: then nothing was removed */
  reset(): Promise<ErasedCounts>;
  /** Version of Swerve, for example `0.1.0`. */
  readonly version: string;
}

/** One request to the API, its address taken apart. */
export interface ApiContext {
  readonly request: Request;
  /** Below `/_swerve/`, without a leading slash or query: `modules/sha256:…`. */
  readonly path: string;
  /** Absolute path of the API, ending in a slash, for `Location`. */
  readonly base: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly dependencies: ApiDependencies;
}

export type ApiHandler = (context: ApiContext) => Promise<Response>;
