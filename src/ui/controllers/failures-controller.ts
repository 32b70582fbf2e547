import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { RuntimeError } from '../../core/errors.ts';
import type { RequestRecord, TrafficSample } from '../../core/traffic.ts';
import type { PanelController } from './panel-controller.ts';

/**
 * The requests of one App that went wrong lately. Read again when the traffic tells of errors, which the panel hears of
 * anyway: a stream of its own would be one more of the few that a browser lets one origin have.
 */
export class FailuresController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #panel: PanelController;
  #key = '';
  #items: readonly RequestRecord[] | null = null;
  #error: RuntimeError | null = null;
  #stop: () => void = () => {};

  constructor(host: ReactiveControllerHost, panel: PanelController) {
    this.#host = host;
    this.#panel = panel;
    host.addController(this);
  }

  /** Newest first; null before they were read. */
  get items(): readonly RequestRecord[] | null {
    return this.#items;
  }
  /** Why they could not be read the last time. */
  get error(): RuntimeError | null {
    return this.#error;
  }

  /** Looks at this App from now on; does nothing when it does already. */
  open(namespace: string, name: string, uid: string): void {
    if (uid === this.#key) return;
    this.hostDisconnected();
    this.#key = uid;
    this.#items = null;
    const read = (): void => void this.#read(namespace, name, uid);
    this.#stop = this.#panel.store.traffic.listen((sample) => hasErrors(sample, uid) && read());
    read();
  }

  hostDisconnected(): void {
    this.#stop();
    this.#key = '';
  }

  async #read(namespace: string, name: string, uid: string): Promise<void> {
    try {
      const items = await this.#panel.store.readFailedRequests(namespace, name);
      if (uid !== this.#key) return;
      this.#items = items;
      this.#error = null;
    } catch (error) {
      if (uid !== this.#key) return;
      this.#error = RuntimeError.from(error);
    }
    this.#host.requestUpdate();
  }
}

function hasErrors(sample: TrafficSample, uid: string): boolean {
  return sample.apps.some((app) => app.uid === uid && app.errors > 0);
}
