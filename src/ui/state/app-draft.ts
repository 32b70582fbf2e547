import type { AppFile, AppSpec, AppSpecInput } from '../../core/app.ts';
import { type Digest, NAME_MAX_LENGTH } from '../../core/ids.ts';
import type { FieldCause } from '../api/api-error.ts';

/** One route as the form holds it; empty text for what it does not say. */
export interface RouteDraft {
  path: string;
  match: string;
  host: string;
  /** Names with commas or spaces between them; empty: every method. */
  methods: string;
  rewrite: string;
}

/** Fields of the spec that are whole numbers, with the group that they lie in. */
export const NUMBER_FIELDS = {
  min: 'scale',
  max: 'scale',
  concurrency: 'scale',
  idleSeconds: 'scale',
  timeoutMs: 'limits',
  durationMs: 'limits',
  memoryMiB: 'limits',
  requestBytes: 'limits',
  queue: 'limits',
  maxRestarts: 'restart',
  windowSeconds: 'restart',
} as const;
export type NumberField = keyof typeof NUMBER_FIELDS;

/** The spec of an App as the form holds it: what a person typed, not yet checked. Empty text stands for the default. */
export interface SpecDraft extends Record<NumberField, string> {
  routes: RouteDraft[];
  abi: string;
  reuse: boolean;
  /** One argument a line. */
  args: string;
  /** One NAME=value a line. */
  env: string;
  files: AppFile[];
  policy: string;
  hostScript: boolean;
  /** Empty: its own where that can be had. */
  origin: string;
  bufferRequest: boolean;
}

/** An App as the form holds it. */
export interface AppDraft extends SpecDraft {
  name: string;
}

export type SpecField = keyof SpecDraft;

/** Texts by field of the form: a name of {@link SpecField}, `name`, `route-0`, `route-0-host`; `form` for what belongs to none of them. */
export type FieldErrors = Partial<Record<string, string>>;

/** Where each field of the form lies in the spec. */
export const FIELD_PATHS: Readonly<Record<SpecField, readonly [string, ...string[]]>> = {
  routes: ['routes'],
  abi: ['abi'],
  reuse: ['reuse'],
  args: ['args'],
  env: ['env'],
  files: ['files'],
  policy: ['restart', 'policy'],
  hostScript: ['document', 'hostScript'],
  origin: ['document', 'origin'],
  bufferRequest: ['bufferRequest'],
  ...(Object.fromEntries(Object.entries(NUMBER_FIELDS).map(([field, group]) => [field, [group, field]])) as unknown as Record<NumberField, [string, string]>),
};
export const SPEC_FIELDS = Object.keys(FIELD_PATHS) as SpecField[];

/** What an App gets that does not say otherwise: the defaults of core/app.ts, as the form shows them. */
export const DEFAULTS = {
  min: '0',
  max: '2',
  concurrency: '8',
  idleSeconds: '300',
  timeoutMs: '30000',
  durationMs: '300000',
  memoryMiB: '256',
  requestBytes: '67108864',
  queue: '64',
  maxRestarts: '3',
  windowSeconds: '5',
  abi: 'auto',
  reuse: false,
  policy: 'permanent',
  hostScript: true,
  origin: '',
  bufferRequest: false,
  args: '',
  env: '',
} as const satisfies Partial<SpecDraft>;

const WHOLE_NUMBER = /^\d+$/;

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

/** A route that says only its path. */
export function routeDraft(path: string): RouteDraft {
  return { path, match: 'prefix', host: '', methods: '', rewrite: '' };
}

/** The draft that an upload is offered with. */
export function draftForFile(fileName: string, taken: ReadonlySet<string>): AppDraft {
  const name = proposeName(fileName, taken);
  return { ...DEFAULTS, name, routes: [routeDraft(`/${name}`)], files: [] };
}

/** `draft` under another name; a route that still is the proposed one follows. */
export function renameDraft(draft: AppDraft, name: string): AppDraft {
  return { ...draft, name, routes: draft.routes.map((route) => (route.path === `/${draft.name}` ? { ...route, path: `/${name}` } : route)) };
}

/**
 * The draft of a spec as a person may have written it: of any shape, with anything missing. What a field cannot show is
 * shown as its default; {@link isShownWhole} tells for lists of lines.
 */
export function draftOfSpec(spec: unknown): SpecDraft {
  const read = (field: SpecField): unknown => valueAt(spec, FIELD_PATHS[field]);
  const numbers = Object.fromEntries(Object.keys(NUMBER_FIELDS).map((field) => [field, textOf(read(field as NumberField), '')])) as Record<NumberField, string>;
  return {
    ...numbers,
    routes: listOf(read('routes')).map(readRoute),
    abi: textOf(read('abi'), DEFAULTS.abi),
    reuse: read('reuse') === true,
    args: listOf(read('args'))
      .map((argument) => textOf(argument, ''))
      .join('\n'),
    env: Object.entries(recordOf(read('env')))
      .map(([name, value]) => `${name}=${textOf(value, '')}`)
      .join('\n'),
    files: listOf(read('files')).map(readFile),
    policy: textOf(read('policy'), DEFAULTS.policy),
    hostScript: read('hostScript') !== false,
    origin: textOf(read('origin'), DEFAULTS.origin),
    bufferRequest: read('bufferRequest') === true,
  };
}

/** False for arguments or an environment with line breaks in them: lines in a field cannot say those. */
export function isShownWhole(spec: unknown, field: 'args' | 'env'): boolean {
  const value = valueAt(spec, FIELD_PATHS[field]);
  const texts = field === 'args' ? listOf(value) : Object.entries(recordOf(value)).flat();
  const isEmptyLine = field === 'args' && texts.length > 0 && texts.at(-1) === '';
  return !isEmptyLine && texts.every((text) => !/[\r\n]/.test(textOf(text, '')));
}

/**
 * What `field` of `draft` means in the spec; `value` is undefined for the default. With an `error` the text is no value of
 * its kind; `value` is then the text itself where that can be written down, and `isWritable` tells whether it can.
 */
export function valueOfField(draft: SpecDraft, field: SpecField): { value: unknown; error: string | null; isWritable: boolean } {
  const fine = (value: unknown) => ({ value, error: null, isWritable: true });
  switch (field) {
    case 'routes':
      return fine(draft.routes.map(routeOf));
    case 'args':
      return fine(draft.args === '' ? [] : draft.args.replace(/\n$/, '').split('\n'));
    case 'env': {
      const { values, error } = parseEnv(draft.env);
      return { value: values, error, isWritable: error === null };
    }
    case 'files':
      return fine(draft.files.map((file) => ({ ...file })));
    case 'origin':
      return fine(draft.origin === '' ? undefined : draft.origin);
    case 'reuse':
    case 'hostScript':
    case 'bufferRequest':
    case 'abi':
    case 'policy':
      return fine(draft[field]);
    default: {
      const text = draft[field].trim();
      if (text === '') return fine(undefined);
      return WHOLE_NUMBER.test(text) ? fine(Number(text)) : { value: text, error: `"${text}" is not a whole number.`, isWritable: true };
    }
  }
}

/**
 * The spec that `draft` stands for, over `base` when there is one. Checks only what cannot be written down otherwise
 * (numbers, NAME=value); every rule of the resource is the server's.
 */
export function specOfDraft(draft: SpecDraft, digest: Digest, base?: AppSpec): { spec: AppSpecInput; errors: FieldErrors } {
  const errors: FieldErrors = {};
  const spec: Record<string, unknown> = { ...structuredClone(base), source: { digest } };
  for (const field of SPEC_FIELDS) {
    const { value, error } = valueOfField(draft, field);
    if (error !== null) errors[field] = error;
    const [group, member] = FIELD_PATHS[field];
    if (member === undefined) spec[group] = value;
    else spec[group] = { ...(spec[group] as object), [member]: value };
  }
  return { spec: spec as AppSpecInput, errors };
}

/** The server's refusals, at the fields of the form that they belong to. */
export function errorsOfCauses(causes: readonly FieldCause[]): FieldErrors {
  const errors: FieldErrors = {};
  for (const { field, message } of causes) {
    const { target, item } = fieldOfPath(field);
    const text = `${item === '' ? '' : `${item}: `}${inPlainWords(message)}`;
    errors[target] = errors[target] === undefined ? text : `${errors[target]}. ${text}`;
  }
  return errors;
}

const LEAVES: ReadonlySet<string> = new Set(SPEC_FIELDS.map((field) => FIELD_PATHS[field].join('.')));
const ROUTE_MEMBERS: ReadonlySet<string> = new Set(['match', 'host', 'methods', 'rewrite']);

/** The form's field for a path of the resource, and which item of it where the field holds many. */
function fieldOfPath(path: string): { target: string; item: string } {
  if (path === 'metadata.name') return { target: 'name', item: '' };
  const [, place = '', key, member = ''] = /^spec\.([A-Za-z]+(?:\.[A-Za-z]+)?)(?:\[([^\]]*)\])?(?:\.(\w+))?/.exec(path) ?? [];
  if (!LEAVES.has(place)) return { target: 'form', item: path };
  if (key === undefined) return { target: place.split('.').at(-1) ?? place, item: '' };
  const number = Number(key);
  switch (place) {
    case 'routes':
      if (member === '' || member === 'path') return { target: `route-${number}`, item: '' };
      return ROUTE_MEMBERS.has(member) ? { target: `route-${number}-${member}`, item: '' } : { target: `route-${number}`, item: member };
    case 'args':
    case 'files':
      return { target: place, item: `${place === 'args' ? 'Argument' : 'File'} ${number + 1}` };
    default:
      return { target: place, item: key };
  }
}

/** Without Kubernetes' "Invalid value: …: " before the rule: the value stands in the field itself. */
export function inPlainWords(message: string): string {
  return message.replace(/^Invalid value: (?:"(?:[^"\\]|\\.)*"|[^\s:]+): /, '').replace(/^./, (letter) => letter.toUpperCase());
}

function readRoute(value: unknown): RouteDraft {
  const route = recordOf(typeof value === 'string' ? { path: value } : value);
  const methods = route['methods'];
  return {
    path: textOf(route['path'], ''),
    match: textOf(route['match'], 'prefix'),
    host: textOf(route['host'], ''),
    methods: Array.isArray(methods) ? methods.map((method) => textOf(method, '')).join(', ') : textOf(methods, ''),
    rewrite: textOf(route['rewrite'], ''),
  };
}

function readFile(value: unknown): AppFile {
  const { path, text, base64 } = recordOf(value);
  const content = typeof base64 === 'string' && text === undefined ? { base64 } : { text: textOf(text, '') };
  return { path: textOf(path, ''), ...content };
}

function routeOf({ path, match, host, methods, rewrite }: RouteDraft): Record<string, unknown> {
  const names = methods.split(/[\s,]+/).filter((name) => name !== '');
  return {
    path: path.trim(),
    match,
    ...(host.trim() === '' ? {} : { host: host.trim() }),
    ...(names.length === 0 ? {} : { methods: names }),
    ...(rewrite.trim() === '' ? {} : { rewrite: rewrite.trim() }),
  };
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

/** What lies at `path` of a value of any shape. */
export function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  let at = value;
  for (const key of path) at = (Array.isArray(at) ? at : recordOf(at))[key as never];
  return at;
}

function textOf(value: unknown, absent: string): string {
  if (value === undefined || value === null) return absent;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
