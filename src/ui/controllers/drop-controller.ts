import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Takes files that are dropped anywhere on the window. */
export class DropController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #onFiles: (files: File[], folders: string[]) => void;
  /** A drag enters a child before it leaves its parent, so entries are counted. */
  #depth = 0;
  #listeners: AbortController | null = null;

  constructor(host: ReactiveControllerHost, onFiles: (files: File[], folders: string[]) => void) {
    this.#host = host;
    this.#onFiles = onFiles;
    host.addController(this);
  }

  /** True while files hang over the window. */
  get isDragging(): boolean {
    return this.#depth > 0;
  }

  hostConnected(): void {
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    addEventListener('dragenter', (event) => this.#move(event, 1), { signal });
    addEventListener('dragleave', (event) => this.#move(event, -1), { signal });
    addEventListener('dragover', (event) => this.#hover(event), { signal });
    addEventListener('drop', (event) => this.#drop(event), { signal });
    // No pointer moves while something is dragged. A leave can be missed: an element that is removed under the drag takes it along.
    addEventListener('pointermove', () => this.#end(), { signal });
  }

  hostDisconnected(): void {
    this.#listeners?.abort();
  }

  #move(event: DragEvent, step: 1 | -1): void {
    if (!hasFiles(event)) return;
    event.preventDefault();
    this.#depth = Math.max(0, this.#depth + step);
    this.#host.requestUpdate();
  }

  #hover(event: DragEvent): void {
    if (!hasFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy';
  }

  #end(): void {
    if (this.#depth === 0) return;
    this.#depth = 0;
    this.#host.requestUpdate();
  }

  #drop(event: DragEvent): void {
    if (!hasFiles(event)) return;
    event.preventDefault();
    this.#end();
    const files: File[] = [];
    const folders: string[] = [];
    for (const item of event.dataTransfer?.items ?? []) {
      const file = item.getAsFile();
      if (file === null) continue;
      if (item.webkitGetAsEntry()?.isDirectory) folders.push(file.name);
      else files.push(file);
    }
    this.#onFiles(files, folders);
  }
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}
