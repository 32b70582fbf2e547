import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { ClusterMap, type Machine } from '../state/cluster-map.ts';
import type { PanelController } from './panel-controller.ts';

/** The hosts and their instances for an element, rendered again when they change, and when one that went is to be shown no longer. */
export class ClusterController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #panel: PanelController;
  readonly #map = new ClusterMap();
  #machines: readonly Machine[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unsubscribe: (() => void)[] = [];

  constructor(host: ReactiveControllerHost, panel: PanelController) {
    this.#host = host;
    this.#panel = panel;
    host.addController(this);
  }

  get machines(): readonly Machine[] {
    return this.#machines;
  }

  hostConnected(): void {
    const { nodes, pods } = this.#panel.store;
    const update = (): void => this.#update();
    this.#unsubscribe = [nodes.subscribe(update), pods.subscribe(update)];
    this.#update();
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  #update(): void {
    const { nodes, pods, thisHost } = this.#panel.store;
    const nowMs = Date.now();
    this.#machines = this.#map.update({ nodes: nodes.items, pods: pods.items, thisHost }, nowMs);
    clearTimeout(this.#timer);
    const { nextChangeMs } = this.#map;
    if (nextChangeMs !== null) this.#timer = setTimeout(() => this.#update(), Math.max(0, nextChangeMs - nowMs));
    this.#host.requestUpdate();
  }
}
