import { RuntimeError } from '../../core/errors.ts';
import type { VolumeFile } from '../../core/volume.ts';
import type { VolumeApi, VolumeKey, VolumeUpload } from '../api/volume-api.ts';
import { formatBytes } from '../text.ts';
import { refusal } from './bundle-parts.ts';
import { Observable } from './observable.ts';
import type { Dropped } from './uploads.ts';

/** A larger file is not opened as text. */
export const EDIT_MAX_BYTES = 1_048_576;

/** Where the filling of a volume stands. */
export type FillStep =
  | { name: 'idle' }
  | { name: 'reading' }
  /** Files of the volume are in the way. */
  | { name: 'asking'; files: readonly VolumeUpload[]; replaced: readonly string[] }
  | { name: 'writing'; files: number }
  | { name: 'done'; files: number; replaced: number }
  /** Nothing was written. */
  | { name: 'failed'; error: RuntimeError };

/** A text file that is being edited. */
export interface OpenText {
  path: string;
  /** As it was read or saved last. */
  saved: string;
}

/** One directory of one volume: what is in it, and what can be done with it. */
export class VolumeFiles extends Observable {
  readonly #api: VolumeApi;
  #key: VolumeKey = { namespace: '', name: '' };
  #path = '';
  #entries: readonly VolumeFile[] | null = null;
  #error: RuntimeError | null = null;
  #fill: FillStep = { name: 'idle' };
  #text: OpenText | null = null;

  constructor(api: VolumeApi) {
    super();
    this.#api = api;
  }

  /** Directories first, by name; null before they were read. */
  get entries(): readonly VolumeFile[] | null {
    return this.#entries;
  }
  /** Why the directory cannot be shown. */
  get error(): RuntimeError | null {
    return this.#error;
  }
  get fillStep(): FillStep {
    return this.#fill;
  }
  /** The file that is open in the editor. */
  get text(): OpenText | null {
    return this.#text;
  }

  /** Turns to a directory, and reads it. */
  show(key: VolumeKey, path: string): Promise<void> {
    [this.#key, this.#path] = [key, path];
    [this.#entries, this.#error, this.#text] = [null, null, null];
    if (this.#fill.name !== 'reading' && this.#fill.name !== 'writing') this.#fill = { name: 'idle' };
    this.changed();
    return this.refresh();
  }

  async refresh(): Promise<void> {
    const [key, path] = [this.#key, this.#path];
    let entries: VolumeFile[] = [];
    let error: RuntimeError | null = null;
    try {
      entries = await this.#api.listFiles(key, path);
    } catch (cause) {
      error = RuntimeError.from(cause);
    }
    // Somebody has moved on meanwhile.
    if (key !== this.#key || path !== this.#path) return;
    this.#error = error;
    this.#entries = [...entries.filter(({ kind }) => kind === 'directory'), ...entries.filter(({ kind }) => kind !== 'directory')];
    this.changed();
  }

  /** Takes in what was dropped, below the directory that is shown; asks first when files are in the way. Does not throw: see {@link fillStep}. */
  async fill(dropped: Dropped): Promise<void> {
    if (this.#fill.name === 'reading' || this.#fill.name === 'writing') return;
    const [key, path] = [this.#key, this.#path];
    this.#setFill({ name: 'reading' });
    try {
      const { filesToStore } = await import('./volume-intake.ts');
      const below = path === '' ? '' : `${path}/`;
      const files = (await filesToStore(dropped)).map((file) => ({ ...file, path: below + file.path }));
      if (files.length === 0) throw refusal('There is no file in what was dropped.');
      const there = new Map((await this.#api.listFiles(key, path, { recursive: true })).map((file) => [file.path.slice(1), file]));
      const replaced = files.filter((file) => there.has(file.path)).map((file) => file.path);
      if (replaced.length > 0) this.#setFill({ name: 'asking', files, replaced });
      else await this.#write(key, files, 0);
    } catch (error) {
      this.#setFill({ name: 'failed', error: RuntimeError.from(error) });
    }
  }

  /** Writes the files that {@link fill} asked about. */
  async confirmFill(): Promise<void> {
    if (this.#fill.name !== 'asking') return;
    const { files, replaced } = this.#fill;
    try {
      await this.#write(this.#key, files, replaced.length);
    } catch (error) {
      this.#setFill({ name: 'failed', error: RuntimeError.from(error) });
    }
  }

  /** Lets go of what was asked, or of what is said. */
  dismissFill(): void {
    if (this.#fill.name !== 'reading' && this.#fill.name !== 'writing') this.#setFill({ name: 'idle' });
  }

  /** Deletes a file, or a directory with all that is in it. @throws RuntimeError */
  async delete(path: string): Promise<void> {
    try {
      await this.#api.deleteFile(this.#key, path.slice(1));
    } finally {
      await this.refresh();
    }
  }

  /** Opens a file in the editor. @throws RuntimeError `request-invalid` for one that is no text, or too large */
  async openText({ path, sizeBytes }: VolumeFile): Promise<void> {
    if (sizeBytes > EDIT_MAX_BYTES)
      throw refusal(`This file has ${formatBytes(sizeBytes)}. Files of at most ${formatBytes(EDIT_MAX_BYTES)} are edited here; download it.`);
    const bytes = await this.#read(path.slice(1));
    let saved: string;
    try {
      saved = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await bytes.arrayBuffer());
    } catch (cause) {
      throw refusal('This file is no text (UTF-8). Download it to look at it.', cause);
    }
    this.#text = { path: path.slice(1), saved };
    this.changed();
  }

  /** Opens the editor on a file that is not there yet. @throws RuntimeError for a name that is taken or none */
  openNew(name: string): void {
    if (name === '' || name === '.' || name === '..' || name.includes('/')) throw refusal('A file name has at least one character, and no "/".');
    const path = this.#path === '' ? name : `${this.#path}/${name}`;
    if (this.#entries?.some((entry) => entry.path === `/${path}`)) throw refusal(`${name} is there already.`);
    this.#text = { path, saved: '' };
    this.changed();
  }

  /** Writes the file that is open. @throws RuntimeError */
  async saveText(text: string): Promise<void> {
    if (this.#text === null) return;
    const { path } = this.#text;
    await this.#api.writeFile(this.#key, path, new Blob([text]));
    this.#text = { path, saved: text };
    await this.refresh();
  }

  closeText(): void {
    this.#text = null;
    this.changed();
  }

  /** One file, as it is. @throws RuntimeError */
  async download(path: string): Promise<{ name: string; blob: Blob }> {
    return { name: path.slice(path.lastIndexOf('/') + 1), blob: await this.#read(path.slice(1)) };
  }

  /** The directory that is shown and all below it, as a zip archive. @throws RuntimeError `body-too-large` and others */
  async downloadAll(): Promise<{ name: string; blob: Blob }> {
    const [key, path] = [this.#key, this.#path];
    const { chunksOf, createZip, TEXT_LEVEL } = await import('./zip-writer.ts');
    const zip = await createZip(Date.now());
    const skipped = path === '' ? 1 : path.length + 2;
    for (const file of await this.#api.listFiles(key, path, { recursive: true })) {
      if (file.kind !== 'regular-file') continue;
      await zip.put(file.path.slice(skipped), TEXT_LEVEL, chunksOf(await this.#api.openFile(key, file.path.slice(1))), { keepsEmpty: true });
    }
    return { name: `${path === '' ? key.name : path.slice(path.lastIndexOf('/') + 1)}.zip`, blob: zip.finish() };
  }

  async #read(path: string): Promise<Blob> {
    return new Response(await this.#api.openFile(this.#key, path)).blob();
  }

  async #write(key: VolumeKey, files: readonly VolumeUpload[], replaced: number): Promise<void> {
    this.#setFill({ name: 'writing', files: files.length });
    await this.#api.writeFiles(key, files);
    this.#setFill({ name: 'done', files: files.length, replaced });
    await this.refresh();
  }

  #setFill(step: FillStep): void {
    this.#fill = step;
    this.changed();
  }
}
