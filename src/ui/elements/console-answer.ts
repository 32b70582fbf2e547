import '@awesome.me/webawesome/dist/components/tab-group/tab-group.js';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { App } from '../../core/app.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { icon } from '../icons.ts';
import { hrefOfApp } from '../links.ts';
import { type AnswerProblem, ERROR_HEADER, problemOf } from '../state/answer-problem.ts';
import { type AnswerView, viewsOf } from '../state/answer-views.ts';
import type { Tone } from '../state/app-state.ts';
import { type AnswerHead, type Exchange, VIEW_MAX_BYTES } from '../state/exchange.ts';
import { statusLine } from '../state/reason-phrases.ts';
import { formatBytes, formatCount } from '../text.ts';
import './console-body.ts';
import { tabStyles } from './tab-styles.ts';
import './request-headers.ts';
import './status-badge.ts';

const LABELS: Readonly<Record<AnswerView, string>> = { events: 'Events', json: 'JSON', preview: 'Preview', image: 'Image', text: 'Text', hex: 'Hex' };

/**
 * The answer as it arrives: how it went, and its body and headers. Fires `swerve-copy` with a text to copy and what it is,
 * and `swerve-download`.
 */
export class ConsoleAnswer extends LitElement {
  static override properties = { exchange: { attribute: false }, app: { attribute: false }, seen: { type: Number }, shown: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    tabStyles,
    css`
      section {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-3);
        padding: var(--space-4);
        min-height: 20rem;
        align-content: start;
      }
      .empty {
        place-content: center;
        text-align: center;
        justify-items: center;
      }
      .facts-line {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-4);
        min-height: 2rem;
      }
      .fact {
        display: inline-flex;
        gap: var(--space-2);
        align-items: baseline;
        font-size: var(--text-small);
      }
      .fact b {
        min-width: 4rem;
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1);
        margin-inline-start: auto;
      }
      .notice {
        display: grid;
        gap: var(--space-1);
      }
      .headers {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-2);
        container-type: inline-size;
      }
      .do {
        padding-inline: 0.5rem;
      }
      @media (max-width: 34rem) {
        .actions {
          margin-inline-start: 0;
        }
      }
    `,
  ];

  /** Null before the first request. */
  declare exchange: Exchange | null;
  /** Whose requests it is among. */
  declare app: App | null;
  /** Changes whenever the exchange did. */
  declare seen: number;
  /** Chosen by hand; null: the one that fits best. */
  declare shown: AnswerView | 'headers' | null;

  constructor() {
    super();
    this.exchange = null;
    this.app = null;
    this.seen = 0;
    this.shown = null;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('exchange') && this.shown !== 'headers') this.shown = null;
  }

  override render(): TemplateResult {
    const { exchange } = this;
    if (exchange === null) {
      return html`<section class="card empty" aria-label="Answer">
        <p class="soft">The answer appears here. ${icon('keyboard')} Ctrl or ⌘ with Enter sends.</p>
      </section>`;
    }
    const views = viewsOf({
      contentType: exchange.contentType,
      hasEvents: exchange.events !== null,
      text: exchange.text,
      isEmpty: exchange.isOver && exchange.sizeBytes === 0,
    });
    const problem = problemOf(exchange.header(ERROR_HEADER), exchange.text);
    return html`<section class="card" aria-label="Answer" aria-busy=${!exchange.isOver}>
      ${this.#renderLine(exchange, views)} ${problem === null ? nothing : this.#renderProblem(problem)} ${this.#renderNotes(exchange)} ${this.#renderTabs(exchange, views)}
    </section>`;
  }

  #renderLine(exchange: Exchange, views: readonly AnswerView[]): TemplateResult {
    const { head, headMs, totalMs, sizeBytes, isOver } = exchange;
    const { tone, label } = outcomeOf(exchange);
    const isText = views.includes('text') && views[0] !== 'hex';
    return html`<div class="facts-line">
      <swerve-status-badge tone=${tone} label=${label}></swerve-status-badge>
      <span class="visually-hidden" role="status">${isOver ? `${label}, ${formatBytes(sizeBytes)}` : ''}</span>
      <span class="fact"><span class="soft">Head</span><b>${headMs === null ? '–' : formatMs(headMs)}</b></span>
      <span class="fact"><span class="soft">Total</span><b>${formatMs(totalMs)}</b></span>
      <span class="fact"><span class="soft">Size</span><b>${head === null ? '–' : formatBytes(sizeBytes)}</b></span>
      <span class="actions">
        ${this.app === null ? nothing : html`<a class="button tiny quiet" href=${hrefOfApp(this.app.metadata.namespace, this.app.metadata.name, 'requests')} aria-label="Requests of ${this.app.metadata.name}">Requests</a>`}
        <button class="tiny quiet do" type="button" aria-label="Copy the answer" title="Copy the answer" ?disabled=${!isText} @click=${() => this.#copy(exchange.text, exchange.isCut ? `the first ${formatBytes(VIEW_MAX_BYTES)} of the answer` : 'the answer')}>${icon('copy')}</button>
        <button class="tiny quiet do" type="button" aria-label="Download the answer" title="Download the answer" ?disabled=${sizeBytes === 0} @click=${() => this.dispatchEvent(new CustomEvent('swerve-download'))}>${icon('download')}</button>
      </span>
    </div>`;
  }

  #renderProblem({ code, title, detail, advice }: AnswerProblem): TemplateResult {
    const { app } = this;
    const link = (tab: 'logs' | 'settings' | 'overview', label: string) =>
      app === null ? nothing : html`<a href=${hrefOfApp(app.metadata.namespace, app.metadata.name, tab)}>${label}</a>`;
    return html`<div class="notice bad" role="alert">
      <p><strong>${title}</strong> <code class="soft">${code}</code></p>
      ${detail === '' || detail === title ? nothing : html`<p class="small wrap">${detail}</p>`}
      <p class="small">This answer is from Swerve, not from an App. ${advice}</p>
      ${app === null ? nothing : html`<p class="small row">${link('logs', 'Log')} ${link('settings', 'Settings')} ${link('overview', 'Conditions')}</p>`}
    </div>`;
  }

  #renderNotes({ head, failure, url, state, sizeBytes }: Exchange): TemplateResult | typeof nothing {
    if (failure !== '')
      return html`<p class="notice bad wrap" role="alert">${failure} ${head === null ? 'The service worker may have been stopped: send it again.' : ''}</p>`;
    if (state === 'cancelled')
      return html`<p class="notice calm">${head === null ? 'Cancelled before an answer came.' : `Cancelled after ${formatBytes(sizeBytes)}.`}</p>`;
    if (head === null) return nothing;
    if (head.isHiddenRedirect)
      return html`<p class="notice calm wrap">This was a redirect, and it was not followed. Browsers hide its status, headers and target from pages; the App's list of requests has them.</p>`;
    if (head.wasRedirected && head.url !== url)
      return html`<p class="notice calm wrap">Followed redirects to <code>${head.url}</code>. Browsers hide the hops in between from pages; the App's list of requests has them.</p>`;
    return nothing;
  }

  #renderTabs(exchange: Exchange, views: readonly AnswerView[]): TemplateResult | typeof nothing {
    const { head } = exchange;
    if (head === null || head.isHiddenRedirect) return nothing;
    const [best] = views;
    const shown = this.shown === 'headers' || (this.shown !== null && views.includes(this.shown)) ? this.shown : (best ?? 'headers');
    return html`${views.length === 0 && exchange.state === 'done' ? html`<p class="soft small">The answer has no body.</p>` : nothing}
${keyed(views.join(' '), this.#renderGroup(exchange, head, views, shown))}`;
  }

  /** Keyed by its views: the library loses the tab that is shown when the tabs under it become others. */
  #renderGroup(exchange: Exchange, head: AnswerHead, views: readonly AnswerView[], shown: AnswerView | 'headers'): TemplateResult {
    return html`<wa-tab-group active=${shown} without-scroll-controls @wa-tab-show=${this.#onShow}>
        ${views.map((view) => html`<wa-tab panel=${view}>${LABELS[view]}</wa-tab>`)}
        <wa-tab panel="headers">Headers<span class="count">${head.headers.length}</span></wa-tab>
        ${views.map(
          (view) => html`<wa-tab-panel name=${view}>
            ${
              view === shown
                ? html`<swerve-console-body .exchange=${exchange} view=${view} sizeBytes=${exchange.sizeBytes} state=${exchange.state}></swerve-console-body>`
                : nothing
            }
          </wa-tab-panel>`,
        )}
        <wa-tab-panel name="headers">
          <div class="headers">
            <swerve-request-headers
              label="Headers of the answer"
              emptyText="None that a page may see."
              .headers=${head.headers}
              @swerve-copy=${(event: CustomEvent<string>) => this.#copy(event.detail, 'the headers')}
            ></swerve-request-headers>
            <p class="soft small">Browsers keep set-cookie from pages.</p>
          </div>
        </wa-tab-panel>
      </wa-tab-group>`;
  }

  readonly #onShow = (event: CustomEvent<{ name: string }>): void => {
    // The library shows a tab also when it has just been told to: that is no choice of a person.
    const name = event.detail.name as AnswerView | 'headers';
    const group = event.currentTarget as HTMLElement;
    if (group.getAttribute('active') !== name || this.shown !== null) this.shown = name;
  };

  #copy(text: string, what: string): void {
    this.dispatchEvent(new CustomEvent<{ text: string; what: string }>('swerve-copy', { detail: { text, what } }));
  }
}

/** The answer in a word. */
function outcomeOf({ state, head }: Exchange): { tone: Tone; label: string } {
  if (head === null) {
    if (state === 'failed') return { tone: 'bad', label: 'No answer' };
    return state === 'cancelled' ? { tone: 'quiet', label: 'Cancelled' } : { tone: 'busy', label: 'Waiting' };
  }
  if (head.isHiddenRedirect) return { tone: 'quiet', label: 'Redirect' };
  const label = statusLine(head.status, head.statusText);
  if (state === 'failed') return { tone: 'bad', label: `${label}, broken off` };
  if (state === 'cancelled') return { tone: 'quiet', label: `${label}, cancelled` };
  return { tone: head.status >= 500 ? 'bad' : head.status >= 400 ? 'busy' : 'good', label: state === 'streaming' ? `${label}, streaming` : label };
}

function formatMs(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${formatCount(Math.round(ms))} ms`;
}

customElements.define('swerve-console-answer', ConsoleAnswer);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-console-answer': ConsoleAnswer;
  }
}
