import type { ErasedCounts } from '../core/storage.ts';
import { AppRouteRepository } from './app-routes.ts';
import { ArtifactRepository } from './artifacts.ts';
import { BlobRepository } from './blobs.ts';
import { type ChangeFeed, originChangeFeed } from './change-feed.ts';
import { CookieRepository } from './cookies.ts';
import { Database, type DatabaseOptions } from './database.ts';
import { eraseEverything } from './erase.ts';
import { KeptRequestRepository } from './kept-requests.ts';
import { KeyValueRepository } from './key-values.ts';
import { LogRepository } from './logs.ts';
import { ModuleRepository } from './modules.ts';
import { OriginRepository } from './origins.ts';
import { ResourceRepository } from './resources.ts';
import { SecretBox } from './secret-box.ts';
import { UsageRepository } from './usage.ts';
import { VolumeRepository } from './volumes.ts';

/** Every repository over one database. */
export interface Store {
  readonly modules: ModuleRepository;
  readonly artifacts: ArtifactRepository;
  readonly resources: ResourceRepository;
  readonly appRoutes: AppRouteRepository;
  readonly cookies: CookieRepository;
  readonly logs: LogRepository;
  readonly keptRequests: KeptRequestRepository;
  readonly origins: OriginRepository;
  readonly keyValues: KeyValueRepository;
  readonly blobs: BlobRepository;
  /** Seals and opens the values of Secrets. */
  readonly secrets: SecretBox;
  readonly usage: UsageRepository;
  readonly volumes: VolumeRepository;
  readonly changes: ChangeFeed;
  /** Removes everything, in one transaction. @throws RuntimeError `storage-failed`: then nothing was removed */
  erase(): Promise<ErasedCounts>;
  /** Opens the connection now rather than at the first use. @throws RuntimeError `storage-failed`, `protocol-mismatch` */
  open(): Promise<void>;
  /** Nothing may use the store afterwards. */
  close(): void;
}

/** The store of this origin. Opens nothing yet: the first use does, so a service worker can make it at top level. */
export function createStore(options: DatabaseOptions = {}): Store {
  const database = new Database(options);
  return {
    modules: new ModuleRepository(database),
    artifacts: new ArtifactRepository(database),
    resources: new ResourceRepository(database),
    appRoutes: new AppRouteRepository(database),
    cookies: new CookieRepository(database),
    logs: new LogRepository(database),
    keptRequests: new KeptRequestRepository(database),
    origins: new OriginRepository(database),
    keyValues: new KeyValueRepository(database),
    blobs: new BlobRepository(database),
    secrets: new SecretBox(database),
    usage: new UsageRepository(database),
    volumes: new VolumeRepository(database),
    changes: originChangeFeed,
    erase: () => eraseEverything(database),
    open: () => database.open(),
    close: () => database.close(),
  };
}
