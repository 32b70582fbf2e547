import { DEFAULTS, type NumberField, type SpecDraft } from '../state/app-draft.ts';
import { formatBytes, formatSeconds } from '../text.ts';

type CheckField = 'reuse' | 'hostScript' | 'bufferRequest';
type ChoiceField = 'abi' | 'policy' | 'origin';
type LinesField = 'args' | 'env';

/** One field of the spec as the form shows it. Routes and files have forms of their own. */
export type FieldInfo = { label: string; hint: string } & (
  | { kind: 'number'; field: NumberField; reading?: (value: number) => string }
  | { kind: 'check'; field: CheckField }
  | { kind: 'choice'; field: ChoiceField; options: readonly (readonly [value: string, label: string])[] }
  | { kind: 'lines'; field: LinesField }
);

/** What is folded away together, and what it says of itself while it is. */
export interface FieldGroup {
  title: string;
  fields: readonly FieldInfo['field'][];
  describe(draft: SpecDraft): string;
}

const INFOS: readonly FieldInfo[] = [
  {
    field: 'abi',
    kind: 'choice',
    label: 'Handler ABI',
    hint: 'How the guest serves requests. Automatic reads it from the module.',
    options: [
      ['auto', 'Automatic'],
      ['wagi', 'WAGI (CGI/1.1)'],
      ['wasi-http', 'wasi:http'],
    ],
  },
  { field: 'env', kind: 'lines', label: 'Environment', hint: 'One NAME=value a line.' },
  { field: 'args', kind: 'lines', label: 'Arguments', hint: 'One a line; the first is the program name.' },
  { field: 'memoryMiB', kind: 'number', label: 'Memory limit (MiB)', hint: 'Of one guest instance.' },
  {
    field: 'timeoutMs',
    kind: 'number',
    label: 'Deadline (ms)',
    hint: 'Until the answer begins, and between two pieces of it. A request past it is stopped and answered with 504.',
    reading: formatSeconds,
  },
  {
    field: 'reuse',
    kind: 'check',
    label: 'Reuse one guest for many requests',
    hint: 'Faster, but the guest keeps its memory between requests. Off: every request gets a fresh guest.',
  },
  { field: 'min', kind: 'number', label: 'Instances at least', hint: 'Kept running without requests. 0 lets the App sleep.' },
  { field: 'max', kind: 'number', label: 'Instances at most', hint: 'Started while requests wait.' },
  { field: 'concurrency', kind: 'number', label: 'Requests at once', hint: 'That one instance may hold while its guests wait for input or timers.' },
  { field: 'idleSeconds', kind: 'number', label: 'Idle time (s)', hint: 'After this long without a request an instance is stopped.' },
  { field: 'durationMs', kind: 'number', label: 'Longest request (ms)', hint: 'From its start to its end, streams included.', reading: formatSeconds },
  { field: 'requestBytes', kind: 'number', label: 'Request body (bytes)', hint: 'A larger one is answered with 413.', reading: formatBytes },
  { field: 'queue', kind: 'number', label: 'Queue', hint: 'Requests that may wait for an instance; past it callers get 503.' },
  {
    field: 'bufferRequest',
    kind: 'check',
    label: 'Read the whole request body first',
    hint: 'The guest then starts with a known CONTENT_LENGTH. Off: the body streams in.',
  },
  {
    field: 'policy',
    kind: 'choice',
    label: 'Restart policy',
    hint: 'When an instance that ended is started again.',
    options: [
      ['permanent', 'Always'],
      ['transient', 'After a crash'],
      ['temporary', 'Never'],
    ],
  },
  { field: 'maxRestarts', kind: 'number', label: 'Restarts at most', hint: 'More than this within the window, and the App is held back for a while.' },
  { field: 'windowSeconds', kind: 'number', label: 'Window (s)', hint: 'The time in which restarts are counted.' },
  {
    field: 'hostScript',
    kind: 'check',
    label: 'Add the host script to HTML pages',
    hint: 'Lets a tab that shows a page of this App serve its requests too.',
  },
  {
    field: 'origin',
    kind: 'choice',
    label: 'Origin',
    hint: 'Pages at an origin of their own cannot reach this panel or other Apps. An App that insists on one is not served where it cannot have it.',
    options: [
      ['', 'Its own where it can have one'],
      ['own', 'Its own, or none'],
      ['shared', 'That of the panel'],
    ],
  },
];

const BY_FIELD: ReadonlyMap<string, FieldInfo> = new Map(INFOS.map((info) => [info.field, info]));

/** How the form shows `field`. */
export function infoOf(field: FieldInfo['field']): FieldInfo {
  return BY_FIELD.get(field) as FieldInfo;
}

/** The default of `field`, in words. */
export function defaultOf(info: FieldInfo): string {
  const value = DEFAULTS[info.field];
  if (info.kind === 'check') return value === true ? 'on' : 'off';
  if (info.kind === 'choice') return info.options.find(([option]) => option === value)?.[1] ?? String(value);
  if (info.kind === 'lines') return 'empty';
  const reading = info.reading?.(Number(value));
  return reading === undefined ? String(value) : `${value} (${reading})`;
}

const or = (text: string, fallback: string): string => (text.trim() === '' ? fallback : text.trim());

const ORIGINS: Readonly<Record<string, string>> = { own: 'an origin of their own, or none', shared: 'the origin of the panel' };

/** What the settings fold away, in order. */
export const FIELD_GROUPS: readonly FieldGroup[] = [
  {
    title: 'Program',
    fields: ['args', 'abi', 'reuse'],
    describe: ({ reuse, args }) =>
      `${args === '' ? 'no arguments' : 'with arguments'}, ${reuse ? 'one guest for many requests' : 'a fresh guest for every request'}`,
  },
  {
    title: 'Scale',
    fields: ['min', 'max', 'concurrency', 'idleSeconds'],
    describe: ({ min, max, idleSeconds }) =>
      `${or(min, DEFAULTS.min)} to ${or(max, DEFAULTS.max)} instances, stopped after ${or(idleSeconds, DEFAULTS.idleSeconds)} s idle`,
  },
  {
    title: 'More limits',
    fields: ['durationMs', 'requestBytes', 'queue', 'bufferRequest'],
    describe: ({ requestBytes, queue }) => {
      const bytes = Number(or(requestBytes, DEFAULTS.requestBytes));
      return `bodies up to ${Number.isFinite(bytes) ? formatBytes(bytes) : requestBytes}, ${or(queue, DEFAULTS.queue)} may wait`;
    },
  },
  {
    title: 'Restart',
    fields: ['policy', 'maxRestarts', 'windowSeconds'],
    describe: ({ policy, maxRestarts, windowSeconds }) => {
      const info = infoOf('policy');
      const label = info.kind === 'choice' ? info.options.find(([value]) => value === policy)?.[1] : undefined;
      return `${(label ?? policy).toLowerCase()}, at most ${or(maxRestarts, DEFAULTS.maxRestarts)} in ${or(windowSeconds, DEFAULTS.windowSeconds)} s`;
    },
  },
  {
    title: 'Pages',
    fields: ['origin', 'hostScript'],
    describe: ({ origin, hostScript }) =>
      `${ORIGINS[origin] ?? 'an origin of their own where that can be had'}, ${hostScript ? 'with the host script' : 'without the host script'}`,
  },
];
