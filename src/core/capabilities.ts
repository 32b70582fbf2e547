import * as v from 'valibot';
import { ConfigFromSchema } from './configuration.ts';
import { parseOriginPattern } from './egress-rules.ts';

/**
 * What an App may be granted of the interfaces that its module imports. Nothing is granted by default: what is absent is linked
 * to a host that denies with the interface's own error (design §4, invariant 3).
 */

const STORE_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Names that several Apps of a namespace share when both were granted the same one. */
const names = (what: string) =>
  v.pipe(
    v.array(
      v.pipe(v.string(), v.regex(STORE_NAME, `must be the name of a ${what}: 1 to 63 lower-case letters, digits and "-", which is neither first nor last`)),
    ),
    v.maxLength(64),
    v.check((list) => new Set(list).size === list.length, 'must not name the same one twice'),
  );

/** Requests that an instance may have under way at once, unless its App says otherwise. */
export const DEFAULT_MAX_IN_FLIGHT = 16;

const originPattern = v.pipe(
  v.string(),
  v.rawCheck(({ dataset, addIssue }) => {
    const parsed = dataset.typed ? parseOriginPattern(dataset.value) : null;
    if (parsed && 'reason' in parsed) addIssue({ message: parsed.reason });
  }),
);
/** RFC 9110, 9.1. Those that no browser sends are refused by it, so that nobody grants them in vain. */
const method = v.pipe(
  v.string(),
  v.regex(/^[!#$%&'*+\-.^_`|~0-9A-Z]+$/, 'must be a method in capitals, such as GET'),
  v.check((name) => !['CONNECT', 'TRACE', 'TRACK'].includes(name), 'is a method that browsers do not send'),
);
const isUnique = (list: readonly unknown[]): boolean => new Set(list.map((one) => JSON.stringify(one))).size === list.length;
const egressRule = v.union(
  [
    originPattern,
    v.strictObject({
      origin: originPattern,
      methods: v.pipe(
        v.array(method),
        v.minLength(1, 'must name a method'),
        v.maxLength(32),
        v.check((list) => isUnique(list), 'must not name the same one twice'),
      ),
    }),
  ],
  (issue) => {
    const [inner] = issue.issues ?? [];
    return inner?.message ?? 'must be an origin pattern, or one with methods';
  },
);

export const CapabilitiesSchema = v.strictObject({
  /** wasi:http/outgoing-handler: where guests may send requests, as scheme, host and port. Inner names of Apps as well. */
  http: v.exactOptional(
    v.strictObject({
      allow: v.pipe(
        v.array(egressRule),
        v.maxLength(256),
        v.check((list) => isUnique(list), 'must not say the same twice'),
      ),
      maxInFlight: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(256))),
    }),
  ),
  /** wasi:keyvalue: the stores of the App's namespace that guests may open. */
  keyValue: v.exactOptional(v.strictObject({ stores: names('store') })),
  /** wasi:blobstore: the containers of the App's namespace that guests may make, open and delete. */
  blobStore: v.exactOptional(v.strictObject({ containers: names('container') })),
  /** wasi:config: what guests find under each key: `values`, and below them what ConfigMaps and Secrets of the namespace hold. */
  config: v.exactOptional(
    v.strictObject({
      values: v.exactOptional(v.record(v.pipe(v.string(), v.minLength(1), v.maxLength(1024)), v.pipe(v.string(), v.maxLength(65_536)))),
      from: v.exactOptional(ConfigFromSchema),
    }),
  ),
  /** An App whose module imports what it is not granted is refused, where otherwise it is denied at run time. */
  strict: v.exactOptional(v.boolean()),
});

/** Whether `name` could be granted as the name of a store or container. */
export function isStoreName(name: string): boolean {
  return STORE_NAME.test(name);
}

/** As stored: an absent member is denied. */
export type Capabilities = v.InferOutput<typeof CapabilitiesSchema>;
/** What can be granted. */
export type CapabilityName = Exclude<keyof Capabilities, 'strict'>;

const CAPABILITY_OF: ReadonlyMap<string, CapabilityName> = new Map([
  ['wasi:http/outgoing-handler', 'http'],
  ['wasi:http/client', 'http'],
  ['wasi:keyvalue/store', 'keyValue'],
  ['wasi:keyvalue/atomics', 'keyValue'],
  ['wasi:keyvalue/batch', 'keyValue'],
  ['wasi:blobstore/types', 'blobStore'],
  ['wasi:blobstore/container', 'blobStore'],
  ['wasi:blobstore/blobstore', 'blobStore'],
  ['wasi:config/store', 'config'],
  ['wasi:config/runtime', 'config'],
]);

/** The capability that grants `importName`, such as `wasi:keyvalue/store@0.2.0-draft`; null: it needs none, or none can grant it. */
export function capabilityOf(importName: string): CapabilityName | null {
  return CAPABILITY_OF.get(importName.replace(/@.*$/, '')) ?? null;
}

/** Whether `capabilities` grant something of the interface `importName`. */
export function isGranted(capabilities: Capabilities, importName: string): boolean {
  const name = capabilityOf(importName);
  return name !== null && capabilities[name] !== undefined;
}
