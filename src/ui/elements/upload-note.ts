import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import type { IntakeNote } from '../state/uploads.ts';

/** What a drop as a whole came to: how many modules, and what was passed over. */
export class UploadNote extends LitElement {
  static override properties = { note: { attribute: false } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      .notice {
        display: flex;
        align-items: center;
        gap: var(--space-3);
      }
    `,
  ];

  declare note: IntakeNote;
  readonly #panel = new PanelController(this, () => []);

  override render(): TemplateResult {
    const { id, text, isBusy } = this.note;
    return html`<div class="notice calm">
      <p class="grow wrap" role="status">${text}</p>
      ${isBusy ? nothing : html`<button class="quiet tiny" type="button" aria-label="Dismiss this note" @click=${() => this.#panel.store.uploads.dismissNote(id)}>Dismiss</button>`}
    </div>`;
  }
}

customElements.define('swerve-upload-note', UploadNote);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-upload-note': UploadNote;
  }
}
