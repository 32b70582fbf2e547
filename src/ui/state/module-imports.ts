import { type Capabilities, isGranted } from '../../core/capabilities.ts';
import type { ModuleImport, ModuleReport } from '../../core/module.ts';

/** Imports that fare alike. */
export interface ImportGroup {
  support: ModuleImport['support'];
  title: string;
  explanation: string;
  imports: ModuleImport[];
}

const GROUPS: readonly Omit<ImportGroup, 'imports'>[] = [
  { support: 'unknown', title: 'Unknown', explanation: 'Swerve does not offer these, so the module cannot run.' },
  { support: 'denied', title: 'Denied', explanation: 'Nothing is granted by default: each use gets an error. Many programs import these and never use them.' },
  { support: 'granted', title: 'Works', explanation: 'Swerve answers these.' },
];

/** The imports of a module by how they fare in an App that holds `capabilities`, the worst first; groups without imports are left out. */
export function groupImports(imports: readonly ModuleImport[], capabilities: Readonly<Capabilities> = {}): ImportGroup[] {
  const supportOf = ({ name, support }: ModuleImport) => (support === 'denied' && isGranted(capabilities, name) ? 'granted' : support);
  return GROUPS.map((group) => ({ ...group, imports: imports.filter((one) => supportOf(one) === group.support) })).filter((group) => group.imports.length > 0);
}

/** Why `module` cannot serve, or null when it can. */
export function whyNotRunnable(module: ModuleReport): string | null {
  const unknown = module.imports.filter(({ support }) => support === 'unknown').map(({ name }) => name);
  if (unknown.length > 0) return `It imports what Swerve does not offer: ${unknown.join(', ')}.`;
  if (module.abi === null) return 'It has nothing that can serve an HTTP request.';
  return null;
}
