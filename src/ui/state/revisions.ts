import type { App, AppRevision } from '../../core/app.ts';
import type { ModuleReport } from '../../core/module.ts';

/** What the imports of one module are against those of another. */
export interface ImportChanges {
  added: string[];
  removed: string[];
}

/** The modules that `app` ran, newest first. Where the API keeps none, what it runs now. */
export function revisionsOf(app: App): AppRevision[] {
  const revisions = app.status?.revisions ?? [];
  if (revisions.length > 0) return revisions.toSorted((a, b) => b.revision - a.revision);
  return [{ revision: 1, digest: app.spec.source.digest, atMs: Date.parse(app.metadata.creationTimestamp) }];
}

/** Functions are told apart, so that a module that merely uses more of an interface is seen to. */
export function importChanges(newer: ModuleReport, older: ModuleReport): ImportChanges {
  const before = namesOf(older);
  const after = namesOf(newer);
  return { added: grouped([...after].filter((name) => !before.has(name))), removed: grouped([...before].filter((name) => !after.has(name))) };
}

const SEPARATOR = '\n';

function namesOf({ imports }: ModuleReport): Set<string> {
  return new Set(imports.flatMap(({ name, items }) => (items === undefined || items.length === 0 ? [name] : items.map((item) => name + SEPARATOR + item))));
}

/** `wasi:http/types (a, b)`: the items of one interface together. */
function grouped(names: readonly string[]): string[] {
  const itemsOf = new Map<string, string[]>();
  for (const full of names) {
    const [name = '', item] = full.split(SEPARATOR);
    const items = itemsOf.get(name) ?? [];
    itemsOf.set(name, item === undefined ? items : [...items, item]);
  }
  return [...itemsOf].map(([name, items]) => (items.length === 0 ? name : `${name} (${items.sort().join(', ')})`));
}
