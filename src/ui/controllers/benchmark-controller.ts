import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Benchmark } from '../state/benchmark.ts';
import type { PanelController } from './panel-controller.ts';

/** The benchmark for its view: opened, rendered whenever it changes, and ended when a person goes elsewhere. */
export class BenchmarkController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #panel: PanelController;
  #benchmark: Benchmark | null = null;
  #isConnected = false;
  #unsubscribe: () => void = () => {};
  readonly #onPageHide = (): void => this.#benchmark?.cancel();

  constructor(host: ReactiveControllerHost, panel: PanelController) {
    this.#host = host;
    this.#panel = panel;
    host.addController(this);
  }

  /** Null until its code has come. */
  get benchmark(): Benchmark | null {
    return this.#benchmark;
  }

  hostConnected(): void {
    this.#isConnected = true;
    addEventListener('pagehide', this.#onPageHide);
    void this.#open();
  }

  hostDisconnected(): void {
    this.#isConnected = false;
    removeEventListener('pagehide', this.#onPageHide);
    this.#unsubscribe();
    this.#benchmark?.cancel();
  }

  async #open(): Promise<void> {
    const benchmark = await this.#panel.store.openBenchmark();
    if (!this.#isConnected) return;
    this.#benchmark = benchmark;
    this.#unsubscribe();
    this.#unsubscribe = benchmark.subscribe(() => this.#host.requestUpdate());
    this.#host.requestUpdate();
    benchmark.removeLeftovers();
  }
}
