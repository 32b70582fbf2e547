import { type Capabilities, type CapabilityName, capabilityOf, isGranted } from '../core/capabilities.ts';
import { grantedNames, grantLine, namesOfGrant, wantsOf } from '../core/grants.ts';
import type { ModuleImport, ModuleReport } from '../core/module.ts';
import type { Condition } from '../core/resource.ts';
import { equalJson } from '../store/equal-json.ts';
import { type Cause, forbiddenCause, requiredCause } from './causes.ts';

/** Imports of a module that its App was not granted, and that one capability would grant. */
interface Denial {
  /** null: nothing can grant them. */
  readonly capability: CapabilityName | null;
  readonly imports: readonly ModuleImport[];
  /** What a guest sees that uses one: the interface's own error. Empty: it says so itself. */
  readonly answer: string;
}

/** The condition CapabilitiesGranted: what `module` imports, against what `capabilities` grant (design §4, invariant 3). */
export function capabilitiesState(capabilities: Readonly<Capabilities>, module: ModuleReport | null): Pick<Condition, 'status' | 'reason' | 'message'> {
  if (module === null) return { status: 'Unknown', reason: 'ModuleNotFound', message: 'What the module imports is known once it is stored.' };
  const warnings = grantWarnings(capabilities, module);
  const denials = denialsOf(capabilities, module);
  if (denials.length > 0) {
    const list = denials.map(describeDenial);
    return {
      status: 'False',
      reason: 'ImportsDenied',
      message: [`Not granted: ${list.join('; ')}. The module runs; using these fails.`, ...warnings].join(' '),
    };
  }
  if (warnings.length > 0) {
    return { status: 'True', reason: 'GrantsUnused', message: ['Everything that the module imports is granted.', ...warnings].join(' ') };
  }
  return { status: 'True', reason: 'AllGranted', message: 'Everything that the module imports is granted.' };
}

/** What a change of an App's grants is in its log: a line for each capability that came, went or changed. */
export function grantChanges(before: Readonly<Capabilities>, after: Readonly<Capabilities>): string[] {
  const names = new Set([...grantedNames(before), ...grantedNames(after)]);
  return [...names].flatMap((name) => {
    if (equalJson(before[name], after[name])) return [];
    if (after[name] === undefined) return `Taken back: to ${wantsOf(name)}${listed(before[name])}. Instances that hold it finish their requests and end.`;
    if (before[name] === undefined) return `Granted: to ${wantsOf(name)}${listed(after[name])}.`;
    return `Changed: to ${wantsOf(name)}, now${listed(after[name]) || ' nothing'}. Instances that hold the old grant finish their requests and end.`;
  });
}

function listed(grant: unknown): string {
  const names = namesOfGrant(grant);
  return names.length === 0 ? '' : ` (${names.join(', ')})`;
}

/** Why `capabilities.strict` refuses `module`; empty when it does not. */
export function strictCauses(capabilities: Readonly<Capabilities>, module: ModuleReport): Cause[] {
  if (capabilities.strict !== true) return [];
  return denialsOf(capabilities, module).map(({ capability, imports }) => {
    const names = imports.map(nameOf).join(', ');
    if (capability !== null) {
      return requiredCause(
        `spec.capabilities.${capability}`,
        `the module imports ${names}, and spec.capabilities.strict is set; grant it with ${grantLine(capability)}`,
      );
    }
    return forbiddenCause('spec.capabilities.strict', `the module imports ${names}, which this version of Swerve cannot grant`);
  });
}

/** What to tell the writer of an App that grants what `module` does not import: a sentence each. */
export function grantWarnings(capabilities: Readonly<Capabilities>, module: ModuleReport): string[] {
  const imported = new Set(module.imports.map(({ name }) => capabilityOf(name)));
  return grantedNames(capabilities)
    .filter((name) => !imported.has(name))
    .map((name) => `spec.capabilities.${name} grants what the module does not import.`);
}

function denialsOf(capabilities: Readonly<Capabilities>, { imports }: ModuleReport): Denial[] {
  const groups = new Map<string, { capability: CapabilityName | null; answer: string; imports: ModuleImport[] }>();
  for (const one of imports) {
    if (one.support !== 'denied' || isGranted(capabilities, one.name)) continue;
    const capability = capabilityOf(one.name);
    const answer = answerOf(one.name);
    const key = `${capability} ${answer}`;
    const group = groups.get(key) ?? { capability, answer, imports: [] };
    group.imports.push(one);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function describeDenial({ capability, imports, answer }: Denial): string {
  const isOne = imports.length === 1;
  const get = answer === '' ? '' : `, which ${isOne ? 'gets' : 'get'} ${answer}`;
  const wayOut =
    capability === null ? `this version of Swerve cannot grant ${isOne ? 'it' : 'them'}` : `grant ${isOne ? 'it' : 'them'} with ${grantLine(capability)}`;
  return `${imports.map(nameOf).join(', ')}${get} (${wayOut})`;
}

function nameOf({ name, items }: ModuleImport): string {
  return items && items.length > 0 && !name.includes(':') ? `${name} (${items.join(', ')})` : name;
}

function answerOf(name: string): string {
  if (name.startsWith('wasi:http/outgoing-handler')) return 'HTTP-request-denied';
  if (name.startsWith('wasi:sockets/') || name.startsWith('wasi:keyvalue/')) return 'access-denied';
  if (name.startsWith('wasi:blobstore/')) return 'the error "access denied"';
  if (name.startsWith('wasi:config/')) return 'the error "upstream"';
  return '';
}
