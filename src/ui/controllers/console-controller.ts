import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { parametersOfHash, viewOfHash } from '../links.ts';
import type { RequestConsole } from '../state/console.ts';
import type { PanelController } from './panel-controller.ts';

/** The request console for its view: opened, filled in from the address, and rendered whenever it changes. */
export class ConsoleController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #panel: PanelController;
  #console: RequestConsole | null = null;
  #unsubscribe: () => void = () => {};
  readonly #onHashChange = (): void => this.#fill();

  constructor(host: ReactiveControllerHost, panel: PanelController) {
    this.#host = host;
    this.#panel = panel;
    host.addController(this);
  }

  /** Null until its code has come. */
  get console(): RequestConsole | null {
    return this.#console;
  }

  hostConnected(): void {
    addEventListener('hashchange', this.#onHashChange);
    void this.#open();
  }

  hostDisconnected(): void {
    removeEventListener('hashchange', this.#onHashChange);
    this.#unsubscribe();
  }

  async #open(): Promise<void> {
    this.#console = await this.#panel.store.openConsole();
    this.#unsubscribe();
    this.#unsubscribe = this.#console.subscribe(() => this.#host.requestUpdate());
    this.#fill();
    this.#host.requestUpdate();
  }

  #fill(): void {
    if (viewOfHash(location.hash).name === 'console') this.#console?.fillFrom(parametersOfHash(location.hash));
  }
}
