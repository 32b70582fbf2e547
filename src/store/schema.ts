import type { DBSchema } from 'idb';
import type { OriginMode, OriginRecord } from '../core/app-origin.ts';
import type { CookieRecord } from '../core/cookie-record.ts';
import type { Digest } from '../core/ids.ts';
import type { LogLine } from '../core/log-line.ts';
import type { ModuleReport } from '../core/module.ts';
import type { Resource } from '../core/resource.ts';
import type { VolumeFile } from '../core/volume.ts';
import type { StoredBytes } from './stored-bytes.ts';

/** A module: what it is, and its bytes. */
export interface StoredModule {
  digest: Digest;
  report: ModuleReport;
  bytes: StoredBytes;
}

/** A transpiled component. Its core modules are Blobs, so that a record is read without reading megabytes of wasm. */
export interface StoredArtifact {
  digest: Digest;
  transpiler: string;
  source: string;
  cores: { name: string; bytes: StoredBytes }[];
  imports: string[];
  exports: string[];
}

/** One write of a resource, as a watch needs it. */
export interface ResourceChange<T extends Resource = Resource> {
  /** Of the write: also of a deletion. Key of the ring. */
  resourceVersion: number;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  kind: string;
  /** After the write; of a deletion: the last state, with the deletion's resourceVersion. */
  object: T;
  /** Labels before the write, null for ADDED: a watch with a selector must know what no longer matches. */
  previousLabels: Record<string, string> | null;
  /** False for a write of metadata or status alone. */
  specChanged: boolean;
  /** Length of the object as JSON: the ring is bounded in size as well. */
  sizeBytes: number;
}

/** The one record of `meta`: the counter of all resource writes and the state of the ring of changes. */
export interface ChangesHead {
  key: 'changes';
  resourceVersion: number;
  /** resourceVersion of the oldest change in the ring; 0 while the ring is empty. */
  oldest: number;
  /** Sum of `sizeBytes` over the ring. */
  sizeBytes: number;
}

/** Lines of an App's log that were written together: a record a line would cost twenty times as much. */
export interface LogBatch {
  namespace: string;
  app: string;
  /** Of the last of `lines`. Counts up per App from 1. */
  sequence: number;
  lines: LogLine[];
}

/** Where an App's log stands. */
export interface LogHead {
  namespace: string;
  app: string;
  /** Of the newest line. */
  lastSequence: number;
}

/** Where the routes of one App are, so that the few that decide an address are found without reading every App. */
export interface AppRoutes {
  namespace: string;
  name: string;
  uid: string;
  /** See core/route-key.ts. */
  keys: string[];
}

/** A navigation that waits for an instance (design §5, "Cold navigation"). */
export interface KeptRequest {
  id: string;
  method: string;
  /** Absolute address. */
  url: string;
  headers: [string, string][];
  body: Blob | null;
  /** Unix epoch, milliseconds. */
  createdAtMs: number;
}

/** The same as stored. */
export interface StoredKeptRequest extends Omit<KeptRequest, 'body'> {
  body: StoredBytes | null;
}

/** What a key-value store of a namespace holds together. Made by the first write. */
export interface KeyValueHead {
  namespace: string;
  store: string;
  keys: number;
  /** Of keys (as UTF-8) and values. */
  sizeBytes: number;
  /** Counts the keys that were made up, from a start that no earlier store of this name has reached. */
  lastSequence: number;
}

/** One key and its value. */
export interface KeyValueEntry {
  namespace: string;
  store: string;
  key: string;
  /** Its place in a listing. A key that is deleted and made again gets another. */
  sequence: number;
  /** Counts the values that it has had. */
  revision: number;
  value: Uint8Array<ArrayBuffer>;
}

/** A container of blobs of a namespace. */
export interface BlobContainer {
  namespace: string;
  container: string;
  createdAtMs: number;
  objects: number;
  /** Of names (as UTF-8) and contents. */
  sizeBytes: number;
}

/** One object in a container. */
export interface BlobObject {
  namespace: string;
  container: string;
  name: string;
  createdAtMs: number;
  bytes: StoredBytes;
}

/** What was found out about this deployment, a record a subject. */
export type Setting =
  | { key: 'origin-mode'; value: OriginMode }
  /** Seals the values of Secrets. Not extractable. */
  | { key: 'secret-key'; value: CryptoKey };

/** A volume. Its root has the inode 1. */
export interface StoredVolume {
  /** Given by the store, and never again. */
  id: number;
  namespace: string;
  name: string;
  uid: string;
  /** Unix epoch, milliseconds. */
  createdAtMs: number;
  nextInode: number;
  nextCookie: number;
  /** Nodes without the root. */
  files: number;
  /** Sum of `sizeBytes` over its nodes. */
  sizeBytes: number;
}

/** A file, directory or symbolic link of a volume. */
export interface StoredVolumeNode {
  volume: number;
  inode: number;
  kind: VolumeFile['kind'];
  /** Names that lead here; 0: removed, or not yet in place, and erased once nobody holds it. */
  links: number;
  /** Of a regular file its length. */
  sizeBytes: number;
  /** Unix epoch, nanoseconds. */
  accessedNs: bigint;
  modifiedNs: bigint;
  changedNs: bigint;
  /** Of a directory: the one above; the root's is the root. */
  parent?: number;
  /** Text of a symbolic link. */
  target?: string;
  /** Since when it has no name. Unix epoch, milliseconds. */
  orphanedAtMs?: number;
}

/** A name in a directory. */
export interface StoredVolumeEntry {
  volume: number;
  parent: number;
  name: string;
  inode: number;
  kind: VolumeFile['kind'];
  /** Its place in the listing. */
  cookie: number;
}

/** A piece of a file's content. What is missing, at its end or altogether, is zeros. */
export interface StoredVolumeChunk {
  volume: number;
  inode: number;
  index: number;
  bytes: ArrayBuffer;
}

/** The whole database. Only `src/store/` knows these names. */
export interface SwerveSchema extends DBSchema {
  modules: { key: Digest; value: StoredModule };
  artifacts: { key: [Digest, string]; value: StoredArtifact };
  resources: { key: [string, string, string]; value: Resource; indexes: { kind: string } };
  appRoutes: { key: [string, string]; value: AppRoutes; indexes: { keys: string; uid: string } };
  changes: { key: number; value: ResourceChange };
  meta: { key: 'changes'; value: ChangesHead };
  cookies: { key: [string, string, string]; value: CookieRecord };
  logs: { key: [string, string, number]; value: LogBatch };
  logHeads: { key: [string, string]; value: LogHead };
  keptRequests: { key: string; value: StoredKeptRequest; indexes: { createdAtMs: number } };
  settings: { key: Setting['key']; value: Setting };
  origins: { key: string; value: OriginRecord };
  keyValueHeads: { key: [string, string]; value: KeyValueHead };
  keyValues: { key: [string, string, string]; value: KeyValueEntry; indexes: { sequence: [string, string, number] } };
  blobContainers: { key: [string, string]; value: BlobContainer };
  blobs: { key: [string, string, string]; value: BlobObject };
  volumes: { key: number; value: StoredVolume; indexes: { name: [string, string] } };
  volumeNodes: { key: [number, number]; value: StoredVolumeNode; indexes: { orphans: [number, number] } };
  volumeEntries: { key: [number, number, string]; value: StoredVolumeEntry; indexes: { cookie: [number, number, number] } };
  volumeChunks: { key: [number, number, number]; value: StoredVolumeChunk };
}
