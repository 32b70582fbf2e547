import type { App } from '../../core/app.ts';
import type { Digest } from '../../core/ids.ts';
import { formatBytes } from '../text.ts';
import type { ArchivedApp } from './archive.ts';
import type { ArchivedVolume } from './archive-reader.ts';

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
  /** Of its file in the bundle; empty when it is named by its digest. */
  path: string;
  sizeBytes: number;
  /** `new`: stored by this import. `here`: it was stored already. */
  state: 'new' | 'here' | 'refused';
  /** Of a refused one: the server's words. */
  reason: string;
}

/** What would become of one volume of an archive. */
export interface PlannedVolume {
  key: string;
  volume: ArchivedVolume;
  sizeBytes: number;
  /** `here`: there is one of that name, which keeps what it has besides. */
  state: 'new' | 'here';
  /** Paths of it that are there already. */
  replaced: readonly string[];
  isChosen: boolean;
}

/** What would become of one App of an archive. */
export interface PlannedApp {
  key: string;
  app: ArchivedApp;
  state: 'new' | 'changed' | 'same' | 'refused';
  /** Of a changed one. */
  changes: FieldChange[];
  /** What a new or changed one is given, in the order in which it is to be read. */
  asks: Ask[];
  /** Of a refused one: the server's words. */
  reason: string;
  /** Of one that would not be ready: the words of its condition. Empty: nothing to say. */
  warning: string;
  isChosen: boolean;
}

/** One thing that an App asks for. */
export interface Ask {
  label: string;
  /** One a line. */
  lines: string[];
}

const TEXT_MAX = 200;
const GIVEN_WHOLE = 'all of it';

/** What `app` would be given: the addresses that it answers, what it is granted, the files and settings that its guests see. */
export function asksOf({ spec }: Pick<App, 'spec'>): Ask[] {
  const { routes, capabilities, files, volumes = [], env, args } = spec;
  const names = Object.keys(env);
  return [
    {
      label: 'Routes',
      lines: routes.map(({ path, match, host, methods }) =>
        [methods?.join(', '), (host ?? '') + path, match === 'exact' ? '(exact)' : ''].filter(Boolean).join(' '),
      ),
    },
    { label: 'Grants', lines: Object.entries(capabilities).map(([name, grant]) => `${name}: ${wordsOf(grant)}`) },
    { label: 'Files', lines: files.map((file) => `${file.path}, ${formatBytes(sizeOfFile(file))}`) },
    { label: 'Volumes', lines: volumes.map(({ name, mountPath, readOnly }) => `${name} at ${mountPath}, ${readOnly ? 'to read' : 'to read and write'}`) },
    { label: 'Environment', lines: names.length === 0 ? [] : [names.join(', ')] },
    { label: 'Arguments', lines: args.length === 0 ? [] : [args.join(' ')] },
  ]
    .map(({ label, lines }) => ({ label, lines: lines.map(shortened) }))
    .filter(({ label, lines }) => lines.length > 0 || label === 'Grants');
}

/** `{ stores: [a, b] }` as "stores a, b". */
function wordsOf(grant: unknown): string {
  if (Array.isArray(grant)) return grant.length === 0 ? 'none' : grant.map((item) => (isObject(item) ? JSON.stringify(item) : String(item))).join(', ');
  if (!isObject(grant)) return grant === true ? GIVEN_WHOLE : String(grant);
  const members = Object.entries(grant);
  return members.length === 0 ? GIVEN_WHOLE : members.map(([name, value]) => `${name} ${wordsOf(value)}`).join('; ');
}

function sizeOfFile({ text, base64 = '' }: { text?: string | undefined; base64?: string | undefined }): number {
  if (text !== undefined) return new TextEncoder().encode(text).length;
  return (base64.length / 4) * 3 - (base64.match(/=*$/)?.[0].length ?? 0);
}

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
  return shortened(typeof value === 'string' ? value : JSON.stringify(value));
}

function shortened(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
