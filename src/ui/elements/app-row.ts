import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { App } from '../../core/app.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { TrafficController } from '../controllers/traffic-controller.ts';
import { icon } from '../icons.ts';
import { hrefOfApp } from '../links.ts';
import { isWithoutRoute, stateOfApp } from '../state/app-state.ts';
import type { AppAddress } from '../state/origins.ts';
import { formatCount, formatLatency, formatRate, withLocalTimes } from '../text.ts';
import './app-menu.ts';
import './sparkline.ts';
import './status-badge.ts';

/** How much room a row has: columns, columns that are as narrow as can be, or a card. */
export type RowSize = 'wide' | 'medium' | 'narrow';

/** What can be reached in a row with the arrow keys, from left to right. */
export const ROW_CONTROLS = ['name', 'open', 'menu'] as const;
export type RowControl = (typeof ROW_CONTROLS)[number];

/**
 * One App of the list: what it is, its state, what it does right now. Its columns are those of the list, which also gives
 * it its role. Renders itself when its App or its traffic changes, whatever happens to the others.
 */
export class AppRow extends LitElement {
  static override properties = {
    app: { attribute: false },
    size: { type: String, reflect: true },
    isTabbable: { attribute: false },
    isRevealed: { type: Boolean, attribute: 'revealed', reflect: true },
    hasNamespace: { attribute: false },
  };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        position: relative;
        display: grid;
        grid-template-columns: var(--app-columns);
        gap: var(--space-1) var(--space-4);
        align-items: center;
        min-height: 3.75rem;
        padding: var(--space-2) var(--space-4);
        background: var(--surface);
        contain: layout style;
      }
      :host(:hover) {
        background: color-mix(in oklab, var(--sunken) 55%, var(--surface));
      }
      :host([revealed]),
      :host(:focus-within) {
        background: var(--accent-wash);
      }
      /* Only for its role: what the App says of its state gets a line of its own, below all columns. */
      .about {
        display: contents;
      }
      .message {
        grid-column: 1 / -1;
        grid-row: 2;
      }
      .title {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 var(--space-2);
      }
      .name {
        color: var(--ink);
        font-weight: 600;
        text-decoration: none;
      }
      .name:hover {
        text-decoration: underline;
      }
      /* A click anywhere in the row opens the App; what else can be clicked lies above. */
      .name::after {
        content: '';
        position: absolute;
        inset: 0;
      }
      .routes a,
      .actions {
        position: relative;
        z-index: 1;
      }
      .routes a {
        color: inherit;
        text-decoration: none;
      }
      .routes a:hover {
        text-decoration: underline;
      }
      :host(:not([size='narrow'])) .routes {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      /* Always two lines, in line with the name and the routes: nothing moves when there is more to say. */
      .number > *,
      .state {
        display: block;
        min-height: 1.35em;
      }
      .number {
        text-align: end;
        white-space: nowrap;
        line-height: 1.35;
      }
      .state {
        display: flex;
        align-items: start;
        font-size: var(--text-small);
        min-height: 2.7em;
      }
      .number strong {
        font-weight: 550;
      }
      .number .none {
        color: var(--ink-soft);
        font-weight: 400;
      }
      .traffic {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 5rem;
        align-items: center;
        gap: var(--space-2);
      }
      /* In the place of a chart without bars: of many Apps most are idle. */
      .flat {
        display: block;
        width: 120px;
        max-width: 100%;
        height: 28px;
        background: linear-gradient(var(--line), var(--line)) 0 22px / 100% 1px no-repeat;
      }
      .bad {
        color: var(--bad);
      }
      .actions {
        display: flex;
        justify-content: end;
        gap: var(--space-1);
      }
      .open {
        width: 2rem;
        padding: 0;
      }
      :host([size='medium']) {
        column-gap: var(--space-3);
      }
      :host([size='medium']) .open {
        display: none;
      }
      /* Out of sight, but the line is there. */
      :host([size='medium']) .rest {
        width: 0;
        margin-inline-start: auto;
        overflow: hidden;
      }
      :host([size='medium']) .traffic {
        grid-template-columns: minmax(0, 1fr) 2.75rem;
      }
      /* The same lines whatever there is to say. */
      :host([size='narrow']) {
        grid-template:
          'what what actions' auto
          'message message message' auto
          'state traffic traffic' auto
          'latency latency errors' auto / minmax(0, 1fr) auto auto;
        gap: var(--space-2) var(--space-3);
        padding: var(--space-3) var(--space-4);
      }
      :host([size='narrow']) .what {
        grid-area: what;
      }
      :host([size='narrow']) .message {
        grid-area: message;
      }
      :host([size='narrow']) .actions {
        grid-area: actions;
        align-self: start;
        margin-inline-end: calc(-1 * var(--space-2));
      }
      :host([size='narrow']) .state {
        grid-area: state;
        min-height: 0;
      }
      :host([size='narrow']) .traffic {
        grid-area: traffic;
        grid-template-columns: 4.5rem 3rem;
      }
      :host([size='narrow']) .latency {
        grid-area: latency;
        display: flex;
        gap: var(--space-2);
      }
      :host([size='narrow']) .errors {
        grid-area: errors;
      }
      :host([size='narrow']) .rest {
        display: none;
      }
      :host([hidden]) {
        display: none;
      }
    `,
  ];

  declare app: App;
  declare size: RowSize;
  /** Whether Tab comes by. */
  declare isTabbable: boolean;
  declare isRevealed: boolean;
  /** Whether to name the namespace. */
  declare hasNamespace: boolean;
  readonly #panel = new PanelController(this, (store) => [store.origins]);
  readonly #traffic = new TrafficController(this, this.#panel, () => this.app.metadata.uid);

  constructor() {
    super();
    this.size = 'wide';
    this.isTabbable = false;
    this.isRevealed = false;
    this.hasNamespace = false;
  }

  /** What of {@link ROW_CONTROLS} is there, from left to right. */
  get controls(): readonly RowControl[] {
    const hasOpen = this.size !== 'medium' && (isWithoutRoute(this.app) || this.#addresses.length > 0);
    return ROW_CONTROLS.filter((control) => control !== 'open' || hasOpen);
  }

  /** Gives `wanted` the focus, the name in the place of one that is not there, without scrolling to it. */
  focusControl(wanted: RowControl): void {
    const control = this.controls.includes(wanted) ? wanted : 'name';
    if (control === 'menu') this.renderRoot.querySelector('swerve-app-menu')?.focusButton();
    else this.renderRoot.querySelector<HTMLElement>(`.${control}`)?.focus({ preventScroll: true });
  }

  /** Opens the menu of the App, from the keyboard. */
  async openMenu(): Promise<void> {
    await this.renderRoot.querySelector('swerve-app-menu')?.open();
  }

  /** What of the row has the focus; null when nothing has. */
  get focusedControl(): RowControl | null {
    const focused = this.shadowRoot?.activeElement;
    return ROW_CONTROLS.find((control) => focused?.matches(control === 'menu' ? 'swerve-app-menu' : `.${control}`)) ?? null;
  }

  get #addresses(): AppAddress[] {
    return this.#panel.store.origins.addressesOf(this.app);
  }

  override render(): TemplateResult {
    const state = stateOfApp(this.app);
    const cell = this.size === 'narrow' ? nothing : 'gridcell';
    return html`${this.#renderAbout(state.message)}
      <div class="state" role=${cell}><swerve-status-badge tone=${state.tone} label=${state.label}></swerve-status-badge></div>
      ${this.#renderNumbers(cell)}
      <div class="actions" role=${cell}>${this.#renderActions()}</div>`;
  }

  #renderAbout(message: string): TemplateResult {
    const { name, namespace } = this.app.metadata;
    const addresses = this.#addresses;
    return html`<div class="about" role=${this.size === 'narrow' ? nothing : 'rowheader'}>
      <div class="what">
      <div class="title">
        <a class="name wrap" href=${hrefOfApp(namespace, name)} tabindex=${this.isTabbable ? 0 : -1}>${name}</a>
        ${this.hasNamespace ? html`<span class="soft small">${namespace}</span>` : nothing}
      </div>
      <p class="routes soft small wrap" title=${addresses.length > 1 ? addresses.map(({ text }) => text).join(', ') : nothing}>
        ${addresses.map(({ href, text }, index) => html`${index > 0 ? ', ' : ''}<a href=${href} target="_blank" rel="noopener" tabindex="-1"><code>${text}</code></a>`)}
      </p>
      </div>
      ${message === '' ? nothing : html`<p class="message small wrap">${withLocalTimes(message, Date.now())}</p>`}
    </div>`;
  }

  #renderNumbers(cell: string | typeof nothing): TemplateResult {
    const { requestsPerSecond, requests, errors, p50Ms, p95Ms } = this.#traffic.summary;
    const isNarrow = this.size === 'narrow';
    return html`<div class="traffic" role=${cell}>
        ${
          requests + errors === 0
            ? html`<span class="flat" role="img" aria-label="No requests in the last minute"></span>`
            : html`<swerve-sparkline .seconds=${this.#traffic.seconds}></swerve-sparkline>`
        }
        <p class="number small">
          <strong class=${requests === 0 ? 'none' : ''}>${formatRate(requestsPerSecond)}/s</strong>
          <span class="rest soft">${requests === 0 ? nothing : `${formatCount(requests)} in 1 min`}</span>
        </p>
      </div>
      <p class="latency number small" role=${cell}>
        <span>${p50Ms === null ? html`<span class="soft">${isNarrow ? 'No answers yet' : '–'}</span>` : html`<span class="soft">p50</span> <strong>${formatLatency(p50Ms)}</strong>`}</span>
        <span>${p95Ms === null ? nothing : html`<span class="soft">p95</span> ${formatLatency(p95Ms)}`}</span>
      </p>
      <p class="errors number small" role=${cell}>
        <strong class=${errors === 0 ? 'none' : 'bad'}>${formatCount(errors)}${isNarrow ? (errors === 1 ? ' error' : ' errors') : ''}</strong>
        <span class="rest soft">${errors === 0 ? nothing : shareOf(errors, requests)}</span>
      </p>`;
  }

  #renderOpen(): TemplateResult | typeof nothing {
    const { namespace, name } = this.app.metadata;
    const [first] = this.#addresses;
    const tabIndex = this.isTabbable ? 0 : -1;
    // Its address would show another App.
    if (isWithoutRoute(this.app)) {
      const label = `Change the route of ${name}`;
      return html`<a class="open button quiet tiny" href=${hrefOfApp(namespace, name, 'settings')} aria-label=${label} title=${label} tabindex=${tabIndex}
        >${icon('settings')}</a
      >`;
    }
    if (first === undefined) return nothing;
    return html`<a
      class="open button quiet tiny"
      href=${first.href}
      target="_blank"
      rel="noopener"
      aria-label="Open ${name}"
      tabindex=${tabIndex}
      title="Open page"
      >${icon('external')}</a
    >`;
  }

  #renderActions(): TemplateResult {
    return html`${this.#renderOpen()}
      <swerve-app-menu .app=${this.app} .isTabbable=${this.isTabbable}></swerve-app-menu>`;
  }
}

function shareOf(part: number, whole: number): string {
  const percent = (part / Math.max(part, whole)) * 100;
  return percent > 0 && percent < 10 ? `${percent.toFixed(1)} %` : `${Math.round(percent)} %`;
}

customElements.define('swerve-app-row', AppRow);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-app-row': AppRow;
  }
}
