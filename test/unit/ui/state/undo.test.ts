import { describe, expect, it } from 'vitest';
import type { App } from '../../../../src/core/app.ts';
import { RuntimeError } from '../../../../src/core/errors.ts';
import { Collection } from '../../../../src/ui/state/collection.ts';
import { deleteWithUndo, textOfDeletion, UNDO_MS } from '../../../../src/ui/state/undo.ts';

const appOf = (name: string) =>
  ({
    apiVersion: 'swerve.dev/v1',
    kind: 'App',
    metadata: { name, namespace: 'default', uid: `uid-${name}`, resourceVersion: '1', labels: { team: 'web' } },
    spec: { routes: [{ path: `/${name}` }] },
  }) as unknown as App;

/** It serves nothing, on the origin of the panel. */
const NOTHING = { inFlight: 0, isOrigin: false };

/** A cluster of Apps by name, as far as deleting and making them goes. */
function cluster(...names: string[]) {
  const stored = new Map(names.map((name) => [name, appOf(name)]));
  const apps = new Collection<App>();
  apps.replace([...stored.values()]);
  const shown: { text: string; action?: { label: string; run: () => void | Promise<void> }; durationMs?: number; tone?: string }[] = [];
  const client = {
    async deleteApp(_namespace: string, name: string): Promise<void> {
      if (!stored.delete(name)) throw new RuntimeError('resource-not-found', `there is no App ${name}`);
    },
    async restoreApp(app: App): Promise<App> {
      if (stored.has(app.metadata.name)) throw new RuntimeError('resource-exists', 'exists');
      const restored = { ...app, metadata: { ...app.metadata, uid: 'new' } };
      stored.set(app.metadata.name, restored);
      return restored;
    },
  };
  return { parts: { client, apps, toasts: { show: (toast: (typeof shown)[number]) => shown.push(toast) } }, stored, apps, shown };
}

describe('deleteWithUndo', () => {
  it('deletes at once, and Undo makes the App anew', async () => {
    const { parts, stored, apps, shown } = cluster('hello');
    expect(await deleteWithUndo(parts, appOf('hello'), NOTHING)).toBe(true);
    expect(stored.has('hello')).toBe(false);
    expect(apps.find('default', 'hello')).toBeUndefined();
    expect(shown[0]).toMatchObject({ text: 'Deleted hello. Undo brings it back, but not its log.', action: { label: 'Undo' }, durationMs: UNDO_MS });
    await shown[0]?.action?.run();
    expect(stored.get('hello')?.metadata.labels).toEqual({ team: 'web' });
    expect(apps.find('default', 'hello')?.metadata.uid).toBe('new');
    expect(shown[1]?.text).toBe('hello is back.');
  });

  it('tells of the requests that end with it', () => {
    expect(textOfDeletion('hello', { ...NOTHING, inFlight: 1 })).toBe(
      'Deleted hello with 1 request under way, which has ended. Undo brings it back, but not its log.',
    );
    expect(textOfDeletion('hello', { ...NOTHING, inFlight: 3 })).toContain('with 3 requests under way, which have ended');
  });

  it('tells that an origin of its own is cleared', () => {
    expect(textOfDeletion('hello', { ...NOTHING, isOrigin: true })).toMatch(/but not its log, nor what its pages stored\.$/);
  });

  it('an App that was deleted elsewhere goes without a word', async () => {
    const { parts, apps, shown, stored } = cluster('hello');
    stored.clear();
    expect(await deleteWithUndo(parts, appOf('hello'), NOTHING)).toBe(true);
    expect(apps.items).toEqual([]);
    expect(shown).toEqual([]);
  });

  it('says why an App was not deleted, and keeps it', async () => {
    const { parts, apps, shown } = cluster('hello');
    const refuse = async () => {
      throw new RuntimeError('storage-failed', 'The disk is away.');
    };
    expect(await deleteWithUndo({ ...parts, client: { ...parts.client, deleteApp: refuse } }, appOf('hello'), NOTHING)).toBe(false);
    expect(apps.items).toHaveLength(1);
    expect(shown).toEqual([{ text: 'hello was not deleted: The disk is away.', tone: 'bad' }]);
  });

  it('says why it was not brought back', async () => {
    const { parts, stored, shown } = cluster('hello');
    await deleteWithUndo(parts, appOf('hello'), NOTHING);
    stored.set('hello', appOf('hello'));
    await shown[0]?.action?.run();
    expect(shown[1]).toMatchObject({ text: 'hello was not brought back: another App has taken its name.', tone: 'bad' });
  });
});
