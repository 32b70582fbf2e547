import { css, html, LitElement, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { EVERY_REQUEST, type RequestFilter, STATUS_CLASSES, type StatusClass } from '../state/request-filter.ts';
import { renderPause } from './pause-button.ts';
import { toolbarStyles } from './toolbar-styles.ts';

const STATUS_LABELS: Readonly<Record<StatusClass, string>> = {
  '2xx': '2xx',
  '3xx': '3xx',
  '4xx': '4xx',
  '5xx': '5xx',
  failed: 'Failed',
  running: 'Running',
};

/** What is shown of a list of requests. Fires `swerve-filter` with the new filter, `swerve-pause` with whether to pause, and `swerve-clear`. */
export class RequestToolbar extends LitElement {
  static override properties = {
    filter: { attribute: false },
    methods: { attribute: false },
    shown: { type: Number },
    count: { type: Number },
    isPaused: { type: Boolean },
    heldCount: { type: Number },
  };
  static override styles = [
    baseStyles,
    buttonStyles,
    toolbarStyles,
    css`
      .count {
        min-width: 8ch;
      }
    `,
  ];

  declare filter: RequestFilter;
  declare methods: readonly string[];
  /** Requests that the filter lets through, of `count`. */
  declare shown: number;
  declare count: number;
  declare isPaused: boolean;
  declare heldCount: number;

  constructor() {
    super();
    this.filter = EVERY_REQUEST;
    this.methods = [];
    this.shown = 0;
    this.count = 0;
    this.isPaused = false;
    this.heldCount = 0;
  }

  /** Puts the focus into the search field. */
  override focus(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  override render(): TemplateResult {
    const { filter } = this;
    return html`<div class="toolbar" role="group" aria-label="Which requests">
      <input name="path"
        type="search"
        aria-label="Filter by path"
        placeholder="Filter by path"
        autocomplete="off"
        spellcheck="false"
        .value=${filter.path}
        @input=${(event: Event) => this.#change({ path: (event.currentTarget as HTMLInputElement).value })}
      />
      <select name="status" aria-label="Status" @change=${(event: Event) => this.#change({ status: (event.currentTarget as HTMLSelectElement).value as RequestFilter['status'] })}>
        <option value="all" ?selected=${filter.status === 'all'}>Any status</option>
        ${STATUS_CLASSES.map((status) => html`<option value=${status} ?selected=${filter.status === status}>${STATUS_LABELS[status]}</option>`)}
      </select>
      <select name="method" aria-label="Method" @change=${(event: Event) => this.#change({ method: (event.currentTarget as HTMLSelectElement).value })}>
        <option value="all" ?selected=${filter.method === 'all'}>Any method</option>
        ${this.methods.map((method) => html`<option value=${method} ?selected=${filter.method === method}>${method}</option>`)}
      </select>
      <span class="count soft small" role="status">${this.shown === this.count ? `${this.count} kept` : `${this.shown} of ${this.count}`}</span>
      ${renderPause(this, () => this.dispatchEvent(new CustomEvent<boolean>('swerve-pause', { detail: !this.isPaused })))}
      <button class="quiet tiny" type="button" ?disabled=${this.count === 0} @click=${() => this.dispatchEvent(new CustomEvent('swerve-clear'))}>Clear</button>
    </div>`;
  }

  #change(change: Partial<RequestFilter>): void {
    this.dispatchEvent(new CustomEvent<RequestFilter>('swerve-filter', { detail: { ...this.filter, ...change } }));
  }
}

customElements.define('swerve-request-toolbar', RequestToolbar);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-request-toolbar': RequestToolbar;
  }
}
