import type { Digest } from '../../core/ids.ts';
import type { ArchivedApp } from './archive.ts';

/** One field that differs. An absent value is the empty text. */
export interface FieldChange {
  /** `spec.env.GREETING`, `spec.routes[0].path`. */
  field: string;
  before: string;
  after: string;
}

/** What becomes of one module of an archive. */
export interface PlannedModule {
  digest: Digest;
  sizeBytes: number;
  /** `new`: stored by this import. `here`: it was stored already. */
  state: 'new' | 'here' | 'refused';
  /** Of a refused one: the server's words. */
  reason: string;
}

/** What would become of one App of an archive. */
export interface PlannedApp {
  key: string;
  app: ArchivedApp;
  state: 'new' | 'changed' | 'same' | 'refused';
  /** Of a changed one. */
  changes: FieldChange[];
  /** Of a refused one: the server's words. */
  reason: string;
  /** Of one that would not be ready: the words of its condition. Empty: nothing to say. */
  warning: string;
  isChosen: boolean;
}

const TEXT_MAX = 200;

/** The module that an App of an archive names. */
export function digestOfApp({ spec }: ArchivedApp): Digest {
  return (spec['source'] as { digest: Digest }).digest;
}

/** The new modules that stay after the import: all but those that only Apps use which were not chosen. */
export function keptModules(apps: readonly PlannedApp[], modules: readonly PlannedModule[]): PlannedModule[] {
  const named = new Set(apps.map(({ app }) => digestOfApp(app)));
  const wanted = new Set(apps.filter(({ isChosen }) => isChosen).map(({ app }) => digestOfApp(app)));
  return modules.filter(({ digest, state }) => state === 'new' && (!named.has(digest) || wanted.has(digest)));
}

/** The fields of `after` that are not as in `before`: of labels, annotations and spec. */
export function changedFields(before: ArchivedApp, after: ArchivedApp): FieldChange[] {
  const changes: FieldChange[] = [];
  compare('metadata.labels', before.labels, after.labels, changes);
  compare('metadata.annotations', before.annotations, after.annotations, changes);
  compare('spec', before.spec, after.spec, changes);
  return changes;
}

function compare(field: string, before: unknown, after: unknown, changes: FieldChange[]): void {
  if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index++) compare(`${field}[${index}]`, before[index], after[index], changes);
  } else if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    for (const key of keys) compare(`${field}.${key}`, before[key], after[key], changes);
  } else if (JSON.stringify(before) !== JSON.stringify(after)) {
    changes.push({ field, before: textOf(before), after: textOf(after) });
  }
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
