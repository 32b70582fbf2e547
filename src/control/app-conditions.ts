import { APP_CONDITIONS, type App, type AppStatus, configurationRefs, type Route } from '../core/app.ts';
import type { AppPlace, OriginRecord } from '../core/app-origin.ts';
import type { HandlerAbi, ModuleReport } from '../core/module.ts';
import type { Condition } from '../core/resource.ts';
import { type ConditionState, findCondition, setCondition } from './conditions.ts';
import { capabilitiesState } from './grants.ts';
import type { Whereabouts } from './whereabouts.ts';

/** A route of an App that an older App already holds. */
export interface RouteClash {
  route: Route;
  /** `namespace/name` of the App that gets the requests. */
  owner: string;
}

/** The ABI by which `module` would serve `app`; null when they do not fit. */
export function resolveAbi(app: Pick<App, 'spec'>, module: ModuleReport): HandlerAbi | null {
  return app.spec.abi === 'auto' || app.spec.abi === module.abi ? module.abi : null;
}

/**
 * The conditions of `app` as they follow from its module (null: not stored), from the Apps that hold its routes and from
 * where it is served. Conditions that other controllers own are kept. `Ready` is the conjunction of those that gate
 * serving: the module, a place, at least one route unless an origin is all its own, the configuration that it reads (`missing`: what of it is
 * not there), and health. Pure; the one source of App conditions for the API and for the controller.
 */
export function appConditions(
  app: App,
  module: ModuleReport | null,
  clashes: readonly RouteClash[],
  { place, record }: Pick<Whereabouts, 'place' | 'record'>,
  nowMs: number,
  missing: readonly string[] = [],
  missingVolumes: readonly string[] = [],
): Condition[] {
  const observedGeneration = app.metadata.generation;
  let conditions: Condition[] = app.status?.conditions ?? [];
  const set = (state: Omit<ConditionState, 'observedGeneration'>): ConditionState => {
    conditions = setCondition(conditions, { ...state, observedGeneration }, nowMs);
    return state;
  };
  const available = set({ type: APP_CONDITIONS.moduleAvailable, ...moduleState(app, module) });
  const accepted = set({ type: APP_CONDITIONS.routesAccepted, ...routesState(clashes) });
  set({ type: APP_CONDITIONS.capabilitiesGranted, ...capabilitiesState(app.spec.capabilities, module) });
  const configuration = configurationState(app, missing);
  if (configuration === null) conditions = conditions.filter(({ type }) => type !== APP_CONDITIONS.configurationAvailable);
  else set({ type: APP_CONDITIONS.configurationAvailable, ...configuration });
  const volumes = volumesState(app, missingVolumes);
  if (volumes === null) conditions = conditions.filter(({ type }) => type !== APP_CONDITIONS.volumesBound);
  else set({ type: APP_CONDITIONS.volumesBound, ...volumes });
  const health = findCondition(conditions, APP_CONDITIONS.healthy);
  // What an earlier spec did says nothing about this one: a fixed App must not be held back by its past.
  const healthy =
    health === undefined || health.observedGeneration === observedGeneration
      ? health
      : set({ type: APP_CONDITIONS.healthy, status: 'Unknown', reason: 'NotRunYet', message: 'No instance of this generation has run yet.' });
  const origin = originState(place, record);
  if (origin === null) conditions = conditions.filter(({ type }) => type !== APP_CONDITIONS.originReady);
  else set({ type: APP_CONDITIONS.originReady, ...origin });
  const hasRoute = place.at === 'own' || clashes.length < app.spec.routes.length;
  set({ type: APP_CONDITIONS.ready, ...readyState(available, place.at === 'nowhere' ? origin : null, hasRoute ? null : accepted, configuration, healthy) });
  return conditions;
}

/** The whole status that {@link appConditions} gives. */
export function appStatus(
  app: App,
  module: ModuleReport | null,
  clashes: readonly RouteClash[],
  where: Whereabouts,
  nowMs: number,
  missing: readonly string[] = [],
  missingVolumes: readonly string[] = [],
): AppStatus {
  const { address: _, ...status } = app.status ?? {};
  return {
    ...status,
    observedGeneration: app.metadata.generation,
    ...(where.address === null ? {} : { address: where.address }),
    conditions: appConditions(app, module, clashes, where, nowMs, missing, missingVolumes),
  };
}

type State = Pick<Condition, 'status' | 'reason' | 'message'>;

function moduleState(app: App, module: ModuleReport | null): State {
  const { digest } = app.spec.source;
  if (module === null) {
    return { status: 'False', reason: 'ModuleNotFound', message: `Module ${digest} is not stored. Push it with POST /_swerve/modules.` };
  }
  const unknown = module.imports.filter(({ support }) => support === 'unknown').map(({ name }) => name);
  if (unknown.length > 0) {
    return { status: 'False', reason: 'UnknownImports', message: `The module imports ${unknown.join(', ')}, which Swerve does not know.` };
  }
  if (module.abi === null) return { status: 'False', reason: 'NoHandler', message: `The module serves no requests: ${module.summary}.` };
  if (resolveAbi(app, module) === null) {
    return { status: 'False', reason: 'AbiMismatch', message: `spec.abi is ${app.spec.abi}, but the module serves ${module.abi}.` };
  }
  return { status: 'True', reason: 'ModuleStored', message: module.summary };
}

function routesState(clashes: readonly RouteClash[]): State {
  if (clashes.length === 0) return { status: 'True', reason: 'NoClash', message: 'Every route is held by this App.' };
  const list = clashes.map(({ route, owner }) => `${describeRoute(route)} is held by the App ${owner}`);
  return { status: 'False', reason: 'RouteClash', message: `${list.join('; ')}. The older App gets the requests.` };
}

function describeRoute({ path, match, host, methods }: Route): string {
  return [match, methods?.join(','), `${host ?? ''}${path}`].filter(Boolean).join(' ');
}

/** null: the App reads no ConfigMap and no Secret. */
function configurationState(app: App, missing: readonly string[]): State | null {
  if (configurationRefs(app.spec).length === 0) return null;
  if (missing.length === 0) return { status: 'True', reason: 'AllFound', message: 'Every ConfigMap and Secret that the App reads is there.' };
  return {
    status: 'False',
    reason: 'ConfigurationNotFound',
    message: `${missing.join(' and ')} ${missing.length === 1 ? 'does' : 'do'} not exist. Create ${missing.length === 1 ? 'it' : 'them'}, or mark the reference optional.`,
  };
}

/** null: the App mounts none. */
function volumesState({ spec }: App, missing: readonly string[]): State | null {
  if (spec.volumes === undefined || spec.volumes.length === 0) return null;
  if (missing.length > 0) {
    return { status: 'False', reason: 'Pending', message: `Not made yet: ${missing.join(', ')}. An open tab of Swerve makes them, empty.` };
  }
  const list = spec.volumes.map(({ name, mountPath, readOnly }) => `${name} at ${mountPath}${readOnly ? ' (read-only)' : ''}`);
  return { status: 'True', reason: 'Bound', message: `Mounted: ${list.join(', ')}.` };
}

/** null: the App has no origin of its own, and need not have. */
function originState(place: AppPlace, record: OriginRecord | null): State | null {
  if (place.at === 'shared') return null;
  if (place.at === 'nowhere') {
    return {
      status: 'False',
      reason: 'OriginUnavailable',
      message: `spec.document.origin is "own", and an origin of its own cannot be had: ${place.reason}. Without that line the App is served on the origin of the panel.`,
    };
  }
  const { origin } = place;
  if (record?.state === 'installed') {
    return { status: 'True', reason: 'Installed', message: `The service worker of ${origin} is installed: the App answers there without a network too.` };
  }
  if (record?.state === 'failed') {
    return {
      status: 'False',
      reason: 'InstallFailed',
      message: `The service worker of ${origin} could not be installed: ${record.message ?? 'no reason was given'}. An open tab of Swerve tries again by itself; opening ${origin}/ with a network installs it too.`,
    };
  }
  return {
    status: 'Unknown',
    reason: 'NotInstalledYet',
    message: `An open tab of Swerve installs the service worker of ${origin}; until then the first visit needs a network.`,
  };
}

function readyState(available: State, noPlace: State | null, lostRoutes: State | null, configuration: State | null, healthy: State | undefined): State {
  if (available.status !== 'True') return { status: 'False', reason: available.reason, message: available.message };
  if (noPlace !== null) return noPlace;
  if (lostRoutes !== null) return { status: 'False', reason: 'NoRoute', message: `Every route is held by another App: ${lostRoutes.message}` };
  if (configuration?.status === 'False') return configuration;
  if (healthy?.status === 'False') return { status: 'False', reason: healthy.reason, message: healthy.message };
  return { status: 'True', reason: 'Serving', message: 'Requests to its routes are served.' };
}
