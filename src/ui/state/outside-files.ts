import { hrefOfHome, hrefOfView, viewOfHash } from '../links.ts';
import { entryOfFile } from './file-walk.ts';
import type { ImportStep } from './import.ts';
import type { Observable } from './observable.ts';
import type { PanelStore } from './panel-store.ts';
import type { Upload } from './uploads.ts';

/** Steps of an import that still hold the archive. */
const OPEN_STEPS: ReadonlySet<ImportStep['name']> = new Set(['reading', 'preview', 'applying']);

/** Takes in what comes from outside of the page, and shows it. */
export class OutsideFiles {
  readonly #store: Pick<PanelStore, 'takeArchive' | 'uploads' | 'imports' | 'platform'>;

  constructor(store: Pick<PanelStore, 'takeArchive' | 'uploads' | 'imports' | 'platform'>) {
    this.#store = store;
  }

  /**
   * Takes files, and a web address unless it is null, as if they were dropped: an archive of Apps is opened, all else goes
   * to the uploads. Resolves, once that is begun, to a promise that resolves once their bytes are no longer needed.
   */
  async take(files: readonly File[], address: string | null = null): Promise<{ settled: Promise<void> }> {
    const { uploads, imports, platform } = this.#store;
    const [only] = files;
    const shownIn = only === undefined || files.length > 1 ? null : await this.#store.takeArchive({ kind: 'entries', entries: [entryOfFile(only)] });
    if (shownIn !== null) {
      if (viewOfHash(location.hash).name !== shownIn) location.assign(shownIn === 'home' ? hrefOfHome() : hrefOfView(shownIn));
      return { settled: until(imports, () => !OPEN_STEPS.has(imports.step.name)) };
    }
    const before = new Set(uploads.items.map(({ id }) => id));
    uploads.add(files);
    if (address !== null) uploads.addUrl(address);
    void platform.askForPersistence();
    if (viewOfHash(location.hash).name !== 'home') location.assign(hrefOfHome());
    const own = new Set(uploads.items.map(({ id }) => id).filter((id) => !before.has(id)));
    return { settled: until(uploads, () => uploads.items.every((upload) => !own.has(upload.id) || isSettled(upload))) };
  }

  /** Says in the panel what could not be taken. */
  tell(problem: string): void {
    this.#store.platform.set({ problem });
  }
}

/** Whether the bytes are no longer needed: stored, or of a kind that never can be. Any other refusal may end well another time. */
function isSettled({ step }: Upload): boolean {
  return step.name === 'stored' || (step.name === 'refused' && step.error.code === 'module-invalid');
}

/** Resolves once `isSo`, which is looked at whenever `observable` changes. */
function until(observable: Observable, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (!isSo()) return;
      unsubscribe();
      resolve();
    };
    const unsubscribe = observable.subscribe(check);
    check();
  });
}
