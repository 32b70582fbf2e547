import type { App } from '../../core/app.ts';
import type { ApiClient } from '../api/client.ts';
import type { AppEditor } from './app-editor.ts';
import type { Collection } from './collection.ts';
import { Observable } from './observable.ts';
import type { Unsaved } from './unsaved.ts';

/** The settings that are being edited in this tab. What was typed is kept here until it is saved or discarded, whatever view is open. */
export class Editors extends Observable {
  readonly #client: ApiClient;
  readonly #apps: Collection<App>;
  readonly #unsaved: Unsaved;
  readonly #byUid = new Map<string, AppEditor>();

  constructor(client: ApiClient, apps: Collection<App>, unsaved: Unsaved) {
    super();
    this.#client = client;
    this.#apps = apps;
    this.#unsaved = unsaved;
    apps.subscribe(() => this.#follow());
  }

  /** The editor of `app`: the one that was left with something unsaved in it, else a new one. Null before {@link open}. */
  find(uid: string): AppEditor | null {
    return this.#byUid.get(uid) ?? null;
  }

  /** Opens the settings of `app`; loads what that needs. Idempotent. */
  async open(app: App): Promise<void> {
    const { AppEditor } = await import('./app-editor.ts');
    const { uid, namespace, name } = app.metadata;
    if (this.#byUid.has(uid)) return;
    const editor = new AppEditor(this.#apps.find(namespace, name) ?? app, {
      check: (manifest, signal) => this.#client.checkApp(manifest as App, signal),
      write: async (manifest) => {
        const saved = await this.#client.replaceApp(manifest as App);
        this.#apps.apply([{ type: 'MODIFIED', object: saved }]);
        return saved;
      },
      read: () => this.#client.readApp(namespace, name),
    });
    this.#byUid.set(uid, editor);
    editor.subscribe(() => this.#tell(editor, name));
    this.changed();
  }

  /** The settings are no longer looked at. An editor with something unsaved in it stays. */
  close(uid: string): void {
    const editor = this.#byUid.get(uid);
    if (editor === undefined) return;
    editor.close();
    if (!editor.isDirty) this.#byUid.delete(uid);
  }

  #tell(editor: AppEditor, name: string): void {
    if (editor.isDirty) this.#unsaved.set(keyOf(editor.uid), `the settings of ${name}`);
    else this.#unsaved.delete(keyOf(editor.uid));
    this.changed();
  }

  #follow(): void {
    if (!this.#apps.isLoaded) return;
    const apps = new Map(this.#apps.items.map((app) => [app.metadata.uid, app]));
    for (const [uid, editor] of this.#byUid) {
      const app = apps.get(uid);
      if (app !== undefined) editor.follow(app);
      else {
        editor.close();
        this.#byUid.delete(uid);
        this.#unsaved.delete(keyOf(uid));
      }
    }
  }
}

function keyOf(uid: string): string {
  return `settings/${uid}`;
}
