import { originAt } from '../../../src/core/app-origin.ts';
import type { App } from '../../browser/harness/app.ts';

/** Where Apps are served: below paths of the one origin, or each at an origin of its own. */
export type OriginMode = 'path' | 'own';

/** Address of the panel in `mode`: `localhost` is no site that could have subdomains, `swerve.localhost` is one. */
export function controlUrl(mode: OriginMode, app: App): string {
  const url = new URL(app.url);
  url.hostname = mode === 'path' ? 'localhost' : 'swerve.localhost';
  return url.href;
}

/** Address of `target`, which begins with the name of an App, in a cluster whose panel is at `control`. */
export function placeOf(target: string, mode: OriginMode, control: string): string {
  if (mode === 'path') return new URL(target, control).href;
  const [, name = '', rest = ''] = /^([^/?#]*)\/?(.*)$/s.exec(target) ?? [];
  return new URL(rest, `${originAt(new URL(control), name)}/`).href;
}
