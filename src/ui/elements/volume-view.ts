import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { RuntimeError } from '../../core/errors.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { hrefOfView, hrefOfVolume } from '../links.ts';
import { saveFile } from '../save-file.ts';
import { entryOfFile } from '../state/file-walk.ts';
import { DEFAULT_NAMESPACE } from '../state/panel-store.ts';
import { describedBy, fieldStyles, renderField } from './form-field.ts';
import './volume-editor.ts';
import './volume-fill.ts';
import './volume-table.ts';

/** The files of one volume: browsed, edited, filled by a drop, taken out as one file. */
export class VolumeView extends LitElement {
  static override properties = {
    namespace: { type: String },
    name: { type: String },
    path: { type: String },
    isNaming: { state: true },
    nameError: { state: true },
    problem: { state: true },
    isPacking: { state: true },
  };
  static override styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    css`
      .view {
        display: grid;
        gap: var(--space-5);
      }
      h1 {
        overflow-wrap: anywhere;
      }
      ol {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--space-2);
        padding: 0;
        margin: 0;
        list-style: none;
      }
      li + li::before {
        content: '/';
        padding-inline-end: var(--space-2);
        color: var(--ink-soft);
      }
      form {
        display: grid;
        grid-template-columns: minmax(0, 24rem) auto auto;
        gap: var(--space-2);
        align-items: start;
        justify-content: start;
      }
      form > button {
        margin-block-start: 1.75rem;
      }
      .empty {
        padding: var(--space-5);
      }
    `,
  ];

  declare namespace: string;
  declare name: string;
  /** The directory that is shown; empty: the root. */
  declare path: string;
  declare isNaming: boolean;
  declare nameError: string | undefined;
  declare problem: string | null;
  declare isPacking: boolean;
  readonly #panel = new PanelController(this, (store) => [store.volumeFiles]);

  constructor() {
    super();
    this.namespace = '';
    this.name = '';
    this.path = '';
    this.isNaming = false;
    this.nameError = undefined;
    this.problem = null;
    this.isPacking = false;
  }

  /** Brings the view before a person's eyes. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector('h1')?.focus();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('namespace') && !changed.has('name') && !changed.has('path')) return;
    this.problem = null;
    this.isNaming = false;
    void this.#panel.store.volumeFiles.show({ namespace: this.namespace, name: this.name }, this.path);
  }

  override render(): TemplateResult {
    const { entries, error, text } = this.#panel.store.volumeFiles;
    const label = this.namespace === DEFAULT_NAMESPACE ? this.name : `${this.namespace}/${this.name}`;
    return html`<div class="view">
      <div class="stack">
        <h1 tabindex="-1">Volume ${label}</h1>
        ${this.#renderWay()}
      </div>
      ${error === null ? nothing : html`<div class="notice bad row" role="alert"><span class="grow wrap">${error.message}</span><button type="button" @click=${() => this.#panel.store.volumeFiles.refresh()}>Try again</button></div>`}
      ${error === null && text === null ? this.#renderActions() : nothing}
      <swerve-volume-fill></swerve-volume-fill>
      ${this.problem === null ? nothing : html`<p class="notice bad wrap" role="alert">${this.problem}</p>`}
      ${
        text !== null
          ? html`<swerve-volume-editor .text=${text}></swerve-volume-editor>`
          : entries === null
            ? html`<div class="card empty soft" role="status">Reading the files…</div>`
            : error !== null
              ? nothing
              : entries.length === 0
                ? html`<div class="card empty soft">Nothing is here. Drop files, a folder, a .zip or a .tar.gz on this page to fill it.</div>`
                : html`<swerve-volume-table .entries=${entries} @swerve-problem=${(event: CustomEvent<string | null>) => this.#tell(event.detail)}></swerve-volume-table>`
      }
    </div>`;
  }

  #renderWay(): TemplateResult {
    const segments = this.path === '' ? [] : this.path.split('/');
    return html`<nav aria-label="Folders">
      <ol>
        <li><a href=${hrefOfView('storage')}>Storage</a></li>
        <li>${segments.length === 0 ? html`<span aria-current="page">${this.name}</span>` : html`<a href=${hrefOfVolume(this.namespace, this.name)}>${this.name}</a>`}</li>
        ${segments.map(
          (segment, index) =>
            html`<li>
              ${index === segments.length - 1 ? html`<span aria-current="page">${segment}</span>` : html`<a href=${hrefOfVolume(this.namespace, this.name, segments.slice(0, index + 1).join('/'))}>${segment}</a>`}
            </li>`,
        )}
      </ol>
    </nav>`;
  }

  #renderActions(): TemplateResult {
    return html`<div class="row">
        <button class="primary" type="button" @click=${this.#chooseFiles}>Add files</button
        ><input name="files" type="file" multiple hidden aria-label="Files for the volume" @change=${this.#take} />
        <button type="button" @click=${this.#chooseFolder}>Add a folder</button>
        <button type="button" aria-expanded=${this.isNaming} @click=${this.#toggleNaming}>New file</button>
        <button type="button" ?disabled=${this.isPacking} @click=${this.#downloadAll}>Download as .zip</button>
      </div>
      ${this.isNaming ? this.#renderNaming() : nothing}`;
  }

  #renderNaming(): TemplateResult {
    const error = this.nameError;
    return html`<form novalidate aria-label="New file" @submit=${this.#openNew}>
      ${renderField({
        id: 'file',
        label: 'File name',
        hint: 'It is written when you save it.',
        error,
        control: html`<input id="file" class="mono-input" autocomplete="off" spellcheck="false" placeholder="index.php" aria-invalid=${error !== undefined} aria-describedby=${describedBy('file', error)} />`,
      })}
      <button type="submit">Open it</button><button type="button" @click=${this.#toggleNaming}>Cancel</button>
    </form>`;
  }

  readonly #chooseFiles = (): void => {
    this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')?.click();
  };

  readonly #take = (event: Event): void => {
    const input = event.currentTarget as HTMLInputElement;
    const files = [...(input.files ?? [])];
    // The same file may be chosen again.
    input.value = '';
    if (files.length > 0) void this.#panel.store.volumeFiles.fill({ kind: 'entries', entries: files.map(entryOfFile) });
  };

  readonly #chooseFolder = (): void => {
    const input = document.createElement('input');
    input.type = 'file';
    input.webkitdirectory = true;
    input.addEventListener('change', () => this.#panel.store.volumeFiles.fill({ kind: 'folder', files: [...(input.files ?? [])] }));
    input.click();
  };

  readonly #toggleNaming = async (): Promise<void> => {
    this.isNaming = !this.isNaming;
    this.nameError = undefined;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(this.isNaming ? '#file' : '[aria-expanded]')?.focus();
  };

  readonly #openNew = (event: SubmitEvent): void => {
    event.preventDefault();
    const input = this.renderRoot.querySelector<HTMLInputElement>('#file');
    try {
      this.#panel.store.volumeFiles.openNew(input?.value.trim() ?? '');
      this.isNaming = false;
    } catch (error) {
      this.nameError = RuntimeError.from(error).message;
      input?.focus();
    }
  };

  readonly #downloadAll = async (): Promise<void> => {
    this.isPacking = true;
    this.#tell(null);
    try {
      saveFile(await this.#panel.store.volumeFiles.downloadAll());
    } catch (error) {
      this.#tell(RuntimeError.from(error).message);
    }
    this.isPacking = false;
  };

  #tell(problem: string | null): void {
    this.problem = problem;
  }
}

customElements.define('swerve-volume-view', VolumeView);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-volume-view': VolumeView;
  }
}
