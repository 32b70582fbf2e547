import type { App, AppFile } from './app.ts';
import type { Capabilities } from './capabilities.ts';
import { type ConfigurationRef, configRefs, envRefs } from './configuration.ts';
import type { Digest } from './ids.ts';
import type { HandlerAbi, ModuleReport } from './module.ts';

/**
 * How an instance serves: as its App's handler ABI has it, or by `command`, which is no App's: a request is one run of a
 * preview 1 command, its body the standard input, the answer the standard output.
 */
export type InstanceAbi = HandlerAbi | 'command';

/**
 * `scratch`: in memory, filled with `files`, a new one for each guest; `maxBytes` bounds the content of all its files together.
 * `volume`: the volume `name` of the instance's namespace.
 */
export type MountSource =
  | { readonly kind: 'scratch'; readonly files: readonly Readonly<AppFile>[]; readonly maxBytes: number }
  | { readonly kind: 'volume'; readonly name: string };

/** A directory that guests find at `path`, beside `files`. */
export interface InstanceMount {
  /** Absolute path that the guest sees. */
  readonly path: string;
  readonly readOnly: boolean;
  readonly source: MountSource;
}

/** All that a worker needs to know to serve one App. Plain data: it crosses ports. */
export interface InstanceSpec {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  readonly digest: Digest;
  readonly format: 'core' | 'component';
  readonly abi: InstanceAbi;
  readonly reuse: boolean;
  /** Full argv when the App sets one; empty: the ABI's own default. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** ConfigMaps and Secrets that become part of `env` where the guests run. */
  readonly envFrom?: readonly ConfigurationRef[];
  readonly files: readonly Readonly<AppFile>[];
  readonly mounts?: readonly InstanceMount[];
  readonly wagi?: Readonly<NonNullable<App['spec']['wagi']>>;
  readonly capabilities: Readonly<Capabilities>;
  /** What wasi:config answers, where it is granted. */
  readonly config: Readonly<Record<string, string>>;
  /** ConfigMaps and Secrets that become part of `config` where the guests run. */
  readonly configFrom?: readonly ConfigurationRef[];
  /** Fixes the clocks and random bytes of its guests. */
  readonly deterministic?: { readonly seed: number; readonly nowMs: number };
  readonly concurrency: number;
  readonly memoryMiB: number;
  readonly timeoutMs: number;
  readonly idleSeconds: number;
  /** Instances that stay however idle they are. */
  readonly minInstances: number;
  readonly restart: Readonly<App['spec']['restart']>;
}

/** The instance spec of `app` running `module`; null when the module cannot serve requests. */
export function toInstanceSpec(app: App, module: ModuleReport): InstanceSpec | null {
  if (module.abi === null) return null;
  const { metadata, spec } = app;
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    generation: metadata.generation,
    digest: module.digest,
    format: module.kind === 'component' ? 'component' : 'core',
    abi: module.abi,
    reuse: spec.reuse,
    args: spec.args,
    env: spec.env,
    ...(spec.envFrom && { envFrom: envRefs(spec.envFrom) }),
    files: spec.files,
    ...(spec.wagi && { wagi: spec.wagi }),
    ...(spec.volumes && {
      mounts: spec.volumes.map(({ name, mountPath, readOnly }) => ({ path: mountPath, readOnly, source: { kind: 'volume', name } as const })),
    }),
    capabilities: spec.capabilities,
    config: spec.capabilities.config?.values ?? {},
    ...(spec.capabilities.config?.from && { configFrom: configRefs(spec.capabilities.config.from) }),
    ...(spec.deterministic && { deterministic: { seed: spec.deterministic.seed, nowMs: Date.parse(spec.deterministic.now) } }),
    concurrency: spec.reuse ? 1 : spec.scale.concurrency,
    memoryMiB: spec.limits.memoryMiB,
    timeoutMs: spec.limits.timeoutMs,
    idleSeconds: spec.scale.idleSeconds,
    minInstances: spec.scale.min,
    restart: spec.restart,
  };
}
