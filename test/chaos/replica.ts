interface StoredApp {
  metadata: { name: string; resourceVersion: string };
  spec: { env: Record<string, string> };
}

interface WatchEvent {
  type: string;
  object: StoredApp & { code?: number; message?: string };
}

/** What a client knows of the Apps that listed them once and has watched since, over every watch that ended or broke off. */
export class Replica {
  /** `env.GREETING` by name. */
  readonly values = new Map<string, string>();
  /** Where the next watch starts; null: by a list. */
  resourceVersion: string | null = null;
  #isBusy = false;

  /** False while another list or watch is under way. */
  begin(): boolean {
    if (this.#isBusy) return false;
    this.#isBusy = true;
    return true;
  }

  end(): void {
    this.#isBusy = false;
  }

  takeList(text: string): void {
    const { metadata, items } = JSON.parse(text) as { metadata: { resourceVersion: string }; items: StoredApp[] };
    this.values.clear();
    for (const app of items) this.values.set(app.metadata.name, app.spec.env['GREETING'] ?? '');
    this.resourceVersion = metadata.resourceVersion;
  }

  /** Takes the events of one watch, whose last line may be cut. Says what is wrong with them, null: nothing. */
  takeEvents(text: string): string | null {
    for (const line of text.split('\n').slice(0, -1)) {
      const { type, object } = JSON.parse(line) as WatchEvent;
      if (type === 'ERROR') {
        this.resourceVersion = null;
        return object.code === 410 ? null : `an ERROR of code ${object.code}: ${object.message}`;
      }
      const { name, resourceVersion } = object.metadata;
      if (Number(resourceVersion) <= Number(this.resourceVersion)) return `${type} ${name} of ${resourceVersion} after ${this.resourceVersion}`;
      this.resourceVersion = resourceVersion;
      if (type === 'ADDED' && this.values.has(name)) return `ADDED ${name}, which was there`;
      if (type === 'MODIFIED' && !this.values.has(name)) return `MODIFIED ${name}, which was not there`;
      if (type === 'DELETED' && !this.values.has(name)) return `DELETED ${name}, which was not there`;
      if (type === 'DELETED') this.values.delete(name);
      else if (type !== 'BOOKMARK') this.values.set(name, object.spec.env['GREETING'] ?? '');
    }
    return null;
  }

  clear(): void {
    this.values.clear();
    this.resourceVersion = null;
  }
}
