/** Which files of dropped folders are taken in, and what is said of the rest. Pure: the folders are handed in. */

/** Deeper folders than this are passed over. */
export const WALK_MAX_DEPTH = 24;
/** After so many files and folders the rest of a tree is passed over: somebody has dropped a whole disk. */
export const WALK_MAX_ENTRIES = 20_000;
/** Modules that are taken at once. */
export const WALK_MAX_MODULES = 50;

/** A file or a folder that was dropped, as the browser tells of it. */
export type DropEntry =
  | { readonly kind: 'file'; readonly name: string; file(): Promise<File> }
  | { readonly kind: 'folder'; readonly name: string; entries(): Promise<DropEntry[]> };

/** A file that is at hand already, for example from a file picker. */
export function entryOfFile(file: File): DropEntry {
  return { kind: 'file', name: file.name, file: async () => file };
}

/** What was passed over of dropped folders. */
export interface PassedOver {
  /** The folders that were dropped. */
  folders: string[];
  otherFiles: number;
  /** Names of folders that were not looked into, each once: `node_modules`. */
  skippedFolders: string[];
  unreadable: number;
  /** Not everything was looked at: one of the caps was met. */
  isCut: boolean;
}

/** What a drop came to. */
export interface Intake {
  files: File[];
  passedOver: PassedOver;
}

const MODULE_NAME = /\.(wasm|wat)$/i;
/** What tools put there is no program of the person's own. Hidden folders are skipped too. */
const SKIPPED_FOLDERS: ReadonlySet<string> = new Set(['node_modules', '__MACOSX', 'bower_components']);
/** Cargo keeps parts and copies of what it builds in these, below `target`. */
const CARGO_FOLDERS: ReadonlySet<string> = new Set(['deps', 'incremental', 'build', '.fingerprint']);

/**
 * The files among `dropped`, and the modules of the folders among them, however deep. A file that was dropped by itself is
 * always taken: what it is, the server says. Does not throw: what cannot be read is counted.
 */
export async function walkDropped(dropped: readonly DropEntry[], signal?: AbortSignal): Promise<Intake> {
  const intake = emptyIntake();
  for (const entry of dropped) if (entry.kind === 'folder') intake.passedOver.folders.push(entry.name);
  const walk = new Walk(intake, signal);
  for (const entry of dropped) {
    if (entry.kind === 'file') await walk.take(entry);
    else await walk.enter(entry, [entry.name]);
  }
  return intake;
}

/** As {@link walkDropped}, of a folder that was chosen: the browser hands over all of its files, with their paths. */
export function walkChosen(files: readonly File[]): Intake {
  const intake = emptyIntake();
  const { passedOver } = intake;
  for (const file of files) {
    const path = file.webkitRelativePath.split('/').slice(0, -1);
    const [root] = path;
    if (root !== undefined && !passedOver.folders.includes(root)) passedOver.folders.push(root);
    const skipped = path.findIndex((name, index) => index > 0 && isSkipped(name, path.slice(0, index)));
    if (skipped !== -1) noteSkipped(passedOver, path[skipped] ?? '');
    else if (!MODULE_NAME.test(file.name)) passedOver.otherFiles += 1;
    else if (intake.files.length < WALK_MAX_MODULES) intake.files.push(file);
    else passedOver.isCut = true;
  }
  return intake;
}

/** What is to be said of `intake` in plain words; null when nothing was passed over. */
export function describeIntake({ files, passedOver }: Intake): string | null {
  const { folders, otherFiles, skippedFolders, unreadable, isCut } = passedOver;
  if (folders.length === 0 && unreadable === 0 && !isCut) return null;
  const from = folders.length === 0 ? 'The drop' : folders.join(', ');
  const parts = [
    otherFiles > 0 ? `${counted(otherFiles, 'file')} that ${otherFiles === 1 ? 'is' : 'are'} not .wasm` : '',
    skippedFolders.length > 0 ? `the ${skippedFolders.length === 1 ? 'folder' : 'folders'} ${skippedFolders.join(', ')}` : '',
    unreadable > 0 ? `${counted(unreadable, 'entry', 'entries')} that cannot be read` : '',
  ].filter((part) => part !== '');
  const found = files.length === 0 ? `${from}: no .wasm file found.` : `${from}: ${counted(files.length, '.wasm file')} taken.`;
  const passed = parts.length === 0 ? '' : ` Passed over ${parts.join(', ')}.`;
  const cut = isCut ? ` It holds more than Swerve takes at once (${WALK_MAX_MODULES} modules); drop the rest by itself.` : '';
  const advice = files.length === 0 && !isCut ? ' Build it first, or drop the folder that the build writes to.' : '';
  return `${found}${passed}${cut}${advice}`;
}

class Walk {
  readonly #intake: Intake;
  readonly #signal: AbortSignal | undefined;
  #seen = 0;

  constructor(intake: Intake, signal: AbortSignal | undefined) {
    this.#intake = intake;
    this.#signal = signal;
  }

  async take(entry: DropEntry & { kind: 'file' }): Promise<void> {
    const { files, passedOver } = this.#intake;
    if (files.length >= WALK_MAX_MODULES) {
      passedOver.isCut = true;
      return;
    }
    try {
      files.push(await entry.file());
    } catch {
      // Moved or locked since it was dropped; it is counted and said.
      passedOver.unreadable += 1;
    }
  }

  /** `path`: names of the folders down to `folder`, itself included. */
  async enter(folder: DropEntry & { kind: 'folder' }, path: string[]): Promise<void> {
    const { passedOver } = this.#intake;
    let entries: DropEntry[];
    try {
      entries = await folder.entries();
    } catch {
      // As for a file that cannot be read.
      passedOver.unreadable += 1;
      return;
    }
    entries.sort((a, b) => a.name.localeCompare(b.name));
    for (const entry of entries) {
      if (this.#signal?.aborted || this.#seen >= WALK_MAX_ENTRIES) {
        passedOver.isCut = true;
        return;
      }
      this.#seen += 1;
      if (entry.kind === 'file') {
        if (MODULE_NAME.test(entry.name)) await this.take(entry);
        else passedOver.otherFiles += 1;
      } else if (isSkipped(entry.name, path)) noteSkipped(passedOver, entry.name);
      else if (path.length >= WALK_MAX_DEPTH) passedOver.isCut = true;
      else await this.enter(entry, [...path, entry.name]);
    }
  }
}

function emptyIntake(): Intake {
  return { files: [], passedOver: { folders: [], otherFiles: 0, skippedFolders: [], unreadable: 0, isCut: false } };
}

function isSkipped(name: string, parents: readonly string[]): boolean {
  return name.startsWith('.') || SKIPPED_FOLDERS.has(name) || (CARGO_FOLDERS.has(name) && parents.includes('target'));
}

function noteSkipped(passedOver: PassedOver, name: string): void {
  if (!passedOver.skippedFolders.includes(name)) passedOver.skippedFolders.push(name);
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
