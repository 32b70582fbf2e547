import type { Digest } from './ids.ts';

/** Things of one sort, and the bytes of their content. */
export interface StoredPart {
  count: number;
  sizeBytes: number;
}

/** What one module takes. */
export interface ModuleUsage {
  digest: Digest;
  /** Of the file. */
  sizeBytes: number;
  /** Of everything that transpilers made of it; 0 for a core module. */
  transpiledBytes: number;
  /** `namespace/name` of the Apps that run it now. */
  apps: string[];
}

/** What the Apps of one namespace take. A module that two namespaces use counts in both. */
export interface NamespaceUsage {
  name: string;
  apps: number;
  modules: Digest[];
  /** Of those modules, transpiled forms included. */
  moduleBytes: number;
  logLines: number;
  logBytes: number;
}

/** A key-value store or a container of blobs. It outlives the Apps that were granted it. */
export interface DataUsage {
  namespace: string;
  name: string;
  /** Keys, or objects. */
  count: number;
  /** Of keys or names, and of values or contents. */
  sizeBytes: number;
}

/** What `GET _swerve/storage` answers. Sizes are of the content; what the browser needs on disk for it differs. */
export interface StorageReport {
  /** Of the whole origin, as the browser says; null where it does not. */
  usageBytes: number | null;
  quotaBytes: number | null;
  /** True: the browser will not evict the origin's data without asking. */
  persisted: boolean | null;
  /** The largest first. */
  modules: ModuleUsage[];
  /** By name. */
  namespaces: NamespaceUsage[];
  apps: StoredPart;
  /** Lines. The bytes of a long log are estimated from its newest lines. */
  logs: StoredPart;
  /** By namespace and name; so with the containers. */
  keyValueStores: DataUsage[];
  blobContainers: DataUsage[];
  cookies: StoredPart;
  /** Requests that wait for an instance. */
  keptRequests: StoredPart;
  /** Of their files. */
  volumes: StoredPart;
  /** The recent writes of Apps that watches start from. */
  changes: StoredPart;
  /** Swerve itself, kept for use offline; null where the browser does not tell. */
  buildCache: { sizeBytes: number | null };
}

/** What a reset removed. */
export interface ErasedCounts {
  apps: number;
  modules: number;
  logs: number;
  cookies: number;
  keptRequests: number;
  keyValueStores: number;
  blobContainers: number;
}
