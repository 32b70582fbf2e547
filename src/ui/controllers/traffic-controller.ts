import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { TRAFFIC_INTERVAL_MS } from '../../core/traffic.ts';
import type { AppSecond, TrafficSummary } from '../state/traffic.ts';
import type { PanelController } from './panel-controller.ts';

/** What a small chart shows. */
const SECONDS = 60;
/** Longer than samples are apart: then none comes any more, and time passes without them. */
const OVERDUE_MS = TRAFFIC_INTERVAL_MS * 1.5;

/** Follows the traffic of one App, and renders its element again once a second, but not while there is none. */
export class TrafficController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #panel: PanelController;
  readonly #uid: () => string;
  #summary: TrafficSummary = { requestsPerSecond: 0, requests: 0, errors: 0, p50Ms: null, p95Ms: null, inFlight: 0 };
  #seconds: readonly AppSecond[] = [];
  /** Whose traffic this is: an element may come to show another App. */
  #readUid: string | null = null;
  #newestMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unsubscribe: (() => void)[] = [];

  constructor(host: ReactiveControllerHost, panel: PanelController, uid: () => string) {
    this.#host = host;
    this.#panel = panel;
    this.#uid = uid;
    host.addController(this);
  }

  get summary(): TrafficSummary {
    return this.#summary;
  }

  /** The last minute, oldest first; empty when nothing happened in it. */
  get seconds(): readonly AppSecond[] {
    return this.#seconds;
  }

  hostConnected(): void {
    const { traffic } = this.#panel.store;
    this.#unsubscribe = [
      traffic.listen(({ atMs }) => {
        this.#newestMs = atMs;
      }),
      traffic.subscribe(() => this.#read()),
    ];
    this.#readUid = null;
    this.#read();
  }

  hostUpdate(): void {
    if (this.#uid() !== this.#readUid) this.#read();
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  #read(): void {
    const { traffic } = this.#panel.store;
    const uid = this.#uid();
    const nowMs = this.#nowMs();
    const summary = traffic.summaryOf(uid, nowMs);
    const isQuiet = summary.requests === 0 && summary.errors === 0;
    const wasQuiet = this.#summary.requests === 0 && this.#summary.errors === 0;
    clearTimeout(this.#timer);
    if (!isQuiet) this.#timer = setTimeout(() => this.#read(), OVERDUE_MS);
    if (isQuiet && wasQuiet && uid === this.#readUid && summary.inFlight === this.#summary.inFlight) return;
    this.#readUid = uid;
    this.#summary = summary;
    this.#seconds = isQuiet ? [] : traffic.secondsOf(uid, nowMs, SECONDS);
    this.#host.requestUpdate();
  }

  /** Half a step after the newest sample while samples come, so that none of them slips into its neighbour's second. */
  #nowMs(): number {
    const nowMs = Date.now();
    return nowMs - this.#newestMs < OVERDUE_MS ? this.#newestMs + TRAFFIC_INTERVAL_MS / 2 : nowMs;
  }
}
