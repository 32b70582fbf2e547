import { type Capabilities, type CapabilityName, capabilityOf, isGranted } from '../../core/capabilities.ts';
import { grantExample, grantedNames, grantList, namesOfGrant, wantsOf } from '../../core/grants.ts';
import type { ModuleReport } from '../../core/module.ts';

/** What a person chose to grant, as `spec.capabilities` has it. */
export type GrantDraft = Partial<Record<CapabilityName, Readonly<Record<string, unknown>>>>;

/** Something that a module asks for. */
export interface GrantWish {
  readonly capability: CapabilityName;
  /** Completes "wants to …". */
  readonly wants: string;
  /** The imports that say so. */
  readonly imports: readonly string[];
}

/** Something that an App holds. */
export interface HeldGrant {
  readonly capability: CapabilityName;
  /** Completes "may …". */
  readonly may: string;
  /** What of it, by name. */
  readonly names: readonly string[];
  /** False: its module does not ask for it. Unknown modules may. */
  readonly isWanted: boolean;
}

/** What `module` asks for and `capabilities` do not grant. */
export function wishesOf(module: ModuleReport, capabilities: Readonly<Capabilities> = {}): GrantWish[] {
  const wishes = new Map<CapabilityName, string[]>();
  for (const { name, support } of module.imports) {
    const capability = capabilityOf(name);
    if (support !== 'denied' || capability === null || isGranted(capabilities, name)) continue;
    wishes.set(capability, [...(wishes.get(capability) ?? []), name]);
  }
  return Array.from(wishes, ([capability, imports]) => ({ capability, wants: wantsOf(capability), imports }));
}

/** What `module` imports and nothing can grant, by interface and without versions. */
export function ungrantableOf(module: ModuleReport): string[] {
  const names = module.imports.flatMap(({ name, items = [], support }) => {
    if (support !== 'denied' || capabilityOf(name) !== null) return [];
    return name.includes(':') ? [name.replace(/@.*$/, '')] : items;
  });
  return [...new Set(names)];
}

/** What an App with `capabilities` holds; `module`: null while it is not known. */
export function heldGrants(capabilities: Readonly<Capabilities>, module: ModuleReport | null): HeldGrant[] {
  return grantedNames(capabilities).map((capability) => ({
    capability,
    may: wantsOf(capability),
    names: namesOfGrant(capabilities[capability]),
    isWanted: module === null || module.imports.some(({ name }) => capabilityOf(name) === capability),
  }));
}

/** The text that a grant of `capability` is offered with, names with commas between them; null: it takes no names. */
export function offeredNames(capability: CapabilityName): string | null {
  return grantList(capability) === null ? null : namesOfGrant(grantExample(capability)).join(', ');
}

/** The grant of `capability` that `text` means, names with commas or spaces between them. Of one without names: the grant alone. */
export function grantOfText(capability: CapabilityName, text: string): Readonly<Record<string, unknown>> {
  const list = grantList(capability);
  if (list !== null) return { [list.member]: text.split(/[\s,]+/).filter((name) => name !== '') };
  // What its values are is said in the settings.
  return Object.fromEntries(Object.keys(grantExample(capability)).map((member) => [member, {}]));
}
