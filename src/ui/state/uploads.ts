import { RuntimeError } from '../../core/errors.ts';
import type { ModuleReport } from '../../core/module.ts';
import type { ApiClient, UploadProgress } from '../api/client.ts';
import { Observable } from './observable.ts';

/** Where one dropped file stands. */
export type UploadStep =
  | { name: 'waiting' }
  | { name: 'sending'; phase: UploadProgress['phase']; receivedBytes: number }
  | { name: 'refused'; error: RuntimeError }
  | { name: 'stored'; module: ModuleReport; isNew: boolean };

/** One dropped file. */
export interface Upload {
  readonly id: number;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly step: UploadStep;
}

interface Job {
  upload: Upload;
  file: File;
  controller: AbortController;
}

/** Files on their way into the cluster, one at a time in the order they came. */
export class UploadQueue extends Observable {
  readonly #client: ApiClient;
  /** The latest drop first, its files in their own order. */
  #jobs: Job[] = [];
  #nextId = 1;
  #isSending = false;

  constructor(client: ApiClient) {
    super();
    this.#client = client;
  }

  /** The latest drop first. */
  get items(): Upload[] {
    return this.#jobs.map(({ upload }) => upload);
  }

  add(files: readonly File[]): void {
    this.#put(files.map((file) => ({ file, fileName: file.name, sizeBytes: file.size, step: { name: 'waiting' } })));
    void this.#sendAll();
  }

  /** Says why a dropped folder is not taken. */
  refuseFolders(names: readonly string[]): void {
    const error = new RuntimeError('module-invalid', 'This is a folder.', { details: { fix: 'Drop the .wasm files that are in it.' } });
    this.#put(names.map((fileName) => ({ file: new File([], fileName), fileName, sizeBytes: 0, step: { name: 'refused', error } })));
  }

  /** Puts a module that is stored already where files are proposed, under `title` for want of a file name. */
  offer(module: ModuleReport, title: string): void {
    this.#put([{ file: new File([], title), fileName: title, sizeBytes: module.sizeBytes, step: { name: 'stored', module, isNew: false } }]);
  }

  /** Sends a refused file once more. */
  retry(id: number): void {
    if (this.#find(id)?.upload.step.name !== 'refused') return;
    this.#setStep(id, { name: 'waiting' });
    void this.#sendAll();
  }

  /** Takes a file off the list; one that is under way is cancelled. A stored module stays stored. */
  dismiss(id: number): void {
    this.#find(id)?.controller.abort();
    this.#jobs = this.#jobs.filter(({ upload }) => upload.id !== id);
    this.changed();
  }

  async #sendAll(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    for (;;) {
      const next = this.#jobs.filter(({ upload }) => upload.step.name === 'waiting').sort((a, b) => a.upload.id - b.upload.id)[0];
      if (next === undefined) break;
      await this.#send(next);
    }
    this.#isSending = false;
  }

  async #send({ upload: { id }, file, controller }: Job): Promise<void> {
    this.#setStep(id, { name: 'sending', phase: 'receiving', receivedBytes: 0 });
    try {
      const stored = await this.#client.uploadModule(
        file,
        (progress) => this.#setStep(id, { name: 'sending', phase: progress.phase, receivedBytes: progress.bytes ?? 0 }),
        controller.signal,
      );
      this.#setStep(id, { name: 'stored', ...stored });
    } catch (error) {
      this.#setStep(id, { name: 'refused', error: RuntimeError.from(error) });
    }
  }

  #put(entries: (Omit<Upload, 'id'> & { file: File })[]): void {
    const jobs = entries.map(({ file, ...upload }) => ({ file, controller: new AbortController(), upload: { id: this.#nextId++, ...upload } }));
    this.#jobs = [...jobs, ...this.#jobs];
    this.changed();
  }

  #find(id: number): Job | undefined {
    return this.#jobs.find(({ upload }) => upload.id === id);
  }

  #setStep(id: number, step: UploadStep): void {
    const job = this.#find(id);
    if (job === undefined) return;
    job.upload = { ...job.upload, step };
    this.changed();
  }
}
