import * as v from 'valibot';
import { CapabilitiesSchema } from './capabilities.ts';
import { type ConfigurationRef, configRefs, EnvFromSchema, envRefs } from './configuration.ts';
import { type Digest, isDigest, NAME_MAX_LENGTH, NAME_PATTERN } from './ids.ts';
import type { Condition, Resource } from './resource.ts';

/** The App resource: one schema gives the type, the check and the defaults (design §6). Every default is written into the stored object. */

const text = (maxLength: number) => v.pipe(v.string(), v.maxLength(maxLength));
/** WASI hands strings over as C strings: a NUL would end them early. */
const cText = (maxLength: number) =>
  v.pipe(
    text(maxLength),
    v.check((value) => !value.includes('\0'), 'must not contain a NUL character'),
  );
const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9._-]*[a-z0-9])?)$/;
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

const absolutePath = (rule: string) =>
  v.pipe(
    text(2048),
    v.check((path) => path.startsWith('/') && !/[?#\s]/.test(path) && !path.split('/').includes('..'), rule),
  );

export const RouteSchema = v.strictObject({
  path: v.pipe(
    absolutePath('must be an absolute path without "?", "#", white space or ".." segments, for example /hello'),
    v.check((path) => !/^\/_swerve(\/|$)/.test(path), 'must not lie under /_swerve, which is the API of the cluster'),
  ),
  match: v.optional(v.picklist(['prefix', 'exact']), 'prefix'),
  host: v.optional(v.pipe(text(253), v.regex(HOST, 'must be a lower-case host name without scheme, port or path, for example app.example.com'))),
  methods: v.optional(v.pipe(v.array(v.pipe(text(32), v.regex(METHOD, 'must be an HTTP method name'))), v.minLength(1))),
  rewrite: v.optional(absolutePath('must be an absolute path: it replaces the matched prefix in what the guest sees')),
});

function isWithoutRepeats(routes: { path: string; match: string; host?: string | undefined; methods?: string[] | undefined }[]): boolean {
  const keys = routes.flatMap(({ path, match, host, methods }) => (methods ?? ['*']).map((method) => `${host ?? ''} ${match} ${method} ${path}`));
  return new Set(keys).size === keys.length;
}

const FILE_MAX_BYTES = 1_048_576;

/** Two expressions without groups: one that says it all would keep a step of backtracking for every four characters. */
function isBase64(value: string): boolean {
  return value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
}

const FileSchema = v.pipe(
  v.strictObject({
    path: v.pipe(
      cText(2048),
      v.check((path) => path.startsWith('/') && !path.split('/').includes('..'), 'must be an absolute guest path, for example /app/index.php'),
    ),
    text: v.exactOptional(text(FILE_MAX_BYTES)),
    /** The bytes of a file that is no text. */
    base64: v.exactOptional(
      v.pipe(text(Math.ceil(FILE_MAX_BYTES / 3) * 4), v.check(isBase64, 'must be base64 of the alphabet with "+" and "/", padded with "="')),
    ),
  }),
  v.check((file) => (file.text === undefined) !== (file.base64 === undefined), 'must have text or base64, and not both'),
);

const guestPath = v.pipe(
  cText(2048),
  v.check(
    (path) =>
      path.startsWith('/') &&
      (path === '/' ||
        path
          .split('/')
          .slice(1)
          .every((part) => part !== '' && part !== '.' && part !== '..')),
    'must be an absolute guest path without "." or ".." and without "/" at its end, for example /data',
  ),
);

const VolumeMountSchema = v.strictObject({
  /** Of a volume of the App's namespace. It is made with the first App that names it. */
  name: v.pipe(
    text(NAME_MAX_LENGTH),
    v.regex(NAME_PATTERN, 'must be the name of a volume: lower-case letters, digits and "-", which is neither first nor last'),
  ),
  /** Where guests find it. */
  mountPath: guestPath,
  readOnly: v.optional(v.boolean(), false),
});

export const AppSpecSchema = v.strictObject({
  source: v.strictObject({
    digest: v.pipe(
      v.string(),
      v.check(isDigest, 'must be "sha256:" and 64 lower-case hex digits, as POST /_swerve/modules answers'),
      v.transform((digest) => digest as Digest),
    ),
  }),
  abi: v.optional(v.picklist(['auto', 'wagi', 'wasi-http']), 'auto'),
  reuse: v.optional(v.boolean(), false),
  routes: v.pipe(
    v.array(RouteSchema),
    v.minLength(1, 'must name at least one route'),
    v.maxLength(64),
    v.check((routes) => isWithoutRepeats(routes), 'must not name the same host, path, match and method twice'),
  ),
  args: v.optional(v.pipe(v.array(cText(65_536)), v.maxLength(256)), []),
  env: v.optional(v.record(v.pipe(v.string(), v.regex(ENV_NAME, 'must be an environment variable name')), cText(65_536)), {}),
  /** ConfigMaps and Secrets whose values become environment variables; `env` goes before them. */
  envFrom: v.exactOptional(EnvFromSchema),
  files: v.optional(
    v.pipe(
      v.array(FileSchema),
      v.maxLength(256),
      v.check((files) => new Set(files.map((file) => file.path)).size === files.length, 'must not name the same path twice'),
    ),
    [],
  ),
  /** Volumes that guests find below directories of their own, beside `files`. */
  volumes: v.exactOptional(
    v.pipe(
      v.array(VolumeMountSchema),
      v.maxLength(16),
      v.check((volumes) => new Set(volumes.map(({ mountPath }) => mountPath)).size === volumes.length, 'must not name the same mountPath twice'),
    ),
  ),
  /** Makes a WAGI interpreter the server of a folder of scripts. */
  wagi: v.exactOptional(
    v.strictObject({
      /** The folder, in `files` or in a volume. */
      scriptRoot: guestPath,
      /** What a directory is answered by, and what finds nothing else. Files with its ending are scripts. */
      index: v.optional(v.pipe(cText(255), v.regex(/^[^/.][^/]*$/, 'must be the name of a file, for example index.php')), 'index.php'),
    }),
  ),
  capabilities: v.optional(CapabilitiesSchema, {}),
  /** For tests: every new guest has the same random bytes, and clocks that begin at `now` and that only the guest itself moves on. */
  deterministic: v.exactOptional(
    v.strictObject({
      seed: v.optional(whole(0, Number.MAX_SAFE_INTEGER), 0),
      now: v.optional(
        v.pipe(
          v.string(),
          v.isoTimestamp('must be an RFC 3339 time, for example 2026-01-31T12:00:00Z'),
          v.check((now) => Date.parse(now) >= 0, 'must be a time of 1970 or later: WASI counts from there'),
        ),
        '2000-01-01T00:00:00Z',
      ),
    }),
  ),
  scale: v.optional(
    v.pipe(
      v.strictObject({
        min: v.optional(whole(0, 16), 0),
        max: v.optional(whole(1, 64), 2),
        /** Requests that one instance may hold at once while its guests wait for input or timers. */
        concurrency: v.optional(whole(1, 256), 8),
        idleSeconds: v.optional(whole(1, 86_400), 300),
      }),
      v.forward(
        v.check(({ min, max }) => min <= max, 'must not be above spec.scale.max'),
        ['min'],
      ),
    ),
    {},
  ),
  limits: v.optional(
    v.strictObject({
      /** Until the response head, and between two pieces of its body. */
      timeoutMs: v.optional(whole(10, 300_000), 30_000),
      /** Of one request from start to end, streams included. */
      durationMs: v.optional(whole(10, 3_600_000), 300_000),
      /** Linear memory of one guest instance. */
      memoryMiB: v.optional(whole(1, 4096), 256),
      requestBytes: v.optional(whole(0, 8_589_934_592), 67_108_864),
      /** Requests that may wait for an instance. */
      queue: v.optional(whole(0, 4096), 64),
    }),
    {},
  ),
  restart: v.optional(
    v.strictObject({
      policy: v.optional(v.picklist(['permanent', 'transient', 'temporary']), 'permanent'),
      maxRestarts: v.optional(whole(0, 1000), 3),
      windowSeconds: v.optional(whole(1, 3600), 5),
    }),
    {},
  ),
  document: v.optional(
    v.strictObject({
      hostScript: v.optional(v.boolean(), true),
      /** Where the App insists on being served: at an origin of its own, or on that of the panel. Without it: at its own where that can be had. */
      origin: v.optional(v.picklist(['own', 'shared'])),
    }),
    {},
  ),
  /** Read the whole request body before the guest starts, so that CONTENT_LENGTH is always known (as nginx's request buffering). */
  bufferRequest: v.optional(v.boolean(), false),
});

/** What a client may write. */
export type AppSpecInput = v.InferInput<typeof AppSpecSchema>;
/** What is stored: every default filled in. */
export type AppSpec = v.InferOutput<typeof AppSpecSchema>;
export type Route = AppSpec['routes'][number];
/** A file that guests find at `path`: `text`, or `base64` of any bytes. */
export type AppFile = AppSpec['files'][number];

/** One module that the App was given to run, in the order in which it was: written by the server alone. */
export interface AppRevision {
  /** Counts up from 1. */
  revision: number;
  /** May name a module that is stored no more. */
  digest: Digest;
  /** Unix epoch, milliseconds. */
  atMs: number;
  /** Of the module, while it was known. */
  sizeBytes?: number;
}

/** Revisions kept of an App; the oldest go first. */
export const REVISIONS_KEPT = 10;

export interface AppStatus {
  observedGeneration?: number;
  conditions?: Condition[];
  /** What to open in a browser: at the App's own origin, or its first route. Absent: it is nowhere, and `Ready` says why. */
  address?: string;
  /** The newest first; its digest is that of the spec. At most {@link REVISIONS_KEPT}. */
  revisions?: AppRevision[];
}

export const APP_GROUP = 'swerve.dev';
export const APP_VERSION = 'v1';
export const APP_API_VERSION = 'swerve.dev/v1';

export type App = Resource<AppSpec, AppStatus> & { apiVersion: typeof APP_API_VERSION; kind: 'App' };

/** The ConfigMaps and Secrets that `spec` reads, all of its own namespace. */
export function configurationRefs(spec: AppSpec): ConfigurationRef[] {
  return [...envRefs(spec.envFrom ?? []), ...configRefs(spec.capabilities.config?.from ?? [])];
}

/** Condition types of an App. `Ready` is the conjunction of those that gate serving. */
export const APP_CONDITIONS = {
  ready: 'Ready',
  /** The module is stored and its ABI fits. */
  moduleAvailable: 'ModuleAvailable',
  /** False: another App holds the same route. */
  routesAccepted: 'RoutesAccepted',
  /** False: the module imports what the App was not granted; names the imports. Does not gate Ready. */
  capabilitiesGranted: 'CapabilitiesGranted',
  /** False: a ConfigMap or Secret that the App reads is not there. Only of an App that reads one. */
  configurationAvailable: 'ConfigurationAvailable',
  /** Of an App with volumes. False: one of them has not been made yet. Does not gate Ready, for guests make what they mount. */
  volumesBound: 'VolumesBound',
  /** False: instances crashed more often than `restart` allows. */
  healthy: 'Healthy',
  /** False: the App's documents forbid the host script. Does not gate Ready. */
  hostScript: 'HostScript',
  /** Of an App with an origin of its own. False: that cannot be had, or does not work without a network yet. Does not gate Ready. */
  originReady: 'OriginReady',
} as const;
