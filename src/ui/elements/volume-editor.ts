import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { RuntimeError } from '../../core/errors.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { UnsavedController } from '../controllers/unsaved-controller.ts';
import type { OpenText } from '../state/volume-files.ts';
import { fieldStyles } from './form-field.ts';

/** A text file of a volume, to be changed and saved. */
export class VolumeEditor extends LitElement {
  static override properties = { text: { attribute: false }, value: { state: true }, problem: { state: true }, note: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    css`
      section {
        display: grid;
        gap: var(--space-3);
        padding: var(--space-4);
      }
      textarea {
        min-height: 24rem;
        max-height: 70vh;
        tab-size: 2;
        white-space: pre;
        overflow: auto;
      }
    `,
  ];

  declare text: OpenText;
  declare value: string;
  declare problem: string | null;
  /** What the last save came to. */
  declare note: string;
  readonly #panel = new PanelController(this, () => []);
  #path = '';

  constructor() {
    super();
    this.value = '';
    this.problem = null;
    this.note = '';
    new UnsavedController(this, this.#panel, () => (this.value === this.text.saved ? null : `what you changed in ${this.text.path}`));
  }

  override willUpdate(_changed: PropertyValues<this>): void {
    if (this.text.path === this.#path) return;
    this.#path = this.text.path;
    this.value = this.text.saved;
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector('textarea')?.focus();
  }

  override render(): TemplateResult {
    const { path, saved } = this.text;
    const isChanged = this.value !== saved;
    return html`<section class="card" aria-labelledby="title">
      <h2 id="title" class="wrap mono">${path}</h2>
      <textarea aria-labelledby="title" spellcheck="false" autocapitalize="off" .value=${this.value} @input=${this.#change} @keydown=${this.#saveOnKey}></textarea>
      ${this.problem === null ? nothing : html`<p class="notice bad wrap" role="alert">${this.problem}</p>`}
      <div class="row">
        <button class="primary" type="button" @click=${this.#save}>Save</button>
        <button type="button" @click=${this.#close}>${isChanged ? 'Discard changes' : 'Close'}</button>
        <span class="soft small" role="status">${isChanged ? 'Not saved.' : this.note}</span>
      </div>
    </section>`;
  }

  readonly #change = (event: Event): void => {
    this.value = (event.currentTarget as HTMLTextAreaElement).value;
  };

  readonly #saveOnKey = (event: KeyboardEvent): void => {
    if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void this.#save();
  };

  readonly #save = async (): Promise<void> => {
    try {
      await this.#panel.store.volumeFiles.saveText(this.value);
      this.problem = null;
      this.note = 'Saved.';
    } catch (error) {
      this.problem = `It was not saved. ${RuntimeError.from(error).message}`;
    }
  };

  readonly #close = (): void => {
    this.#panel.store.volumeFiles.closeText();
  };
}

customElements.define('swerve-volume-editor', VolumeEditor);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-volume-editor': VolumeEditor;
  }
}
