import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { saveFile } from '../save-file.ts';
import { copyText } from '../state/clipboard.ts';

/** Buttons that copy a text and offer it as a file. */
export class CopyLine extends LitElement {
  static override properties = {
    text: { attribute: false },
    fileName: { type: String },
    type: { type: String },
    what: { type: String },
  };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      .row {
        gap: var(--space-2);
      }
    `,
  ];

  declare text: string;
  /** Empty: nothing to download. */
  declare fileName: string;
  declare type: string;
  /** What is copied: "Copy response". */
  declare what: string;
  readonly #panel = new PanelController(this, () => []);

  constructor() {
    super();
    this.text = '';
    this.fileName = '';
    this.type = 'text/plain';
    this.what = '';
  }

  override render(): TemplateResult {
    return html`<div class="row">
      <button class="tiny" type="button" @click=${this.#copy}>${`Copy ${this.what}`.trim()}</button>
      ${this.fileName === '' ? nothing : html`<button class="tiny" type="button" @click=${() => saveFile({ name: this.fileName, blob: new Blob([this.text], { type: this.type }) })}>Download</button>`}
    </div>`;
  }

  readonly #copy = (): Promise<void> => copyText(this.#panel.store.toasts, this.text, `Copied ${this.what || 'the text'}.`);
}

customElements.define('swerve-copy-line', CopyLine);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-copy-line': CopyLine;
  }
}
