import type { App, AppSpec, AppSpecInput } from '../../core/app.ts';
import { type Digest, NAME_MAX_LENGTH } from '../../core/ids.ts';
import type { FieldCause } from '../api/api-error.ts';

/** An App as the form holds it: what a person typed, not yet checked. */
export interface AppDraft {
  name: string;
  /** One path for each route. */
  routes: string[];
  abi: AppSpec['abi'];
  reuse: boolean;
  /** One argument a line. */
  args: string;
  /** One NAME=value a line. */
  env: string;
  memoryMiB: string;
  timeoutMs: string;
  files: { path: string; text: string }[];
}

/** A field of the form; `form` for what belongs to none of them. */
export type DraftField = 'name' | `route-${number}` | 'abi' | 'reuse' | 'args' | 'env' | 'memoryMiB' | 'timeoutMs' | 'files' | 'form';
export type FieldErrors = Partial<Record<DraftField, string>>;

const NUMBER = /^\d+$/;

/** A DNS label made of `fileName` that `taken` does not hold: "My App.wasm" becomes `my-app`, then `my-app-2`. */
export function proposeName(fileName: string, taken: ReadonlySet<string>): string {
  const stem = fileName.replace(/(\.component)?\.(wasm|wat)$/i, '');
  const label =
    stem
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+/, '')
      .slice(0, NAME_MAX_LENGTH - 4)
      .replace(/-+$/, '') || 'app';
  let name = label;
  for (let number = 2; taken.has(name); number++) name = `${label}-${number}`;
  return name;
}

/** The draft that an upload is offered with. */
export function draftForFile(fileName: string, taken: ReadonlySet<string>): AppDraft {
  const name = proposeName(fileName, taken);
  return { name, routes: [`/${name}`], abi: 'auto', reuse: false, args: '', env: '', memoryMiB: '256', timeoutMs: '30000', files: [] };
}

/** `draft` under another name; a route that still is the proposed one follows. */
export function renameDraft(draft: AppDraft, name: string): AppDraft {
  return { ...draft, name, routes: draft.routes.map((route) => (route === `/${draft.name}` ? `/${name}` : route)) };
}

/** The draft that edits `app`. */
export function draftOfApp(app: App): AppDraft {
  const { spec } = app;
  return {
    name: app.metadata.name,
    routes: spec.routes.map((route) => route.path),
    abi: spec.abi,
    reuse: spec.reuse,
    args: spec.args.join('\n'),
    env: Object.entries(spec.env)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
    memoryMiB: String(spec.limits.memoryMiB),
    timeoutMs: String(spec.limits.timeoutMs),
    files: spec.files.map((file) => ({ ...file })),
  };
}

/**
 * The spec that `draft` stands for, over `base` when an App is edited: what the form does not show stays as it was.
 * Checks only what cannot be written down otherwise (numbers, NAME=value); every rule of the resource is the server's.
 */
export function specOfDraft(draft: AppDraft, digest: Digest, base?: AppSpec): { spec: AppSpecInput; errors: FieldErrors } {
  const errors: FieldErrors = {};
  const env = parseEnv(draft.env);
  if (env.error !== null) errors.env = env.error;
  const limits: NonNullable<AppSpecInput['limits']> = { ...base?.limits };
  for (const field of ['memoryMiB', 'timeoutMs'] as const) {
    const text = draft[field].trim();
    if (NUMBER.test(text)) limits[field] = Number(text);
    else errors[field] = `"${text}" is not a whole number.`;
  }
  const spec: AppSpecInput = {
    ...base,
    source: { digest },
    abi: draft.abi,
    reuse: draft.reuse,
    routes: draft.routes.map((path, index) => ({ ...base?.routes[index], path: path.trim() })),
    args: draft.args === '' ? [] : draft.args.replace(/\n$/, '').split('\n'),
    env: env.values,
    files: draft.files,
    limits,
  };
  return { spec, errors };
}

/** The server's refusals, at the fields of the form that they belong to. */
export function errorsOfCauses(causes: readonly FieldCause[]): FieldErrors {
  const errors: FieldErrors = {};
  for (const { field, message } of causes) {
    const { target, item } = fieldOfPath(field);
    const text = `${item === '' ? '' : `${item}: `}${inPlainWords(message)}`;
    errors[target] = errors[target] === undefined ? text : `${errors[target]} ${text}`;
  }
  return errors;
}

/** The form's field for a path of the resource, and which item of it where the field holds many. */
function fieldOfPath(path: string): { target: DraftField; item: string } {
  if (path === 'metadata.name') return { target: 'name', item: '' };
  const [, field, key = ''] = /^spec\.(?:limits\.)?(routes|abi|reuse|args|env|files|memoryMiB|timeoutMs)\b(?:\[([^\]]*)\])?/.exec(path) ?? [];
  switch (field) {
    case undefined:
      return { target: 'form', item: path };
    case 'routes':
      return { target: `route-${Number(key)}`, item: '' };
    case 'args':
    case 'files':
      return { target: field, item: key === '' ? '' : `${field === 'args' ? 'Argument' : 'File'} ${Number(key) + 1}` };
    case 'env':
      return { target: field, item: key };
    default:
      return { target: field as DraftField, item: '' };
  }
}

/** Without Kubernetes' "Invalid value: …: " before the rule: the value stands in the field itself. */
function inPlainWords(message: string): string {
  return message.replace(/^Invalid value: (?:"(?:[^"\\]|\\.)*"|[^\s:]+): /, '').replace(/^./, (letter) => letter.toUpperCase());
}

function parseEnv(text: string): { values: Record<string, string>; error: string | null } {
  const values: Record<string, string> = {};
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const split = line.indexOf('=');
    if (split < 1) return { values, error: `Line ${index + 1}, "${line}", is not of the form NAME=value.` };
    values[line.slice(0, split).trim()] = line.slice(split + 1);
  }
  return { values, error: null };
}
