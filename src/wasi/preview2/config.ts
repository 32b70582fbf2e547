import { createDeniedConfig } from './denied.ts';
import type { GuestContext } from './guest-context.ts';
import type { Provision } from './link-imports.ts';

/** wasi:config/store (WIT: wasi-config/store.wit, 0.2.0-draft and 0.2.0-rc.1) and `runtime`, its name before September 2024. */
export function createConfig(context: GuestContext, { spec }: Provision) {
  if (!spec.capabilities.config) return createDeniedConfig(context);
  const { config } = spec;
  return {
    get: (key: string): string | undefined => (Object.hasOwn(config, key) ? config[key] : undefined),
    getAll: (): [string, string][] => Object.entries(config),
  };
}
