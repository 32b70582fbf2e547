import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { saveFile } from '../save-file.ts';
import { formatBytes } from '../text.ts';
import { storageCardStyles } from './storage-card-styles.ts';

/** Everything into one file, and back from one. */
export class StorageBackup extends LitElement {
  static override properties = { saved: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    storageCardStyles,
    css`
      progress {
        width: 100%;
        height: 0.5rem;
        accent-color: var(--accent);
      }
    `,
  ];

  /** What the last export came to. */
  declare saved: string;
  readonly #panel = new PanelController(this, (store) => [store.exports, store.imports]);

  constructor() {
    super();
    this.saved = '';
  }

  override render(): TemplateResult {
    const { exports, imports } = this.#panel.store;
    const isExporting = exports.progress !== null;
    return html`<section class="card" aria-labelledby="title">
      <h2 id="title">Export and import</h2>
      <p>One .zip file holds your Apps, their modules, volumes and logs. It brings them back here or to another browser.</p>
      <p class="soft small">
        Cookies stay out on purpose: the ones that matter are hidden from page scripts, and a file that holds them is as good as a password. Logs are there to be
        read; an import leaves them.
      </p>
      <div class="row">
        <button class="primary" type="button" ?disabled=${isExporting} @click=${this.#export}>Export everything</button>
        <button type="button" ?disabled=${imports.isBusy} @click=${this.#choose}>Import…</button>
        <input name="archive" type="file" accept=".zip,application/zip" hidden aria-label="Archive to import" @change=${this.#import} />
      </div>
      ${isExporting ? this.#renderProgress() : html`<p class="answer small wrap" role="status">${this.saved}</p>`}
      ${exports.error === null ? nothing : html`<p class="notice bad wrap" role="alert">Nothing was exported. ${exports.error.message}</p>`}
    </section>`;
  }

  #renderProgress(): TemplateResult {
    const { doneBytes = 0, totalBytes = 0 } = this.#panel.store.exports.progress ?? {};
    return html`<div class="row">
      <progress class="grow" aria-label="Progress of the export" max="1" .value=${totalBytes === 0 ? 0 : Math.min(1, doneBytes / totalBytes)}></progress>
      <button class="tiny quiet" type="button" @click=${() => this.#panel.store.exports.cancel()}>Cancel export</button>
    </div>`;
  }

  readonly #export = async (): Promise<void> => {
    this.saved = '';
    const file = await this.#panel.store.exports.exportEverything();
    if (file === null) return;
    saveFile(file);
    this.saved = `Exported as ${file.name}, ${formatBytes(file.blob.size)}.`;
  };

  readonly #choose = (): void => {
    this.renderRoot.querySelector('input')?.click();
  };

  readonly #import = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    const file = input.files?.[0];
    if (file !== undefined) void this.#panel.store.imports.open({ name: file.name, content: file, isExport: true });
    // The same file may be chosen again.
    input.value = '';
  };
}

customElements.define('swerve-storage-backup', StorageBackup);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-storage-backup': StorageBackup;
  }
}
