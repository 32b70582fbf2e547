import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { BrowserFeatures, type FeatureGroup } from '../state/browser-features.ts';

/** Measures what this browser has whenever its element comes into the document. */
export class FeaturesController implements ReactiveController {
  readonly #features = new BrowserFeatures();
  readonly #host: ReactiveControllerHost;
  #unsubscribe: () => void = () => {};

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Empty until they are measured. */
  get groups(): FeatureGroup[] {
    return this.#features.groups;
  }

  hostConnected(): void {
    this.#unsubscribe = this.#features.subscribe(() => this.#host.requestUpdate());
    void this.#features.measure();
  }

  hostDisconnected(): void {
    this.#unsubscribe();
  }
}
