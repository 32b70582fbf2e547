import type { App } from '../core/app.ts';
import type { ModuleReport } from '../core/module.ts';
import { resolveAbi } from './app-conditions.ts';
import { type Cause, invalidCause, notFoundCause } from './causes.ts';
import { strictCauses } from './grants.ts';

const PAGE_BYTES = 65_536;
const MIB_BYTES = 1_048_576;

/**
 * Why `spec` cannot run on `module` (null: not stored); empty when it can. Invariant 3: an import that Swerve does not
 * know is refused here, by name, not when the first request comes.
 */
export function admitApp(spec: App['spec'], module: ModuleReport | null): Cause[] {
  const { digest } = spec.source;
  const field = 'spec.source.digest';
  if (module === null) return [notFoundCause(field, digest, 'this module is not stored; push it with POST /_swerve/modules first')];
  if (module.abi === null)
    return [
      invalidCause(field, digest, `the module cannot serve requests (${module.summary}); use one that is a WASI command or exports wasi:http/incoming-handler`),
    ];

  const causes: Cause[] = [];
  const atRoot = spec.files.length > 0 ? (spec.volumes ?? []).findIndex(({ mountPath }) => mountPath === '/') : -1;
  if (atRoot >= 0)
    causes.push(invalidCause(`spec.volumes[${atRoot}].mountPath`, '/', 'spec.files lies there already; mount the volume below it, or leave out spec.files'));
  const unknown = module.imports.filter(({ support }) => support === 'unknown');
  if (unknown.length > 0) {
    const names = unknown.map(({ name, items }) => (items && items.length > 0 ? `${name} (${items.join(', ')})` : name));
    causes.push(
      invalidCause(
        field,
        digest,
        `the module imports what Swerve does not know: ${names.join(', ')}; rebuild it without ${unknown.length === 1 ? 'it' : 'them'}, for plain WASI`,
      ),
    );
  }
  if (resolveAbi({ spec }, module) === null) {
    causes.push(invalidCause('spec.abi', spec.abi, `the module serves ${module.abi}; use "auto" or "${module.abi}"`));
  }
  causes.push(...strictCauses(spec.capabilities, module));
  const minimumMiB = Math.ceil(((module.memory?.minPages ?? 0) * PAGE_BYTES) / MIB_BYTES);
  if (minimumMiB > spec.limits.memoryMiB) {
    causes.push(
      invalidCause('spec.limits.memoryMiB', spec.limits.memoryMiB, `the module declares ${minimumMiB} MiB of memory to start with; allow at least that`),
    );
  }
  return causes;
}
