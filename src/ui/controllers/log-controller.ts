import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { LogTail } from '../state/log-tail.ts';
import type { PanelController } from './panel-controller.ts';

/** Follows the log of one App while its element is in the document. */
export class LogController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #panel: PanelController;
  #tail: LogTail | null = null;
  #key = '';
  #abort: AbortController | null = null;

  constructor(host: ReactiveControllerHost, panel: PanelController) {
    this.#host = host;
    this.#panel = panel;
    host.addController(this);
  }

  /** Null before {@link open}. */
  get tail(): LogTail | null {
    return this.#tail;
  }

  /** Follows this App from now on; does nothing when it does already. */
  open(namespace: string, name: string): void {
    const key = `${namespace}/${name}`;
    if (key === this.#key) return;
    this.hostDisconnected();
    this.#key = key;
    this.#abort = new AbortController();
    this.#tail = this.#panel.store.openLog();
    this.#tail.subscribe(() => this.#host.requestUpdate());
    void this.#tail.follow(namespace, name, this.#abort.signal);
  }

  hostDisconnected(): void {
    this.#abort?.abort();
    this.#abort = null;
    this.#key = '';
  }
}
