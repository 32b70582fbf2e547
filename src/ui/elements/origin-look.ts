import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';

/** Looks again whether Apps can have origins of their own, and says what came of it where that is nothing new. */
export class OriginLook extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        display: inline-flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-2);
      }
    `,
  ];

  readonly #panel = new PanelController(this, (store) => [store.origins]);

  override render(): TemplateResult | typeof nothing {
    const { origins } = this.#panel.store;
    if (!origins.canLook) return nothing;
    const said = origins.isLooking ? 'Looking…' : origins.isWithoutAnswer ? 'The server could not be reached: what was known stays.' : '';
    return html`<button class="tiny" type="button" ?disabled=${origins.isLooking} @click=${() => void origins.look()}>Look again</button>
      <span class="soft small" role="status">${said === '' ? nothing : said}</span>`;
  }
}

customElements.define('swerve-origin-look', OriginLook);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-origin-look': OriginLook;
  }
}
