import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Renders its element again when the element becomes wider or narrower. */
export class WidthController implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #observer: ResizeObserver;
  #widthPx = 0;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    this.#observer = new ResizeObserver(([entry]) => this.#set(entry?.contentRect.width ?? 0));
    host.addController(this);
  }

  /** Of the element's content; 0 before it was laid out. */
  get widthPx(): number {
    return this.#widthPx;
  }

  hostConnected(): void {
    this.#observer.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
  }

  #set(widthPx: number): void {
    if (widthPx === this.#widthPx) return;
    this.#widthPx = widthPx;
    this.#host.requestUpdate();
  }
}
