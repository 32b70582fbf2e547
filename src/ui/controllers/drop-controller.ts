import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { type DropEntry, entryOfFile } from '../state/file-walk.ts';
import type { Dropped } from '../state/uploads.ts';

/** Takes files and folders that are dropped anywhere on the window, and files and addresses that are pasted outside of a field. */
export class DropController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #onDrop: (dropped: Dropped) => void;
  /** A drag enters a child before it leaves its parent, so entries are counted. */
  #depth = 0;
  #listeners: AbortController | null = null;

  constructor(host: ReactiveControllerHost, onDrop: (dropped: Dropped) => void) {
    this.#host = host;
    this.#onDrop = onDrop;
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
    addEventListener('paste', (event) => this.#paste(event), { signal });
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
    // The enter was missed: the drag began before the page was there, or over an element that has gone.
    if (this.#depth > 0) return;
    this.#depth = 1;
    this.#host.requestUpdate();
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
    this.#onDrop({ kind: 'entries', entries: entriesOf(event.dataTransfer) });
  }

  #paste(event: ClipboardEvent): void {
    if (event.defaultPrevented || isForSomethingElse(event)) return;
    const entries = entriesOf(event.clipboardData);
    const text = event.clipboardData?.getData('text/plain').trim() ?? '';
    if (entries.length > 0) this.#onDrop({ kind: 'entries', entries });
    // Only what is an address beyond doubt: nobody asked for a word that was pasted by mistake.
    else if (/^https?:\/\/\S+$/i.test(text)) this.#onDrop({ kind: 'address', text });
    else return;
    event.preventDefault();
  }
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

/** Read at once: the browser empties the list when the event is over. */
function entriesOf(transfer: DataTransfer | null): DropEntry[] {
  const entries: DropEntry[] = [];
  for (const item of transfer?.items ?? []) {
    const entry = item.webkitGetAsEntry();
    const file = item.getAsFile();
    if (entry?.isDirectory) entries.push(toDropEntry(entry));
    else if (file !== null) entries.push(entryOfFile(file));
  }
  return entries;
}

function toDropEntry(entry: FileSystemEntry): DropEntry {
  const { name } = entry;
  if (entry.isFile) return { kind: 'file', name, file: () => new Promise((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)) };
  return { kind: 'folder', name, entries: () => readFolder(entry as FileSystemDirectoryEntry) };
}

/** A reader gives a folder in parts, and nothing once it is through. */
async function readFolder(folder: FileSystemDirectoryEntry): Promise<DropEntry[]> {
  const reader = folder.createReader();
  const all: DropEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return all;
    all.push(...part.map(toDropEntry));
  }
}

/** In a field the paste is the field's, and an open dialog is about something else. */
function isForSomethingElse(event: ClipboardEvent): boolean {
  return event
    .composedPath()
    .some(
      (node) =>
        node instanceof HTMLTextAreaElement ||
        node instanceof HTMLInputElement ||
        node instanceof HTMLDialogElement ||
        (node instanceof HTMLElement && node.isContentEditable),
    );
}
