import { ArtifactRepository } from './artifacts.ts';
import { type ChangeFeed, originChangeFeed } from './change-feed.ts';
import { CookieRepository } from './cookies.ts';
import { Database, type DatabaseOptions } from './database.ts';
import { KeptRequestRepository } from './kept-requests.ts';
import { LogRepository } from './logs.ts';
import { ModuleRepository } from './modules.ts';
import { ResourceRepository } from './resources.ts';

/** Every repository over one database. */
export interface Store {
  readonly modules: ModuleRepository;
  readonly artifacts: ArtifactRepository;
  readonly resources: ResourceRepository;
  readonly cookies: CookieRepository;
  readonly logs: LogRepository;
  readonly keptRequests: KeptRequestRepository;
  readonly changes: ChangeFeed;
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
    cookies: new CookieRepository(database),
    logs: new LogRepository(database),
    keptRequests: new KeptRequestRepository(database),
    changes: originChangeFeed,
    open: () => database.open(),
    close: () => database.close(),
  };
}
