import { RuntimeError } from '../../core/errors.ts';
import type { Digest } from '../../core/ids.ts';
import type { StorageReport } from '../../core/storage.ts';
import type { StorageApi } from '../api/storage-api.ts';
import { coalesced } from './coalesced.ts';
import { Observable } from './observable.ts';
import type { Platform } from './platform.ts';

/** What the browser answered when it was asked to keep the storage. */
export type PersistenceAnswer = 'granted' | 'refused' | 'unavailable';

/** One part of what is stored. */
export interface UsagePart {
  id: 'modules' | 'transpiled' | 'volumes' | 'logs' | 'apps' | 'data' | 'requests' | 'swerve' | 'other';
  label: string;
  /** How many of what; empty when there is nothing to count. */
  detail: string;
  sizeBytes: number;
}

/** What is stored here, as it was when last asked: storage cannot be watched. */
export class StorageState extends Observable {
  readonly #api: StorageApi;
  readonly #platform: Platform;
  #report: StorageReport | null = null;
  #error: RuntimeError | null = null;
  #answer: PersistenceAnswer | null = null;

  constructor(api: StorageApi, platform: Platform) {
    super();
    this.#api = api;
    this.#platform = platform;
  }

  /** Null before the first reading. */
  get report(): StorageReport | null {
    return this.#report;
  }
  /** Why the report may be out of date; null while all is well. */
  get error(): RuntimeError | null {
    return this.#error;
  }
  /** Null while this tab has not asked. */
  get answer(): PersistenceAnswer | null {
    return this.#answer;
  }

  /** Reads it again; a call while it is being read makes it be read once more after. Does not throw: see {@link error}. */
  readonly refresh = coalesced(async () => {
    try {
      this.#report = await this.#api.readStorage();
      this.#error = null;
    } catch (error) {
      this.#error = RuntimeError.from(error);
    }
    this.changed();
  });

  /** The bytes of a stored module. @throws RuntimeError `resource-not-found` and others */
  async readModule(digest: Digest): Promise<Blob> {
    const stream = await this.#api.openModule(digest, new AbortController().signal);
    if (stream === null) throw new RuntimeError('resource-not-found', 'This module was deleted meanwhile.');
    return new Response(stream, { headers: { 'content-type': 'application/wasm' } }).blob();
  }

  /** Asks the browser to keep the storage; some ask the person in turn. May be repeated: the browser can change its mind. */
  async askForPersistence(): Promise<void> {
    this.#answer = await askBrowser();
    if (this.#answer !== 'unavailable') this.#platform.set({ persistence: this.#answer === 'granted' ? 'persistent' : 'evictable' });
    await this.refresh();
  }

  /** Removes everything. @throws RuntimeError as the API said: then nothing was removed */
  async reset(): Promise<void> {
    await this.#api.reset();
    await this.refresh();
  }
}

async function askBrowser(): Promise<PersistenceAnswer> {
  try {
    return (await navigator.storage.persist()) ? 'granted' : 'refused';
  } catch {
    // Not offered here, or the page lost its right to ask: nothing was decided either way.
    return 'unavailable';
  }
}

/** What the stored bytes are made of; parts without bytes are left out. Together they are at least what the browser counts. */
export function partsOf(report: StorageReport): UsagePart[] {
  const { modules, volumes, logs, apps, keyValueStores, blobContainers, changes, cookies, keptRequests, buildCache, usageBytes } = report;
  const moduleBytes = modules.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const transpiled = modules.filter(({ transpiledBytes }) => transpiledBytes > 0);
  const transpiledBytes = transpiled.reduce((sum, module) => sum + module.transpiledBytes, 0);
  const known: UsagePart[] = [
    { id: 'modules', label: 'Modules', detail: count(modules.length, 'file'), sizeBytes: moduleBytes },
    { id: 'transpiled', label: 'Made from components', detail: count(transpiled.length, 'component'), sizeBytes: transpiledBytes },
    { id: 'volumes', label: 'Volumes', detail: count(volumes.count, 'volume'), sizeBytes: volumes.sizeBytes },
    { id: 'logs', label: 'Logs', detail: count(logs.count, 'line'), sizeBytes: logs.sizeBytes },
    { id: 'apps', label: 'Apps and recent changes', detail: count(apps.count, 'App'), sizeBytes: apps.sizeBytes + changes.sizeBytes },
    {
      id: 'data',
      label: 'Data of Apps',
      detail: [count(keyValueStores.length, 'store'), count(blobContainers.length, 'container')].filter(Boolean).join(', '),
      sizeBytes: [...keyValueStores, ...blobContainers].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    },
    {
      id: 'requests',
      label: 'Cookies and waiting requests',
      detail: [count(cookies.count, 'cookie'), count(keptRequests.count, 'request')].filter(Boolean).join(', '),
      sizeBytes: cookies.sizeBytes + keptRequests.sizeBytes,
    },
    { id: 'swerve', label: 'Swerve itself', detail: '', sizeBytes: buildCache.sizeBytes ?? 0 },
  ];
  const knownBytes = known.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const otherBytes = Math.max(0, (usageBytes ?? 0) - knownBytes);
  return [...known, { id: 'other' as const, label: 'Other data and overhead', detail: '', sizeBytes: otherBytes }].filter(({ sizeBytes }) => sizeBytes > 0);
}

function count(number: number, one: string): string {
  return number === 0 ? '' : `${number.toLocaleString('en')} ${one}${number === 1 ? '' : 's'}`;
}
