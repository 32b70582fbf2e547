import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { RuntimeError } from '../../core/errors.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { saveFile } from '../save-file.ts';
import { fieldStyles, renderField } from './form-field.ts';

const WORD = 'everything';

/** Removes everything, behind a dialog that wants a word typed. */
export class StorageReset extends LitElement {
  static override properties = { isOpen: { state: true }, word: { state: true }, error: { state: true }, isBusy: { state: true }, said: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    css`
      section {
        display: grid;
        gap: var(--space-3);
        justify-items: start;
      }
      wa-dialog {
        --width: 32rem;
        --spacing: var(--space-5);
        --show-duration: var(--quick);
        --hide-duration: var(--quick);
      }
      wa-dialog::part(dialog) {
        max-width: calc(100vw - 2rem);
        color: var(--ink);
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        box-shadow: var(--shadow);
      }
      form {
        display: grid;
        gap: var(--space-4);
      }
      .end {
        justify-content: end;
      }
    `,
  ];

  declare isOpen: boolean;
  declare word: string;
  declare error: string;
  declare isBusy: boolean;
  /** Of the export that was made from within the dialog, or of the reset. */
  declare said: string;
  readonly #panel = new PanelController(this, (store) => [store.apps, store.storage, store.exports]);

  constructor() {
    super();
    this.isOpen = false;
    this.word = '';
    this.error = '';
    this.isBusy = false;
    this.said = '';
  }

  override render(): TemplateResult {
    return html`<section aria-labelledby="title">
      <h2 id="title">Reset</h2>
      <p class="soft">Removes every App, module, volume, log and cookie from this browser. What pages of your Apps stored by themselves stays.</p>
      <button type="button" id="open" @click=${this.#open}>Reset everything…</button>
      <p class="small" role="status">${this.isOpen ? '' : this.said}</p>
      <wa-dialog label="Reset everything?" without-header ?open=${this.isOpen} @wa-hide=${this.#onHide} @wa-after-hide=${this.#afterHide}>
        ${this.isOpen ? this.#renderForm() : nothing}
      </wa-dialog>
    </section>`;
  }

  #renderForm(): TemplateResult {
    const { exports } = this.#panel.store;
    const isExporting = exports.progress !== null;
    const problem = this.error || (exports.error === null ? '' : `Nothing was exported. ${exports.error.message}`);
    return html`<form @submit=${this.#reset}>
      <h2>Reset everything?</h2>
      <p>${this.#summary()} There is no way back, but for an export.</p>
      <div class="row">
        <button type="button" ?disabled=${isExporting || this.isBusy} @click=${this.#export}>${isExporting ? 'Exporting…' : 'Export everything first'}</button>
        <span class="small wrap" role="status">${this.said}</span>
      </div>
      ${renderField({
        id: 'word',
        label: `Type “${WORD}” to go on`,
        control: html`<input id="word" autofocus autocomplete="off" autocapitalize="none" spellcheck="false" .value=${this.word} @input=${this.#type} />`,
      })}
      ${problem === '' ? nothing : html`<p class="notice bad wrap" role="alert">${problem}</p>`}
      <div class="row end">
        <button type="button" @click=${this.#close}>Cancel</button>
        <button class="danger" type="submit" ?disabled=${this.word.trim() !== WORD || this.isBusy || isExporting}>Reset everything</button>
      </div>
    </form>`;
  }

  #summary(): string {
    const { report } = this.#panel.store.storage;
    if (report === null) return 'Everything that is stored here is removed, and what runs is ended.';
    const { apps, modules, volumes, logs, cookies, keyValueStores, blobContainers } = report;
    const counts: [number, string][] = [
      [apps.count, 'App'],
      [modules.length, 'module'],
      [volumes.count, 'volume'],
      [logs.count, 'log line'],
      [cookies.count, 'cookie'],
      [keyValueStores.length, 'key-value store'],
      [blobContainers.length, 'blob container'],
    ];
    const parts = counts.filter(([count]) => count > 0).map(([count, one]) => `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`);
    return parts.length === 0 ? 'Nothing is stored here now.' : `This removes ${new Intl.ListFormat('en').format(parts)}, and ends what runs.`;
  }

  readonly #open = (): void => {
    this.word = '';
    this.error = '';
    this.said = '';
    this.isOpen = true;
  };

  readonly #close = (): void => {
    this.renderRoot.querySelector('wa-dialog')?.removeAttribute('open');
  };

  readonly #onHide = (event: Event): void => {
    if (this.isBusy) event.preventDefault();
  };

  readonly #afterHide = (event: Event): void => {
    if (event.target !== event.currentTarget) return;
    this.isOpen = false;
    // The library gives the focus back to what had it in the document, which is the panel as a whole.
    this.renderRoot.querySelector<HTMLElement>('#open')?.focus();
  };

  readonly #type = (event: Event): void => {
    this.word = (event.currentTarget as HTMLInputElement).value;
  };

  readonly #export = async (): Promise<void> => {
    this.said = '';
    const file = await this.#panel.store.exports.exportEverything();
    if (file === null) return;
    saveFile(file);
    this.said = `Exported as ${file.name}.`;
  };

  readonly #reset = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.word.trim() !== WORD || this.isBusy) return;
    this.isBusy = true;
    this.error = '';
    try {
      await this.#panel.store.reset();
      this.said = 'Everything was removed.';
      this.isBusy = false;
      this.#close();
    } catch (error) {
      this.error = `Nothing was removed. ${RuntimeError.from(error).message}`;
      this.isBusy = false;
    }
  };
}

customElements.define('swerve-storage-reset', StorageReset);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-storage-reset': StorageReset;
  }
}
