import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { View } from '../links.ts';

/** Loads what a view is made of; the home view comes with the panel. */
const LOADERS: Record<View['name'], () => Promise<unknown>> = {
  home: async () => {},
  app: () => import('../elements/app-view.ts'),
  console: () => import('../elements/console-view.ts'),
  cluster: () => import('../elements/cluster-view.ts'),
  storage: () => import('../elements/storage-view.ts'),
  volume: () => import('../elements/volume-view.ts'),
  browser: () => import('../elements/browser-view.ts'),
  benchmark: () => import('../elements/benchmark-view.ts'),
  unknown: () => import('../elements/unknown-view.ts'),
};

/** The code of one view: on its way, here, or not to be had. */
export type ViewCode = 'loading' | 'ready' | 'failed';

/** Loads the code of views when they are first shown, and lets a failed load be tried again. */
export class ViewLoader implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #codes = new Map<View['name'], ViewCode>([['home', 'ready']]);

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {}

  /** What there is of the view; begins to load it when nothing is. */
  codeOf(name: View['name']): ViewCode {
    const code = this.#codes.get(name);
    if (code !== undefined) return code;
    this.#codes.set(name, 'loading');
    void this.#load(name);
    return 'loading';
  }

  /** Tries again what failed. */
  retry(name: View['name']): void {
    if (this.#codes.get(name) !== 'failed') return;
    this.#codes.delete(name);
    this.#host.requestUpdate();
  }

  async #load(name: View['name']): Promise<void> {
    try {
      // Our icons stand in the library's place before any of its components is drawn.
      await Promise.all([LOADERS[name](), import('../library-icons.ts')]);
      this.#codes.set(name, 'ready');
    } catch (error) {
      console.warn('code of a view did not load', error);
      this.#codes.set(name, 'failed');
    }
    this.#host.requestUpdate();
  }
}
