import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { ERRORS, RuntimeError } from '../../core/errors.ts';
import type { RequestDetail as Detail, RequestRecord } from '../../core/traffic.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { type DetailSource, RequestDetailController } from '../controllers/request-detail-controller.ts';
import { BASE, hrefOfConsole, hrefOfInstanceLog } from '../links.ts';
import { planReplay, type ReplayPlan } from '../state/replay.ts';
import { adviceFor } from '../state/request-advice.ts';
import { outcomeOf, toneOfRequest } from '../state/request-filter.ts';
import { formatBytes, formatDateTime } from '../text.ts';
import { renderTimings, waterfallStyles } from './waterfall.ts';
import './request-body.ts';
import './request-headers.ts';
import './status-badge.ts';

/** One request closely: timings, headers, bodies, what went wrong. Fires `swerve-close`, `swerve-replay` with the plan, `swerve-copy` with a text and `swerve-curl` with the detail. */
export class RequestDetailView extends LitElement {
  static override properties = { source: { attribute: false }, requestId: { type: String }, record: { attribute: false }, note: { type: String } };
  static override styles = [
    baseStyles,
    buttonStyles,
    waterfallStyles,
    css`
      :host {
        min-width: 0;
        container-type: inline-size;
      }
      section {
        display: grid;
        gap: var(--space-4);
        padding: var(--space-4);
      }
      .part {
        display: grid;
        gap: var(--space-2);
        padding-block-start: var(--space-3);
        border-block-start: 1px solid var(--line);
      }
      .title {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: var(--space-2);
        align-items: start;
        margin-block-end: calc(-1 * var(--space-2));
      }
      .title button {
        margin-block: -0.25rem;
      }
      h2 {
        font: 550 var(--text-body) / 1.4 var(--mono);
        letter-spacing: 0;
      }
      .facts-list {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.125rem var(--space-3);
        font-size: var(--text-small);
      }
      dt {
        color: var(--ink-soft);
      }
      .actions {
        gap: var(--space-2);
      }
      swerve-request-headers,
      swerve-request-body {
        display: grid;
        gap: var(--space-1);
      }
    `,
  ];

  declare source: DetailSource;
  declare requestId: string;
  /** What the list knows; null when it has it no longer. */
  declare record: RequestRecord | null;
  /** What came of the last replay. */
  declare note: string;
  readonly #panel = new PanelController(this, (store) => [store.pods]);
  readonly #detail = new RequestDetailController(this);

  constructor() {
    super();
    this.requestId = '';
    this.record = null;
    this.note = '';
  }

  /** Brings the detail before a person's eyes. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector('h2')?.focus();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('requestId') || changed.has('record')) this.#detail.open(this.source, this.requestId, this.record);
  }

  override render(): TemplateResult {
    const { value } = this.#detail;
    const known = value instanceof RuntimeError || value === null ? null : value;
    const shown = this.record ?? known;
    return html`<section class="card" aria-labelledby="title">
      <div class="title">
        <h2 id="title" class="wrap" tabindex="-1">${shown === null ? 'Request' : `${shown.method} ${shown.path}`}</h2>
        <button class="quiet tiny" type="button" aria-label="Close request" @click=${() => this.#fire('swerve-close', null)}>Close</button>
      </div>
      ${shown === null ? nothing : this.#renderSummary(shown)}
      ${value instanceof RuntimeError ? html`<p class="notice wrap" role="alert">${value.code === 'resource-not-found' ? 'This request is no longer kept. Only the last ones are, and none outlives the service worker.' : value.message}</p>` : nothing}
      ${value === null ? html`<p class="soft small" role="status">Reading the request…</p>` : nothing}
      ${known === null ? nothing : this.#renderDetail(known)}
    </section>`;
  }

  #renderSummary(record: RequestRecord): TemplateResult {
    const { error, phases, host, instance, atMs, isNavigation, responseBytes, requestBytes, namespace, app } = record;
    const isRunning = this.#panel.store.instancesOf(namespace, app).some(({ metadata }) => metadata.name === instance);
    return html`<div class="row">
        <swerve-status-badge tone=${toneOfRequest(record)} label=${outcomeOf(record)}></swerve-status-badge>
        <span class="soft small">${formatDateTime(atMs)}${isNavigation ? ', a page was opened' : ''}</span>
      </div>
      ${
        error === null
          ? nothing
          : html`<div class="notice bad stack" role="note" aria-label="Error">
              <p class="wrap"><strong>${ERRORS[error.code].title}</strong></p>
              <p class="small wrap">${error.message}</p>
              <p class="small">${adviceFor(error.code)}</p>
              <p class="small soft"><code>${error.code}</code></p>
            </div>`
      }
      <div>${renderTimings(phases)}</div>
      <dl class="facts-list">
        <dt>Sent</dt>
        <dd>${requestBytes === null ? 'no body' : formatBytes(requestBytes)}</dd>
        <dt>Answered</dt>
        <dd>${formatBytes(responseBytes)}</dd>
        <dt>Host</dt>
        <dd class="wrap">${host === null ? 'none' : host === this.#panel.store.thisHost ? 'this tab' : html`<code>${host}</code>`}</dd>
        <dt>Instance</dt>
        <dd class="wrap">${instance === null ? 'none' : html`<a href=${hrefOfInstanceLog(namespace, app, instance)}><code>${instance}</code></a>${isRunning ? '' : ' (ended)'}`}</dd>
      </dl>`;
  }

  /** The console sends to the panel's origin; what came to an App's own can be opened there. */
  #renderWayBack(method: string, origin: string, path: string): TemplateResult | typeof nothing {
    if (origin === BASE.origin)
      return html`<a class="button tiny" href=${hrefOfConsole({ method, path: path.slice(BASE.pathname.length - 1) })}>Open in console</a>`;
    if (method !== 'GET') return nothing;
    return html`<a class="button tiny" href=${origin + path} target="_blank" rel="noopener">Open in a tab</a>`;
  }

  #renderDetail(detail: Detail): TemplateResult {
    const { requestHeaders, responseHeaders, requestBody, responseBody, requestBytes, responseBytes, error, method, origin, path } = detail;
    const plan = planReplay(detail, BASE.origin);
    const obstacle = 'obstacle' in plan ? plan.obstacle : '';
    const leftOut = 'leftOut' in plan ? plan.leftOut : [];
    const onCopy = (event: CustomEvent<string>): void => this.#fire('swerve-copy', event.detail);
    return html`<div class="part">
        <div class="row actions">
          <button type="button" class="tiny" ?disabled=${obstacle !== ''} @click=${() => this.#fire('swerve-replay', plan as ReplayPlan)}>Replay</button>
          ${this.#renderWayBack(method, origin, path)}
          <button type="button" class="tiny" @click=${() => this.#fire('swerve-curl', detail)}>Copy as curl</button>
        </div>
        ${obstacle === '' ? nothing : html`<p class="soft small">It cannot be sent again: ${obstacle}</p>`}
        ${leftOut.length === 0 || obstacle !== '' ? nothing : html`<p class="soft small wrap">A replay leaves these headers to the browser: ${leftOut.join(', ')}.</p>`}
        <p class="small" role="status">${this.note}</p>
      </div>
      <div class="part">
        <swerve-request-headers label="Request headers" .headers=${requestHeaders} emptyText="None." @swerve-copy=${onCopy}></swerve-request-headers>
        <swerve-request-body
          label="Request body"
          .preview=${requestBody}
          .headers=${requestHeaders}
          .totalBytes=${requestBytes ?? 0}
          emptyText="It has none."
          @swerve-copy=${onCopy}
        ></swerve-request-body>
      </div>
      <div class="part">
        <swerve-request-headers
          label="Response headers"
          .headers=${responseHeaders}
          emptyText=${responseHeaders !== null ? 'None.' : error === null ? 'They have not come yet.' : 'The guest sent none: Swerve answered in its place.'}
          @swerve-copy=${onCopy}
        ></swerve-request-headers>
        <swerve-request-body
          label="Response body"
          .preview=${responseBody}
          .headers=${responseHeaders ?? []}
          .totalBytes=${responseBytes}
          emptyText=${detail.state === 'running' ? 'Nothing has come yet.' : 'It is empty.'}
          @swerve-copy=${onCopy}
        ></swerve-request-body>
      </div>`;
  }

  #fire<T>(type: string, detail: T): void {
    this.dispatchEvent(new CustomEvent<T>(type, { detail }));
  }
}

customElements.define('swerve-request-detail', RequestDetailView);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-request-detail': RequestDetailView;
  }
}
