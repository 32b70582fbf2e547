import type { App } from '../../core/app.ts';
import { RuntimeError } from '../../core/errors.ts';
import type { ApiClient } from '../api/client.ts';
import type { Collection } from './collection.ts';

/** How long a deletion can be taken back with one click. */
export const UNDO_MS = 10_000;

/** Where messages are shown. */
export interface ToastSink {
  show(toast: { text: string; action?: { label: string; run: () => void | Promise<void> }; durationMs?: number; tone?: 'calm' | 'bad' }): unknown;
}

interface Parts {
  client: Pick<ApiClient, 'deleteApp' | 'restoreApp'>;
  apps: Pick<Collection<App>, 'apply'>;
  toasts: ToastSink;
}

/** What a deletion takes along. */
interface Lost {
  /** Requests that it serves now. */
  inFlight: number;
  /** An origin of its own, which is cleared. */
  isOrigin: boolean;
}

/**
 * Deletes `app` at once and offers to make it anew for a while. Its module stays stored either way. `lost`: what goes with
 * it for good. Resolves to whether it was deleted; a refusal is shown, not thrown.
 */
export async function deleteWithUndo({ client, apps, toasts }: Parts, app: App, lost: Lost): Promise<boolean> {
  const { namespace, name } = app.metadata;
  try {
    await client.deleteApp(namespace, name);
  } catch (error) {
    const known = RuntimeError.from(error);
    // Deleted elsewhere: what was wanted is so, and there is nothing to take back that was done here.
    if (known.code === 'resource-not-found') {
      apps.apply([{ type: 'DELETED', object: app }]);
      return true;
    }
    toasts.show({ text: `${name} was not deleted: ${known.message}`, tone: 'bad' });
    return false;
  }
  apps.apply([{ type: 'DELETED', object: app }]);
  toasts.show({ text: textOfDeletion(name, lost), action: { label: 'Undo', run: () => restore({ client, apps, toasts }, app) }, durationMs: UNDO_MS });
  return true;
}

/** What a person is told of a deletion. */
export function textOfDeletion(name: string, { inFlight, isOrigin }: Lost): string {
  const ended = inFlight === 0 ? '' : inFlight === 1 ? ' with 1 request under way, which has ended' : ` with ${inFlight} requests under way, which have ended`;
  return `Deleted ${name}${ended}. Undo brings it back, but not its log${isOrigin ? ', nor what its pages stored' : ''}.`;
}

async function restore({ client, apps, toasts }: Parts, app: App): Promise<void> {
  const { name } = app.metadata;
  try {
    const restored = await client.restoreApp(app);
    apps.apply([{ type: 'ADDED', object: restored }]);
    toasts.show({ text: `${name} is back.` });
  } catch (error) {
    const known = RuntimeError.from(error);
    const reason = known.code === 'resource-exists' ? 'another App has taken its name.' : known.message;
    toasts.show({ text: `${name} was not brought back: ${reason}`, tone: 'bad' });
  }
}
