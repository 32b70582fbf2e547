import { APP_API_VERSION, type App } from '../core/app.ts';
import type { Digest } from '../core/ids.ts';
import type { ModuleUsage, NamespaceUsage, StorageReport } from '../core/storage.ts';
import type { StoreUsage } from '../store/usage.ts';

/** What the browser grants this origin; null where it does not tell. */
export interface StorageView {
  usageBytes: number | null;
  quotaBytes: number | null;
  /** True: the browser will not evict the origin's data without asking. */
  persisted: boolean | null;
  /** Of the origin's caches, which hold Swerve itself. */
  cacheBytes: number | null;
}

/** What is stored, by module and by namespace, beside what the browser grants. */
export function storageReport({ cacheBytes, ...view }: StorageView, usage: StoreUsage, all: readonly App[]): StorageReport {
  const apps = all.filter(({ apiVersion }) => apiVersion === APP_API_VERSION);
  const modules = usage.modules
    .map(
      (module): ModuleUsage => ({
        ...module,
        apps: apps.filter(({ spec }) => spec.source.digest === module.digest).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
      }),
    )
    .sort((a, b) => bytesOf(b) - bytesOf(a) || (a.digest < b.digest ? -1 : 1));
  const { logs, ...rest } = usage;
  return {
    ...view,
    ...rest,
    modules,
    namespaces: namespacesOf(apps, modules, logs),
    logs: { count: sum(logs, ({ lines }) => lines), sizeBytes: sum(logs, ({ sizeBytes }) => sizeBytes) },
    buildCache: { sizeBytes: cacheBytes },
  };
}

/** Also namespaces that only have logs left. */
function namespacesOf(apps: readonly App[], modules: readonly ModuleUsage[], logs: StoreUsage['logs']): NamespaceUsage[] {
  const stored = new Map(modules.map((module) => [module.digest, module]));
  const names = new Set([...apps.map(({ metadata }) => metadata.namespace), ...logs.map(({ namespace }) => namespace)]);
  return [...names].sort().map((name) => {
    const own = apps.filter(({ metadata }) => metadata.namespace === name);
    const digests = [...new Set(own.map(({ spec }): Digest => spec.source.digest))].filter((digest) => stored.has(digest));
    const ownLogs = logs.filter(({ namespace }) => namespace === name);
    return {
      name,
      apps: own.length,
      modules: digests,
      moduleBytes: sum(digests, (digest) => bytesOf(stored.get(digest))),
      logLines: sum(ownLogs, ({ lines }) => lines),
      logBytes: sum(ownLogs, ({ sizeBytes }) => sizeBytes),
    };
  });
}

function bytesOf(module: ModuleUsage | undefined): number {
  return module === undefined ? 0 : module.sizeBytes + module.transpiledBytes;
}

function sum<T>(items: readonly T[], measure: (item: T) => number): number {
  return items.reduce((total, item) => total + measure(item), 0);
}
