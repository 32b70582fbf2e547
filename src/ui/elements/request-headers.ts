import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';

/** Headers of a request or of its answer. Fires `swerve-copy` with them as text. */
export class RequestHeaders extends LitElement {
  static override properties = { headers: { attribute: false }, label: { type: String }, emptyText: { type: String } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      .head {
        justify-content: space-between;
        min-height: 2rem;
      }
      dl {
        display: grid;
        grid-template-columns: minmax(6rem, auto) minmax(0, 1fr);
        gap: 0.125rem var(--space-3);
        font: var(--text-small) / 1.5 var(--mono);
        max-height: 18rem;
        overflow: auto;
      }
      dt {
        color: var(--ink-soft);
      }
      @container (max-width: 22rem) {
        dl {
          grid-template-columns: 1fr;
          max-height: none;
        }
      }
    `,
  ];

  declare headers: readonly (readonly [string, string])[] | null;
  declare label: string;
  declare emptyText: string;

  constructor() {
    super();
    this.headers = null;
    this.label = '';
    this.emptyText = '';
  }

  override render(): TemplateResult {
    const headers = this.headers ?? [];
    return html`<div class="row head">
        <h3>${this.label}</h3>
        ${headers.length === 0 ? nothing : html`<button class="quiet tiny" type="button" aria-label="Copy ${this.label.toLowerCase()}" @click=${this.#copy}>Copy</button>`}
      </div>
      ${
        headers.length === 0
          ? html`<p class="soft small">${this.emptyText}</p>`
          : html`<dl tabindex="0" role="group" aria-label=${this.label}>${headers.map(([name, value]) => html`<dt class="wrap">${name}</dt><dd class="wrap">${value}</dd>`)}</dl>`
      }`;
  }

  readonly #copy = (): void => {
    const text = (this.headers ?? []).map(([name, value]) => `${name}: ${value}\n`).join('');
    this.dispatchEvent(new CustomEvent<string>('swerve-copy', { detail: text }));
  };
}

customElements.define('swerve-request-headers', RequestHeaders);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-request-headers': RequestHeaders;
  }
}
