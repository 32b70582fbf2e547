import type { ReactiveController, ReactiveControllerHost } from 'lit';

const STEP_MS = 30_000;

/** Renders its element again now and then, so that "just now" does not stay so for ever. */
export class AgeController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Unix epoch, milliseconds. */
  get nowMs(): number {
    return Date.now();
  }

  hostConnected(): void {
    this.#timer = setInterval(() => this.#host.requestUpdate(), STEP_MS);
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
  }
}
