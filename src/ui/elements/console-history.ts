import { css, html, LitElement, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { AgeController } from '../controllers/age-controller.ts';
import { icon } from '../icons.ts';
import { type HistoryEntry, obstacleTo } from '../state/console-history.ts';
import { formatCount, formatShortAge } from '../text.ts';

/** What was sent before. Fires `swerve-fill` and `swerve-resend` with an entry, `swerve-forget` with its id, and `swerve-clear`. */
export class ConsoleHistoryList extends LitElement {
  static override properties = { entries: { attribute: false } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      section {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-2);
      }
      .head {
        justify-content: space-between;
        min-height: 2rem;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto auto;
        align-items: center;
        gap: var(--space-1);
        padding-inline-end: var(--space-2);
      }
      li + li {
        border-block-start: 1px solid var(--line);
      }
      ol {
        max-height: 44rem;
        overflow: auto;
      }
      .fill {
        position: relative;
        display: grid;
        justify-content: stretch;
        justify-items: start;
        gap: 0;
        min-width: 0;
        padding: var(--space-2) var(--space-3);
        border-radius: 0;
        color: var(--ink);
        text-align: start;
        font-weight: 400;
      }
      .what {
        display: flex;
        gap: var(--space-2);
        width: 100%;
        min-width: 0;
        font-family: var(--mono);
        font-size: var(--text-small);
      }
      .what b {
        font-weight: 650;
      }
      .path {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .said {
        font-size: var(--text-small);
        color: var(--ink-soft);
        font-variant-numeric: tabular-nums;
      }
      .bad {
        color: var(--bad);
      }
      .busy {
        color: var(--busy);
      }
      .good {
        color: var(--good);
      }
      .do {
        padding: 0 0.375rem;
      }
      .none {
        padding: var(--space-4);
      }
    `,
  ];

  declare entries: readonly HistoryEntry[];
  readonly #age = new AgeController(this);

  constructor() {
    super();
    this.entries = [];
  }

  override render(): TemplateResult {
    return html`<section aria-labelledby="title">
      <div class="row head">
        <h2 id="title">History</h2>
        <button class="quiet tiny" type="button" ?disabled=${this.entries.length === 0} @click=${() => this.dispatchEvent(new CustomEvent('swerve-clear'))}>Clear</button>
      </div>
      ${
        this.entries.length === 0
          ? html`<p class="card none soft small">What you send is kept here, in this browser.</p>`
          : html`<ol class="card">
              ${repeat(
                this.entries,
                ({ id }) => id,
                (entry) => this.#renderEntry(entry),
              )}
            </ol>`
      }
    </section>`;
  }

  #renderEntry(entry: HistoryEntry): TemplateResult {
    const { id, atMs, request, status, state, totalMs } = entry;
    const path = `${request.path}${request.query === '' ? '' : `?${request.query}`}`;
    const obstacle = obstacleTo(request);
    const tone = state === 'failed' || (status ?? 0) >= 500 ? 'bad' : (status ?? 0) >= 400 ? 'busy' : state === 'done' && status !== null ? 'good' : 'soft';
    const outcome = state === 'done' ? (status ?? 'redirect') : status === null ? state : `${status} ${state}`;
    return html`<li>
      <button class="quiet fill" type="button" title=${path} @click=${() => this.#fire('swerve-fill', entry)}>
        <span class="visually-hidden">Fill in</span>
        <span class="what"><b>${request.method}</b><span class="path">${path}</span></span>
        <span class="said"><span class=${tone}>${outcome}</span> · ${formatCount(Math.round(totalMs))} ms · ${formatShortAge(atMs, this.#age.nowMs)}</span>
      </button>
      <button
        class="quiet tiny do"
        type="button"
        aria-label="Send ${request.method} ${path} again"
        title=${obstacle ?? 'Send again'}
        ?disabled=${obstacle !== null}
        @click=${() => this.#fire('swerve-resend', entry)}
      >
        ${icon('restart')}
      </button>
      <button class="quiet tiny do" type="button" aria-label="Forget ${request.method} ${path}" title="Forget" @click=${() => this.#fire('swerve-forget', id)}>${icon('close')}</button>
    </li>`;
  }

  #fire(type: 'swerve-fill' | 'swerve-resend' | 'swerve-forget', detail: HistoryEntry | string): void {
    this.dispatchEvent(new CustomEvent<HistoryEntry | string>(type, { detail }));
  }
}

customElements.define('swerve-console-history', ConsoleHistoryList);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-console-history': ConsoleHistoryList;
  }
}
