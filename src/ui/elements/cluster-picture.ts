import { html, LitElement, nothing, type PropertyValues, svg, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { TrafficSample } from '../../core/traffic.ts';
import { baseStyles } from '../base-styles.ts';
import { DotsController } from '../controllers/dots-controller.ts';
import type { ClusterRates } from '../controllers/flow-controller.ts';
import { WidthController } from '../controllers/width-controller.ts';
import { hrefOfApp } from '../links.ts';
import { type Box, type CellLayout, type ClusterLayout, layoutCluster, type MachineLayout, roundedPath } from '../state/cluster-layout.ts';
import type { Machine } from '../state/cluster-map.ts';
import type { SceneInstance } from '../state/cluster-scene.ts';
import { WORDS_OF_GONE, wordsOfCluster, wordsOfInstance } from '../state/cluster-words.ts';
import { titleOfHost } from '../state/host-view.ts';
import { formatBytes, formatCount, formatRate } from '../text.ts';
import { pictureStyles } from './cluster-picture-styles.ts';

const CORNER_PX = 10;
/** The thinnest and the thickest line that requests run along, and how much it thickens when they double. */
const WIRE = { minPx: 1.5, maxPx: 5, doublingPx: 0.4 } as const;
/** Half of the widest tip: it stays within the picture. */
const TIP_HALF_PX = 120;
/** Before it is known how wide the picture is. */
const LOADING_HEIGHT_PX = 196;

/** Hosts as machines below the ingress, their instances in them, and requests that run down the lines. Arrow keys go from instance to instance. */
export class ClusterPicture extends LitElement {
  static override properties = { machines: { attribute: false }, rates: { attribute: false }, shownTip: { state: true }, current: { state: true } };
  static override styles = [baseStyles, pictureStyles];

  declare machines: readonly Machine[];
  declare rates: ClusterRates;
  /** The instance whose tip is shown. */
  declare shownTip: string | null;
  /** The instance that Tab leads to. */
  declare current: string | null;
  readonly #width = new WidthController(this);
  readonly #dots = new DotsController(this, () => this.renderRoot.querySelector<HTMLElement>('.dots'));
  #layout: ClusterLayout = layoutCluster([], 0);
  #isStill = true;
  #hadFocus = false;
  #plan = '';

  constructor() {
    super();
    this.machines = [];
    this.rates = { total: 0, hosts: new Map(), inFlight: 0 };
    this.shownTip = null;
    this.current = null;
  }

  /** Lets the requests of `sample` run through the picture. */
  run(sample: TrafficSample): void {
    this.#dots.run(sample, this.#layout);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const widthPx = Math.floor(this.#width.widthPx);
    // What is drawn anew for another width is there at once: it would limp after a window that is being drawn wider.
    this.#isStill = widthPx !== this.#layout.width;
    if (changed.has('machines') || this.#isStill) {
      const parts = this.machines.map(({ host, places }) => ({ id: host.id, instances: places.map((place) => place?.id ?? null) }));
      this.#layout = layoutCluster(parts, widthPx);
    }
    const ids = this.#layout.machines.flatMap(({ cells }) => cells.map(({ id }) => id));
    if (this.current === null || !ids.includes(this.current)) this.current = ids[0] ?? null;
    if (this.shownTip !== null && !ids.includes(this.shownTip)) this.shownTip = null;
    this.#hadFocus = this.shadowRoot?.activeElement?.classList.contains('cell') ?? false;
  }

  override updated(): void {
    const plan = this.#layout.machines.map(({ id, x, y }) => `${id} ${x} ${y}`).join();
    if (plan !== this.#plan) this.#dots.clear();
    this.#plan = plan;
    // An instance that ended took the focus along.
    if (this.#hadFocus && this.shadowRoot?.activeElement == null) this.#cellOf(this.current)?.focus({ preventScroll: true });
  }

  override render(): TemplateResult {
    if (this.#width.widthPx === 0) return html`<div style="height: ${LOADING_HEIGHT_PX}px"></div>`;
    const { width, height, ingress, machines } = this.#layout;
    const byId = new Map(this.machines.map((machine) => [machine.host.id, machine]));
    return html`<div
        class="picture"
        role="group"
        aria-label="Picture of the cluster: ${wordsOfCluster(this.machines, this.rates.total)}"
        style="height: ${height}px"
        ?data-still=${this.#isStill}
        @keydown=${this.#onKey}
        @pointerover=${this.#onPoint}
        @pointerleave=${this.#hideTip}
        @focusin=${this.#onFocus}
        @focusout=${this.#hideTip}
      >
        <svg width=${width} height=${height} aria-hidden="true">
          ${repeat(
            machines,
            ({ id }) => id,
            (layout) => this.#renderWire(layout, byId.get(layout.id)),
          )}
        </svg>
        <div class="ingress" style=${boxStyle(ingress)}>
          <strong>Ingress</strong><span><b>${formatRate(this.rates.total)}</b> req/s</span>
          <small>Service worker</small><small>${formatCount(this.rates.inFlight)} under way</small>
        </div>
        ${repeat(
          machines,
          ({ id }) => id,
          (layout) => this.#renderMachine(layout, byId.get(layout.id)),
        )}
        <div class="dots" aria-hidden="true"></div>
        ${this.#renderTip(byId)}
      </div>
      ${this.#renderLegend()}`;
  }

  #renderWire({ id, wire }: MachineLayout, machine: Machine | undefined): TemplateResult {
    const rate = this.rates.hosts.get(id) ?? 0;
    const width = Math.min(WIRE.maxPx, WIRE.minPx + WIRE.doublingPx * Math.log2(1 + rate));
    const path = roundedPath(wire, CORNER_PX);
    return svg`<path d=${path} style="d: path('${path}')${rate > 0 ? `; stroke-width: ${width.toFixed(2)}` : ''}" ?data-live=${rate > 0} ?data-frozen=${machine?.host.isResponsive === false}></path>`;
  }

  #renderMachine(layout: MachineLayout, machine: Machine | undefined): TemplateResult | typeof nothing {
    if (machine === undefined) return nothing;
    const { host, places } = machine;
    const rate = this.rates.hosts.get(host.id) ?? 0;
    const title = titleOfHost(host, location.href);
    const byId = new Map(places.flatMap((instance) => (instance === null ? [] : [[instance.id, instance]])));
    const state = host.isResponsive === null ? 'Joining' : host.isResponsive ? (host.isHidden ? 'Hidden' : 'Visible') : 'Frozen';
    return html`<div
      class="machine card enter"
      role="group"
      aria-label=${title}
      style=${boxStyle(layout)}
      ?data-own=${host.isThisTab}
      ?data-live=${rate > 0}
      ?data-frozen=${host.isResponsive === false}
    >
      <p class="title"><span>${title}</span>${host.isThisTab ? html`<span class="own">This tab</span>` : nothing}</p>
      <p class="about"><span>${host.engine === '' ? state : `${state} · ${host.engine}`}</span><span class="rate">${formatRate(rate)} req/s</span></p>
      ${layout.free.map((place) => html`<i class="free" style=${boxStyle(place)}></i>`)}
      ${layout.cells.length === 0 ? html`<p class="none">${host.isThisTab && this.#isIdle ? 'No instance: the next request starts one' : 'No instance'}</p>` : nothing}
      ${repeat(
        layout.cells,
        ({ id }) => id,
        (cell) => this.#renderCell(cell, byId.get(cell.id)),
      )}
    </div>`;
  }

  get #isIdle(): boolean {
    return this.machines.every(({ places }) => places.length === 0);
  }

  #renderCell(cell: CellLayout, instance: SceneInstance | undefined): TemplateResult | typeof nothing {
    if (instance === undefined) return nothing;
    const { id, namespace, app, tone, gone, inFlight } = instance;
    return html`<a
      class="cell enter"
      href=${hrefOfApp(namespace, app)}
      aria-label=${wordsOfInstance(instance)}
      tabindex=${id === this.current ? 0 : -1}
      style=${boxStyle(cell)}
      data-id=${id}
      data-tone=${tone}
      data-gone=${gone ?? nothing}
      ><i class="mark"></i><span>${app}</span>${inFlight > 0 && gone === null ? html`<b aria-hidden="true">${inFlight}</b>` : nothing}</a
    >`;
  }

  #renderTip(byId: ReadonlyMap<string, Machine>): TemplateResult | typeof nothing {
    if (this.shownTip === null) return nothing;
    for (const layout of this.#layout.machines) {
      const cell = layout.cells.find(({ id }) => id === this.shownTip);
      const instance = byId.get(layout.id)?.places.find((place) => place?.id === this.shownTip);
      if (cell === undefined || instance == null) continue;
      const x = Math.max(TIP_HALF_PX, Math.min(this.#layout.width - TIP_HALF_PX, layout.x + cell.x + cell.width / 2));
      const style = `transform: translate(${x}px, ${layout.y + cell.y - 6}px) translate(-50%, -100%)`;
      const { app, id, label, gone, inFlight, served, memoryBytes } = instance;
      const state = gone === null ? label : WORDS_OF_GONE[gone];
      return html`<div class="tip" style=${style} aria-hidden="true">
        <strong class="wrap">${app}</strong><code class="wrap">${id}</code>
        <span>${memoryBytes === null ? state : `${state} · ${formatBytes(memoryBytes)}`}</span><span>${formatCount(served)} served · ${inFlight} under way</span>
      </div>`;
    }
    return nothing;
  }

  #renderLegend(): TemplateResult {
    const { requestsPerDot } = this.#dots;
    return html`<ul class="legend" aria-label="What the picture shows">
      <li data-tone="good"><i class="mark"></i>Serving</li>
      <li data-tone="busy"><i class="mark"></i>Starting</li>
      <li data-tone="bad"><i class="mark"></i>Stalled</li>
      <li data-tone="quiet"><i class="mark"></i>Ending</li>
      <li class="moving"><i class="dot"></i>${requestsPerDot === 1 ? '1 request' : `${formatCount(requestsPerDot)} requests`}</li>
      <li class="moving"><i class="dot" data-error></i>Failed</li>
    </ul>`;
  }

  readonly #onPoint = (event: PointerEvent): void => {
    if (event.pointerType !== 'touch') this.shownTip = idOfCell(event);
  };

  readonly #onFocus = (event: FocusEvent): void => {
    const id = idOfCell(event);
    if (id === null) return;
    this.current = id;
    if ((event.target as Element).matches(':focus-visible')) this.shownTip = id;
  };

  readonly #hideTip = (): void => {
    this.shownTip = null;
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') this.#hideTip();
    const ids = this.#layout.machines.flatMap(({ cells }) => cells.map(({ id }) => id));
    const index = ids.indexOf(this.current ?? '');
    const next = { ArrowRight: index + 1, ArrowDown: index + 1, ArrowLeft: index - 1, ArrowUp: index - 1, Home: 0, End: ids.length - 1 }[event.key];
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#cellOf(ids[Math.max(0, Math.min(ids.length - 1, next))] ?? null)?.focus();
  };

  #cellOf(id: string | null): HTMLElement | null {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('.cell')].find((cell) => cell.dataset['id'] === id) ?? null;
  }
}

function boxStyle({ x, y, width, height }: Box): string {
  return `transform: translate(${x}px, ${y}px); width: ${width}px; height: ${height}px`;
}

function idOfCell(event: Event): string | null {
  return (event.target as Element).closest<HTMLElement>('.cell')?.dataset['id'] ?? null;
}

customElements.define('swerve-cluster-picture', ClusterPicture);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-cluster-picture': ClusterPicture;
  }
}
