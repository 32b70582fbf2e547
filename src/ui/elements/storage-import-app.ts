import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles } from '../base-styles.ts';
import type { Tone } from '../state/app-state.ts';
import type { Ask, FieldChange, PlannedApp } from '../state/import-plan.ts';
import { fieldStyles } from './form-field.ts';
import './status-badge.ts';

const STATES: Record<PlannedApp['state'], { tone: Tone; label: string }> = {
  new: { tone: 'good', label: 'New' },
  changed: { tone: 'busy', label: 'Differs from the one here' },
  same: { tone: 'quiet', label: 'Same as here' },
  refused: { tone: 'bad', label: 'Refused' },
};

/** One App of an archive: what would become of it, and the choice. Fires `swerve-choose` with whether it is to be brought in. */
export class StorageImportApp extends LitElement {
  static override properties = { planned: { attribute: false }, isFixed: { type: Boolean } };
  static override styles = [
    baseStyles,
    fieldStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
      }
      dl {
        display: grid;
        grid-template-columns: minmax(8rem, auto) 1fr;
        gap: var(--space-1) var(--space-4);
        padding-inline-start: 1.6rem;
        font-size: var(--text-small);
      }
      dt {
        color: var(--ink-soft);
      }
      del {
        color: var(--bad);
        text-decoration-thickness: 1px;
      }
      ins {
        color: var(--good);
        text-decoration: none;
      }
      .note {
        padding-inline-start: 1.6rem;
      }
      @media (max-width: 34rem) {
        dl {
          grid-template-columns: minmax(0, 1fr);
          gap: 0;
        }
        dd {
          margin-block-end: var(--space-2);
        }
      }
    `,
  ];

  declare planned: PlannedApp;
  /** There is no choice: it comes with all else. */
  declare isFixed: boolean;

  constructor() {
    super();
    this.isFixed = false;
  }

  override render(): TemplateResult {
    const { key, state, changes, asks, reason, warning, isChosen } = this.planned;
    const canChoose = !this.isFixed && (state === 'new' || state === 'changed');
    return html`<div class="row">
        ${
          canChoose
            ? html`<span class="check"
                ><input id="choice" type="checkbox" .checked=${isChosen} @change=${this.#choose} /><label for="choice"
                  >${state === 'changed' ? 'Replace ' : ''}${key}</label
                ></span
              >`
            : html`<strong class=${this.isFixed ? '' : 'note'}>${key}</strong>`
        }
        <swerve-status-badge tone=${STATES[state].tone} label=${this.isFixed && state === 'changed' ? 'Takes the place of the one here' : STATES[state].label}></swerve-status-badge>
      </div>
      ${asks.length === 0 ? nothing : html`<dl aria-label="What ${key} asks for">${asks.map(renderAsk)}</dl>`}
      ${changes.length === 0 ? nothing : html`<dl aria-label="What would change in ${key}">${changes.map(renderChange)}</dl>`}
      ${reason === '' ? nothing : html`<p class="note error small wrap">${reason}</p>`}
      ${warning === '' ? nothing : html`<p class="note small wrap">It would not get every request: ${warning}</p>`}`;
  }

  readonly #choose = (event: Event): void => {
    this.dispatchEvent(new CustomEvent<boolean>('swerve-choose', { detail: (event.currentTarget as HTMLInputElement).checked }));
  };
}

function renderAsk({ label, lines }: Ask): TemplateResult {
  return html`<dt>${label}</dt>
    <dd class="wrap">${lines.length === 0 ? html`<span class="soft">none</span>` : lines.map((line) => html`<div class="mono">${line}</div>`)}</dd>`;
}

function renderChange({ field, before, after }: FieldChange): TemplateResult {
  return html`<dt class="mono wrap">${field}</dt>
    <dd class="mono wrap">
      ${before === '' ? html`<span class="soft">not set</span>` : html`<del>${before}</del>`} →
      ${after === '' ? html`<span class="soft">not set</span>` : html`<ins>${after}</ins>`}
    </dd>`;
}

customElements.define('swerve-storage-import-app', StorageImportApp);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-storage-import-app': StorageImportApp;
  }
}
