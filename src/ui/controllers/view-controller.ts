import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { type View, viewOfHash } from '../links.ts';

/** Follows the view in the address's hash. */
export class ViewController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #view: View = viewOfHash(location.hash);
  readonly #onHashChange = (): void => {
    this.#view = viewOfHash(location.hash);
    this.#host.requestUpdate();
  };

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get view(): View {
    return this.#view;
  }

  hostConnected(): void {
    addEventListener('hashchange', this.#onHashChange);
  }

  hostDisconnected(): void {
    removeEventListener('hashchange', this.#onHashChange);
  }
}
