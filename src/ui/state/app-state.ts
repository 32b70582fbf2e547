import { APP_CONDITIONS, type App } from '../../core/app.ts';
import type { Condition } from '../../core/resource.ts';

/** How a state is to be felt at a glance. Never shown by colour alone. */
export type Tone = 'good' | 'busy' | 'bad' | 'quiet';

/** What the panel says of an App in one line. */
export interface AppState {
  readonly tone: Tone;
  readonly label: string;
  /** Why, in words of the controller; empty when there is nothing to add. */
  readonly message: string;
}

const FAILING_LABELS: Readonly<Record<string, string>> = {
  [APP_CONDITIONS.moduleAvailable]: 'Module cannot be used',
  [APP_CONDITIONS.routesAccepted]: 'Route is taken',
  [APP_CONDITIONS.configurationAvailable]: 'Configuration is missing',
  [APP_CONDITIONS.healthy]: 'Crashing',
  [APP_CONDITIONS.originReady]: 'No origin of its own',
};

const CONDITION_TITLES: Readonly<Record<string, string>> = {
  [APP_CONDITIONS.ready]: 'Ready to serve',
  [APP_CONDITIONS.moduleAvailable]: 'Bytes are stored and can serve',
  [APP_CONDITIONS.routesAccepted]: 'Routes are its own',
  [APP_CONDITIONS.capabilitiesGranted]: 'Every import is granted',
  [APP_CONDITIONS.configurationAvailable]: 'The configuration that it reads is there',
  [APP_CONDITIONS.volumesBound]: 'Volumes are there',
  [APP_CONDITIONS.healthy]: 'Stays up',
  [APP_CONDITIONS.hostScript]: 'Its pages can act as hosts',
  [APP_CONDITIONS.originReady]: 'Its origin works without a network',
};

/** Conditions that are only worth knowing: they do not gate Ready. */
const NOT_GATING: ReadonlySet<string> = new Set([
  APP_CONDITIONS.capabilitiesGranted,
  APP_CONDITIONS.volumesBound,
  APP_CONDITIONS.hostScript,
  APP_CONDITIONS.originReady,
]);

/** By the object: a change of an App comes as a new one, and with many Apps their states are asked for all the time. */
const known = new WeakMap<App, AppState>();

/** The state of `app` from its conditions; "Starting" while nobody has looked at its present spec. */
export function stateOfApp(app: App): AppState {
  let state = known.get(app);
  if (state === undefined) {
    state = readState(app);
    known.set(app, state);
  }
  return state;
}

function readState(app: App): AppState {
  const conditions = app.status?.conditions ?? [];
  const ready = conditions.find((condition) => condition.type === APP_CONDITIONS.ready);
  const isCurrent = (app.status?.observedGeneration ?? 0) >= app.metadata.generation;
  if (ready === undefined || ready.status === 'Unknown' || !isCurrent) {
    return { tone: 'busy', label: 'Starting', message: ready?.message ?? '' };
  }
  const routes = conditions.find(({ type }) => type === APP_CONDITIONS.routesAccepted);
  if (ready.status === 'True') {
    return routes?.status === 'False' ? { tone: 'busy', label: 'Ready in part', message: routes.message } : { tone: 'good', label: 'Ready', message: '' };
  }
  // Ready repeats the reason of the condition that gates it; routes are the exception, for one may be left of many.
  const cause = conditions.find(({ type, status, reason }) => type !== APP_CONDITIONS.ready && status === 'False' && reason === ready.reason) ?? routes;
  return { tone: 'bad', label: FAILING_LABELS[cause?.type ?? ''] ?? 'Not ready', message: ready.message };
}

/** What a condition is about, in words; its own type when the panel does not know it. */
export function titleOfCondition(type: string): string {
  return CONDITION_TITLES[type] ?? type;
}

/** How a condition is to be felt. */
export function toneOfCondition({ type, status }: Condition): Tone {
  if (status === 'True') return 'good';
  if (status === 'Unknown') return 'busy';
  return NOT_GATING.has(type) ? 'quiet' : 'bad';
}

/** Whether other Apps answer at every address of `app`. */
export function isWithoutRoute(app: App): boolean {
  return app.status?.conditions?.some(({ type, status, reason }) => type === APP_CONDITIONS.ready && status === 'False' && reason === 'NoRoute') ?? false;
}

/** Why a route of `app` is not its own; empty when all are. */
export function routesMessage(app: App): string {
  const routes = app.status?.conditions?.find(({ type }) => type === APP_CONDITIONS.routesAccepted);
  return routes?.status === 'False' ? routes.message : '';
}
