import { findCondition, setCondition } from '../control/conditions.ts';
import { updateStatus } from '../control/update-status.ts';
import { APP_CONDITIONS, type App } from '../core/app.ts';
import type { ResourceRepository } from '../store/resources.ts';

/** What was last written for an App generation, so that a page view costs no transaction. Lost with the service worker, at the price of one more read. */
const written = new Map<string, string | null>();

/**
 * Writes the App's `HostScript` condition: `reason` why a document could not take the host script, null when it could.
 * A failure goes to the console: the condition is news, not a promise.
 */
export async function noteHostScript(resources: ResourceRepository, app: App, reason: string | null): Promise<void> {
  const key = `${app.metadata.uid} ${app.metadata.generation}`;
  if (written.get(key) === reason) return;
  written.set(key, reason);
  try {
    await updateStatus<App>(resources, { kind: 'App', namespace: app.metadata.namespace, name: app.metadata.name }, (current) => {
      if (current.metadata.uid !== app.metadata.uid) return null;
      const conditions = current.status?.conditions ?? [];
      const known = findCondition(conditions, APP_CONDITIONS.hostScript);
      const status = reason === null ? 'True' : 'False';
      if (known?.status === status && (reason === null || known.message.includes(reason))) return null;
      // The good case needs no condition of its own: it only takes a bad one back.
      if (reason === null && !known) return null;
      const state =
        reason === null
          ? { reason: 'Added', message: 'Documents of the App make their tab a host.' }
          : { reason: 'NotAdded', message: `A document was left as it is: ${reason}. Its tab cannot serve its own requests; keep a panel open.` };
      return {
        ...current.status,
        conditions: setCondition(
          conditions,
          { type: APP_CONDITIONS.hostScript, status, observedGeneration: current.metadata.generation, ...state },
          Date.now(),
        ),
      };
    });
  } catch (error) {
    written.delete(key);
    console.warn('swerve: the HostScript condition could not be written', error);
  }
}
