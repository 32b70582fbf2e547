import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Renders its element again now and then while the tab is looked at, so that "just now" does not stay so for ever. */
export class AgeController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #everyMs: number;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost, { everyMs = 30_000 } = {}) {
    this.#host = host;
    this.#everyMs = everyMs;
    host.addController(this);
  }

  /** Unix epoch, milliseconds. */
  get nowMs(): number {
    return Date.now();
  }

  hostConnected(): void {
    this.#timer = setInterval(() => document.visibilityState === 'visible' && this.#host.requestUpdate(), this.#everyMs);
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
  }
}
