import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { PanelController } from './panel-controller.ts';

/** What is stored cannot be watched: while somebody looks at it, it is read again this often. */
const STEP_MS = 10_000;

/** Keeps the storage report fresh while its element is in the document and the tab is seen. Construct after the PanelController. */
export class StorageController implements ReactiveController {
  readonly #panel: PanelController;
  #timer: ReturnType<typeof setInterval> | undefined;
  #unsubscribe: () => void = () => {};
  readonly #refresh = (): void => {
    if (document.visibilityState === 'visible') void this.#panel.store.storage.refresh();
  };

  constructor(host: ReactiveControllerHost, panel: PanelController) {
    this.#panel = panel;
    host.addController(this);
  }

  hostConnected(): void {
    const { storedModules } = this.#panel.store;
    // Read again whenever Apps come to run other modules, which is when sizes change most.
    this.#unsubscribe = storedModules.subscribe(this.#refresh);
    void storedModules.refresh();
    this.#refresh();
    this.#timer = setInterval(this.#refresh, STEP_MS);
    document.addEventListener('visibilitychange', this.#refresh);
  }

  hostDisconnected(): void {
    this.#unsubscribe();
    clearInterval(this.#timer);
    document.removeEventListener('visibilitychange', this.#refresh);
  }
}
