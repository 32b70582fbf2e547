import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { TRAFFIC_INTERVAL_MS, type TrafficSample } from '../../core/traffic.ts';
import { HostRates } from '../state/cluster-flow.ts';
import type { PanelController } from './panel-controller.ts';

/** Requests a second over the last seconds. */
export interface ClusterRates {
  /** Of all that came in, answered by an instance or not. */
  total: number;
  /** By host; those without requests are missing. */
  hosts: ReadonlyMap<string, number>;
  /** Under way when the last sample was made. */
  inFlight: number;
}

/** Longer than samples are apart: then none comes any more, and the rates fall without them. */
const OVERDUE_MS = TRAFFIC_INTERVAL_MS * 1.5;

/** The traffic of the whole cluster for an element, rendered again about once a second while there is any, and not while there is none. */
export class FlowController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #panel: PanelController;
  readonly #onSample: (sample: TrafficSample) => void;
  #hostRates = new HostRates();
  #rates: ClusterRates = { total: 0, hosts: new Map(), inFlight: 0 };
  #newestMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unsubscribe: (() => void)[] = [];

  /** `onSample` gets each sample that tells of the second that has just passed: none of those that were missed. */
  constructor(host: ReactiveControllerHost, panel: PanelController, onSample: (sample: TrafficSample) => void) {
    this.#host = host;
    this.#panel = panel;
    this.#onSample = onSample;
    host.addController(this);
  }

  get rates(): ClusterRates {
    return this.#rates;
  }

  hostConnected(): void {
    const { traffic } = this.#panel.store;
    this.#hostRates = new HostRates();
    for (const sample of traffic.samples) this.#take(sample);
    this.#unsubscribe = [
      traffic.listen((sample) => {
        this.#take(sample);
        if (Date.now() - sample.atMs < OVERDUE_MS) this.#onSample(sample);
      }),
      traffic.subscribe(() => this.#read()),
    ];
    this.#read();
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  #take(sample: TrafficSample): void {
    this.#newestMs = sample.atMs;
    this.#hostRates.add(sample);
  }

  #read(): void {
    clearTimeout(this.#timer);
    const nowMs = this.#nowMs();
    const { requestsPerSecond, inFlight } = this.#panel.store.traffic.totalOf(nowMs);
    this.#rates = { total: requestsPerSecond, hosts: this.#hostRates.at(nowMs), inFlight };
    if (requestsPerSecond > 0) this.#timer = setTimeout(() => this.#read(), OVERDUE_MS);
    this.#host.requestUpdate();
  }

  /** Half a step after the newest sample while samples come, so that the last seconds hold the same number of them each time. */
  #nowMs(): number {
    const nowMs = Date.now();
    return nowMs - this.#newestMs < OVERDUE_MS ? this.#newestMs + TRAFFIC_INTERVAL_MS / 2 : nowMs;
  }
}
