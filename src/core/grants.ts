import { type Capabilities, type CapabilityName, capabilityOf } from './capabilities.ts';

/** What people read of each capability: what a module wants with it, and the YAML that grants it. A new capability is one row. */
interface GrantText {
  /** Completes "This module wants to …". */
  readonly wants: string;
  /** Something sensible to grant: `wanted` when a guest asked for just that (a store's name, an address). */
  readonly example: (wanted: string | null) => Readonly<Record<string, unknown>>;
  /** Where the grant is a list of names: its member, and what people call them. */
  readonly list?: { readonly member: string; readonly label: string };
}

const PLAIN_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const nameOr = (wanted: string | null, otherwise: string): string => (wanted !== null && PLAIN_NAME.test(wanted) ? wanted : otherwise);

const GRANTS: Readonly<Record<string, GrantText>> = {
  keyValue: {
    wants: 'keep data in key-value stores',
    example: (wanted) => ({ stores: [nameOr(wanted, 'default')] }),
    list: { member: 'stores', label: 'Stores' },
  },
  blobStore: {
    wants: 'keep files in blob containers',
    example: (wanted) => ({ containers: [nameOr(wanted, 'default')] }),
    list: { member: 'containers', label: 'Containers' },
  },
  config: { wants: 'read configuration values', example: (wanted) => ({ values: { [wanted ?? 'name']: 'value' } }) },
  http: {
    wants: 'send requests to other servers',
    example: (wanted) => ({ allow: [originOf(wanted) ?? 'https://api.example.com'] }),
    list: { member: 'allow', label: 'Addresses' },
  },
};

/** What a module wants with `capability`, to complete "wants to …". */
export function wantsOf(capability: CapabilityName): string {
  return GRANTS[capability]?.wants ?? `use ${capability}`;
}

/** Something sensible to grant of `capability`, as its member of `spec.capabilities`. */
export function grantExample(capability: CapabilityName, wanted: string | null = null): Readonly<Record<string, unknown>> {
  return GRANTS[capability]?.example(wanted) ?? {};
}

/** The list of names that `capability` is granted by; null where a grant is no such list. */
export function grantList(capability: CapabilityName): { readonly member: string; readonly label: string } | null {
  return GRANTS[capability]?.list ?? null;
}

/** What `grant`, a member of `spec.capabilities`, names: stores, addresses, keys of values. No value of configuration. */
export function namesOfGrant(grant: unknown): string[] {
  if (typeof grant === 'string') return [grant];
  if (Array.isArray(grant)) return grant.flatMap(namesOfGrant);
  if (typeof grant !== 'object' || grant === null) return [];
  return Object.entries(grant).flatMap(([member, value]) =>
    member === 'values' && typeof value === 'object' && value !== null ? Object.keys(value) : namesOfGrant(value),
  );
}

/** Every capability that people have words for. */
export const DESCRIBED_CAPABILITIES: readonly string[] = Object.keys(GRANTS);

/** The line of `spec` that would grant `capability`: `capabilities: { keyValue: { stores: [default] } }`. */
export function grantLine(capability: CapabilityName, wanted: string | null = null): string {
  return `capabilities: ${toFlow({ [capability]: grantExample(capability, wanted) })}`;
}

/** The line that would grant the interface `importName`, with or without a version; null where none can. */
export function grantLineOf(importName: string, wanted: string | null = null): string | null {
  const capability = capabilityOf(importName);
  return capability === null ? null : grantLine(capability, wanted);
}

/** The capabilities that `capabilities` grant something of, in the order in which they were written. */
export function grantedNames(capabilities: Readonly<Capabilities>): CapabilityName[] {
  const { strict: _, ...granted } = capabilities;
  return Object.keys(granted) as CapabilityName[];
}

function originOf(address: string | null): string | null {
  if (address === null || !URL.canParse(address)) return null;
  const { origin } = new URL(address);
  return origin === 'null' ? null : origin;
}

/** `value` on one line of YAML (flow style, YAML 1.2 §7.4). Text that could be read as anything else is quoted. */
export function toFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toFlow).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([key, member]) => `${toFlow(key)}: ${toFlow(member)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  const isPlain = typeof value === 'string' && /^[A-Za-z_][\w./-]*$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value);
  return isPlain ? value : JSON.stringify(value);
}
