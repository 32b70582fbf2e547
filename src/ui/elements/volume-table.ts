import { css, html, LitElement, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { RuntimeError } from '../../core/errors.ts';
import type { VolumeFile } from '../../core/volume.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { AgeController } from '../controllers/age-controller.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { hrefOfVolume, viewOfHash } from '../links.ts';
import { saveFile } from '../save-file.ts';
import { formatAge, formatBytes } from '../text.ts';
import { tableStyles } from './storage-table.ts';

/** What is in a directory of a volume. Fires `swerve-problem` with why something could not be done, or null. */
export class VolumeTable extends LitElement {
  static override properties = { entries: { attribute: false }, asked: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    tableStyles,
    css`
      th[scope='row'] {
        font-weight: inherit;
      }
      .name {
        font-family: var(--mono);
        font-size: var(--text-small);
        overflow-wrap: anywhere;
      }
      button.name {
        min-height: 0;
        padding: 0;
        border: 0;
        background: none;
        color: var(--accent);
        text-align: start;
        text-decoration: underline;
        white-space: normal;
        cursor: pointer;
      }
      @media (max-width: 52rem) {
        .actions > .quiet:first-child {
          margin-inline-start: -0.625rem;
        }
      }
    `,
  ];

  declare entries: readonly VolumeFile[];
  /** The path whose deletion waits for a second word. */
  declare asked: string | null;
  readonly #panel = new PanelController(this, () => []);
  readonly #age = new AgeController(this);

  constructor() {
    super();
    this.entries = [];
    this.asked = null;
  }

  override render(): TemplateResult {
    return html`<div class="card">
      <table role="table" aria-label="Files">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">Name</th>
            <th role="columnheader" scope="col" class="number">Size</th>
            <th role="columnheader" scope="col">Changed</th>
            <th role="columnheader" scope="col"><span class="visually-hidden">Actions</span></th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${repeat(
            this.entries,
            ({ path }) => path,
            (file) => this.#renderRow(file),
          )}
        </tbody>
      </table>
    </div>`;
  }

  #renderRow(file: VolumeFile): TemplateResult {
    const name = nameOf(file);
    const isFile = file.kind === 'regular-file';
    return html`<tr role="row">
      <th role="rowheader" scope="row">${this.#renderName(file, name)}</th>
      <td role="cell" class="number" data-label="Size">${isFile ? formatBytes(file.sizeBytes) : '–'}</td>
      <td role="cell" data-label="Changed"><span class="small">${formatAge(file.modifiedAtMs, this.#age.nowMs)}</span></td>
      <td role="cell" class="whole">
        ${
          this.asked === file.path
            ? html`<div class="actions">
                <span class="small">${isFile ? 'Delete it for good?' : 'Delete it and all in it for good?'}</span>
                <button class="tiny" type="button" id="keep" aria-label="Keep ${name}" @click=${() => this.#ask(null)}>Keep</button>
                <button class="tiny danger" type="button" aria-label="Delete ${name} for good" @click=${() => this.#delete(file)}>Delete</button>
              </div>`
            : html`<div class="actions">
                ${isFile ? html`<button class="tiny quiet" type="button" aria-label="Download ${name}" @click=${() => this.#attempt(async () => saveFile(await this.#panel.store.volumeFiles.download(file.path)))}>Download</button>` : ''}
                <button class="tiny quiet" type="button" aria-label="Delete ${name}" data-delete=${file.path} @click=${() => this.#ask(file.path)}>Delete</button>
              </div>`
        }
      </td>
    </tr>`;
  }

  #renderName(file: VolumeFile, name: string): TemplateResult {
    switch (file.kind) {
      case 'directory': {
        const view = viewOfHash(location.hash);
        const href = view.name === 'volume' ? hrefOfVolume(view.namespace, view.volume, file.path.slice(1)) : '';
        return html`<a class="name" href=${href}>${name}/</a>`;
      }
      case 'symbolic-link':
        return html`<span class="name">${name} → ${file.target}</span>`;
      case 'regular-file':
        return html`<button class="name" type="button" aria-label="Edit ${name}" @click=${() => this.#attempt(() => this.#panel.store.volumeFiles.openText(file))}>${name}</button>`;
    }
  }

  /** The button that was pressed is gone, so the focus goes to the one in its place. */
  async #ask(path: string | null): Promise<void> {
    const before = this.asked;
    this.asked = path;
    await this.updateComplete;
    const again = [...this.renderRoot.querySelectorAll<HTMLElement>('[data-delete]')].find(({ dataset }) => dataset['delete'] === before);
    (path === null ? again : this.renderRoot.querySelector<HTMLElement>('#keep'))?.focus();
  }

  async #delete({ path }: VolumeFile): Promise<void> {
    const index = this.entries.findIndex((entry) => entry.path === path);
    this.asked = null;
    await this.#attempt(() => this.#panel.store.volumeFiles.delete(path));
    await this.updateComplete;
    const rows = [...this.renderRoot.querySelectorAll<HTMLElement>('tbody .name:is(a, button)')];
    (rows[index] ?? rows.at(-1))?.focus();
  }

  async #attempt(action: () => Promise<void>): Promise<void> {
    let problem: string | null = null;
    try {
      await action();
    } catch (error) {
      problem = RuntimeError.from(error).message;
    }
    this.dispatchEvent(new CustomEvent<string | null>('swerve-problem', { detail: problem }));
  }
}

function nameOf({ path }: VolumeFile): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

customElements.define('swerve-volume-table', VolumeTable);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-volume-table': VolumeTable;
  }
}
