import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { PanelController } from './panel-controller.ts';

/** Tells the panel that its element holds what a reload would lose. `what` completes "Reloading now would lose …"; null: nothing. */
export class UnsavedController implements ReactiveController {
  readonly #panel: PanelController;
  readonly #what: () => string | null;
  readonly #key = crypto.randomUUID();

  constructor(host: ReactiveControllerHost, panel: PanelController, what: () => string | null) {
    this.#panel = panel;
    this.#what = what;
    host.addController(this);
  }

  hostUpdated(): void {
    const what = this.#what();
    if (what === null) this.#panel.store.unsaved.delete(this.#key);
    else this.#panel.store.unsaved.set(this.#key, what);
  }

  hostDisconnected(): void {
    this.#panel.store.unsaved.delete(this.#key);
  }
}
