import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { Release } from '../../core/changelog.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';

/** An update on its way in: what it changes, what it waits for, what it would lose, and whether to take it now. */
export class UpdateNotice extends LitElement {
  static override properties = { isHeldBack: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        display: contents;
      }
      .notice {
        display: grid;
        gap: var(--space-2);
        background: var(--surface);
        box-shadow: var(--shadow);
        pointer-events: auto;
      }
      .row {
        justify-content: end;
      }
      /* The buttons stand below, together: beside them a phone has no room for the text. */
      .grow {
        flex-basis: 100%;
      }
      .versions {
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      summary {
        width: fit-content;
        cursor: pointer;
        color: var(--accent);
      }
      .changes {
        display: grid;
        gap: var(--space-3);
        max-height: 40vh;
        overflow: auto;
        margin-block-start: var(--space-2);
        padding-inline-end: var(--space-2);
      }
      h4 {
        margin: 0;
        font-size: var(--text-small);
        font-weight: 600;
        color: var(--ink-soft);
      }
      li {
        display: list-item;
        list-style: disc outside;
        margin-inline-start: 1.25rem;
      }
      h3 + h4,
      ul + h4 {
        margin-block-start: var(--space-2);
      }
    `,
  ];

  /** The person wants the update and was told what it would lose. */
  declare isHeldBack: boolean;
  readonly #panel = new PanelController(this, (store) => [store.platform, store.reloadGuard]);

  constructor() {
    super();
    this.isHeldBack = false;
  }

  override render(): TemplateResult | typeof nothing {
    const { platform, reloadGuard } = this.#panel.store;
    const reload = (): void => {
      reloadGuard.giveUp();
      location.reload();
    };
    switch (platform.update) {
      case 'none':
        return nothing;
      case 'waiting':
        return platform.isUpdateOffered ? this.#renderOffer() : nothing;
      case 'taking':
        return html`<div class="notice calm" role="status">
          <span>Updating as soon as the requests that are under way have ended… <span class="soft">${countRequests(reloadGuard.requestsUnderWay)}</span></span>
        </div>`;
      case 'replaced':
        return html`<div class="notice calm" role="status">
          <div class="row">
            <span class="grow">Swerve was updated in another tab. This one still runs the old panel.</span>
            ${this.#renderTake('Reload', reload)}
          </div>
          ${this.#renderWarning(reload, 'Reload anyway')}
        </div>`;
    }
  }

  #renderOffer(): TemplateResult {
    const { platform, reloadGuard } = this.#panel.store;
    const take = (): void => platform.takeUpdate();
    const later = (): void => platform.putOffUpdate();
    const { requestsUnderWay } = reloadGuard;
    const waits = requestsUnderWay === 0 ? '' : `It waits for what is under way: ${countRequests(requestsUnderWay)}.`;
    return html`<div class="notice calm" role="status" aria-label="Update">
      <div class="row">
        <span class="grow"><span>A new version of Swerve is ready.</span> <span class="soft versions">${this.#versions}</span> <span class="soft">${waits}</span></span>
        <button class="quiet" type="button" @click=${later}>Later</button>
        ${this.#renderTake('Update and reload', take)}
      </div>
      ${this.#renderWarning(take, 'Update anyway')}
      ${renderChanges(platform.news?.releases ?? [])}
    </div>`;
  }

  get #versions(): string {
    const { from, to } = this.#panel.store.platform.news ?? { from: null, to: null };
    if (to === null) return '';
    return from === null || from === to ? to : `${from} → ${to}`;
  }

  /** The button, until it has something to warn of. */
  #renderTake(label: string, act: () => void): TemplateResult | typeof nothing {
    const { reloadGuard } = this.#panel.store;
    if (this.isHeldBack && reloadGuard.risks.length > 0) return nothing;
    return html`<button type="button" @click=${() => {
      if (reloadGuard.risks.length > 0) this.isHeldBack = true;
      else act();
    }}>${label}</button>`;
  }

  #renderWarning(act: () => void, label: string): TemplateResult | typeof nothing {
    const { risks } = this.#panel.store.reloadGuard;
    if (!this.isHeldBack || risks.length === 0) return nothing;
    return html`<div class="row" role="alert">
      <span class="grow wrap error">Reloading now would lose ${new Intl.ListFormat('en').format(risks)}.</span>
      <button class="quiet" type="button" @click=${() => {
        this.isHeldBack = false;
      }}>Not now</button>
      <button class="danger" type="button" @click=${act}>${label}</button>
    </div>`;
  }
}

function countRequests(count: number): string {
  if (count === 0) return '';
  return count === 1 ? '1 request' : `${count} requests`;
}

function renderChanges(releases: readonly Release[]): TemplateResult | typeof nothing {
  if (releases.length === 0) return nothing;
  return html`<details>
    <summary>What changed</summary>
    <div class="changes">
      ${releases.map(
        ({ version, date, sections }) => html`<section>
          <h3>${/^\d/.test(version) ? version : 'This build'}${date === null ? nothing : html` <span class="soft small">${date}</span>`}</h3>
          ${sections.map(({ title, items }) => html`<h4>${title}</h4><ul>${items.map((item) => html`<li>${renderItem(item)}</li>`)}</ul>`)}
        </section>`,
      )}
    </div>
  </details>`;
}

/** An entry's Markdown, of which only code is written in ours. */
function renderItem(text: string): (string | TemplateResult)[] {
  return text.split('`').map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`));
}

customElements.define('swerve-update-notice', UpdateNotice);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-update-notice': UpdateNotice;
  }
}
