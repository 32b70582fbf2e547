import { originAt } from '../../../src/core/app-origin.ts';

/** Where Apps are served: below paths of the one origin, or each at an origin of its own. */
export type OriginMode = 'path' | 'own';

/** Address of `target`, which begins with the name of an App, in a cluster whose panel is at `control`. */
export function addressIn(mode: OriginMode, control: string, target: string): string {
  if (mode === 'path') return new URL(target, control).href;
  const [, name = '', rest = ''] = /^([^/?#]*)\/?(.*)$/s.exec(target) ?? [];
  return new URL(rest, `${originAt(new URL(control), name)}/`).href;
}
