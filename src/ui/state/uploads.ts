import { RuntimeError } from '../../core/errors.ts';
import type { ModuleReport } from '../../core/module.ts';
import type { ApiClient, UploadProgress } from '../api/client.ts';
import { addressOf, download, fileNameOfAddress } from '../api/download.ts';
import { type DropEntry, describeIntake, type Intake, walkChosen, walkDropped } from './file-walk.ts';
import { Observable } from './observable.ts';

/** Files that are on their way at once. */
const MAX_AT_ONCE = 2;

/** Where one file stands. */
export type UploadStep =
  | { name: 'waiting' }
  | { name: 'fetching'; receivedBytes: number; totalBytes: number | null }
  | { name: 'sending'; phase: UploadProgress['phase']; receivedBytes: number }
  /** `isFetched`: false when the address did not give it. */
  | { name: 'refused'; error: RuntimeError; isFetched: boolean }
  | { name: 'stored'; module: ModuleReport; isNew: boolean };

/** An App by its place. */
export interface AppKey {
  readonly namespace: string;
  readonly name: string;
}

/** What a person hands over: files and folders that were dropped, chosen or pasted, one folder that was chosen, or an address. */
export type Dropped =
  | { readonly kind: 'entries'; readonly entries: readonly DropEntry[] }
  | { readonly kind: 'folder'; readonly files: readonly File[] }
  | { readonly kind: 'address'; readonly text: string };

/** One file on its way into the cluster. */
export interface Upload {
  readonly id: number;
  readonly fileName: string;
  /** 0 while nobody knows. */
  readonly sizeBytes: number;
  /** Where it comes from; null for a file of this device. */
  readonly address: string | null;
  /** The App whose view it was dropped on. */
  readonly target: AppKey | null;
  readonly step: UploadStep;
}

/** What is to be said of a drop as a whole. `isBusy`: folders are still being looked through. */
export interface IntakeNote {
  readonly id: number;
  readonly text: string;
  readonly isBusy: boolean;
}

interface Job {
  upload: Upload;
  /** Null until an address has given it. */
  file: Blob | null;
  controller: AbortController;
}

/** Files on their way into the cluster, two at a time in the order they came. */
export class UploadQueue extends Observable {
  readonly #client: ApiClient;
  /** The latest drop first, its files in their own order. */
  #jobs: Job[] = [];
  #notes: IntakeNote[] = [];
  #nextId = 1;
  #underWay = 0;
  #isReady = false;

  /** Nothing is sent before `ready` resolves. */
  constructor(client: ApiClient, ready: Promise<void>) {
    super();
    this.#client = client;
    void ready.then(() => {
      this.#isReady = true;
      this.#sendNext();
    });
  }

  /** The latest drop first. */
  get items(): Upload[] {
    return this.#jobs.map(({ upload }) => upload);
  }

  get notes(): readonly IntakeNote[] {
    return this.#notes;
  }

  add(files: readonly File[], target: AppKey | null = null): void {
    this.#put(files.map((file) => ({ file, fileName: file.name, sizeBytes: file.size, address: null, target, step: { name: 'waiting' } })));
    this.#sendNext();
  }

  /** Takes in what was dropped: files, and the modules of folders. */
  async addDropped(dropped: readonly DropEntry[], target: AppKey | null = null): Promise<void> {
    const folders = dropped.filter(({ kind }) => kind === 'folder').map(({ name }) => name);
    if (folders.length === 0) {
      this.#addIntake(await walkDropped(dropped), target);
      return;
    }
    const note = { id: this.#nextId++, text: `Looking through ${folders.join(', ')}…`, isBusy: true };
    this.#notes = [note, ...this.#notes];
    this.changed();
    const intake = await walkDropped(dropped);
    this.dismissNote(note.id);
    this.#addIntake(intake, target);
  }

  /** Takes in the modules of a folder that was chosen. */
  addFolder(files: readonly File[]): void {
    this.#addIntake(walkChosen(files), null);
  }

  /** Fetches a module from an address. False when `text` is no address that could be fetched. */
  addUrl(text: string, target: AppKey | null = null): boolean {
    const url = addressOf(text);
    if (url === null) return false;
    const step: UploadStep = { name: 'waiting' };
    this.#put([{ file: null, fileName: fileNameOfAddress(url), sizeBytes: 0, address: url.href, target, step }]);
    this.#sendNext();
    return true;
  }

  /** Puts a module that is stored already where files are proposed, under `title` for want of a file name. */
  offer(module: ModuleReport, title: string): void {
    const step: UploadStep = { name: 'stored', module, isNew: false };
    this.#put([{ file: null, fileName: title, sizeBytes: module.sizeBytes, address: null, target: null, step }]);
  }

  /** Sends a refused file once more. */
  retry(id: number): void {
    if (this.#find(id)?.upload.step.name !== 'refused') return;
    this.#change(id, { step: { name: 'waiting' } });
    this.#sendNext();
  }

  /** Takes a file off the list; one that is under way is cancelled. A stored module stays stored. */
  dismiss(id: number): void {
    this.#find(id)?.controller.abort();
    this.#jobs = this.#jobs.filter(({ upload }) => upload.id !== id);
    this.changed();
  }

  dismissNote(id: number): void {
    this.#notes = this.#notes.filter((note) => note.id !== id);
    this.changed();
  }

  #addIntake(intake: Intake, target: AppKey | null): void {
    const text = describeIntake(intake);
    if (text !== null) this.#notes = [{ id: this.#nextId++, text, isBusy: false }, ...this.#notes];
    this.add(intake.files, target);
  }

  #sendNext(): void {
    while (this.#isReady && this.#underWay < MAX_AT_ONCE) {
      const next = this.#jobs.filter(({ upload }) => upload.step.name === 'waiting').sort((a, b) => a.upload.id - b.upload.id)[0];
      if (next === undefined) return;
      this.#underWay += 1;
      void this.#send(next).finally(() => {
        this.#underWay -= 1;
        this.#sendNext();
      });
    }
  }

  /** Does not throw: a failure is the file's next step. Sets a step before it first waits, so that nobody sends the file twice. */
  async #send(job: Job): Promise<void> {
    const { id, address } = job.upload;
    const { signal } = job.controller;
    try {
      if (job.file === null && address !== null) {
        this.#change(id, { step: { name: 'fetching', receivedBytes: 0, totalBytes: null } });
        const file = await download(new URL(address), (receivedBytes, totalBytes) => this.#fetched(id, receivedBytes, totalBytes), signal);
        job.file = file;
        this.#change(id, { sizeBytes: file.size });
      }
      this.#change(id, { step: { name: 'sending', phase: 'receiving', receivedBytes: 0 } });
      const stored = await this.#client.uploadModule(
        job.file ?? new Blob(),
        ({ phase, bytes }) => this.#change(id, { step: { name: 'sending', phase, receivedBytes: bytes ?? 0 } }),
        signal,
      );
      this.#change(id, { step: { name: 'stored', ...stored } });
    } catch (error) {
      this.#change(id, { step: { name: 'refused', error: RuntimeError.from(error), isFetched: job.file !== null } });
    }
  }

  #fetched(id: number, receivedBytes: number, totalBytes: number | null): void {
    this.#change(id, { step: { name: 'fetching', receivedBytes, totalBytes } });
  }

  #put(entries: (Omit<Upload, 'id'> & { file: Blob | null })[]): void {
    const jobs = entries.map(({ file, ...upload }) => ({ file, controller: new AbortController(), upload: { id: this.#nextId++, ...upload } }));
    this.#jobs = [...jobs, ...this.#jobs];
    this.changed();
  }

  #find(id: number): Job | undefined {
    return this.#jobs.find(({ upload }) => upload.id === id);
  }

  #change(id: number, change: Partial<Upload>): void {
    const job = this.#find(id);
    if (job === undefined) return;
    job.upload = { ...job.upload, ...change };
    this.changed();
  }
}
