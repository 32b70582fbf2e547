import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { App } from '../../core/app.ts';
import { RuntimeError } from '../../core/errors.ts';
import type { VolumeObject } from '../api/volume-api.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { hrefOfApp, hrefOfVolume } from '../links.ts';
import { DEFAULT_NAMESPACE } from '../state/panel-store.ts';
import { formatBytes, formatCount } from '../text.ts';
import { describedBy, fieldStyles, renderField } from './form-field.ts';
import { tableStyles } from './storage-table.ts';

/** Every volume: what it holds, which Apps mount it, and what can be done with it. */
export class StorageVolumes extends LitElement {
  static override properties = { asked: { state: true }, deleteError: { state: true }, isAdding: { state: true }, nameError: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    tableStyles,
    css`
      .empty,
      form,
      .problem {
        padding: var(--space-4);
      }
      form {
        display: grid;
        grid-template-columns: minmax(0, 20rem) auto auto;
        gap: var(--space-2);
        align-items: start;
        justify-content: start;
        border-block-start: 1px solid var(--line);
      }
      form > button {
        margin-block-start: 1.75rem;
      }
      .names {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--space-3);
      }
      .top {
        justify-content: space-between;
      }
    `,
  ];

  /** `namespace/name` whose deletion waits for a second word. */
  declare asked: string | null;
  declare deleteError: string | null;
  declare isAdding: boolean;
  declare nameError: string | undefined;
  readonly #panel = new PanelController(this, (store) => [store.volumes, store.apps, store.storage]);

  constructor() {
    super();
    this.asked = null;
    this.deleteError = null;
    this.isAdding = false;
    this.nameError = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#panel.store.volumes.refresh();
  }

  override render(): TemplateResult {
    const { items, error } = this.#panel.store.volumes;
    return html`<section class="stack" aria-labelledby="title">
      <div class="row top">
        <h2 id="title" tabindex="-1">Volumes</h2>
        <button type="button" aria-expanded=${this.isAdding} @click=${this.#toggleAdding}>New volume</button>
      </div>
      <div class="card">
        ${error === null ? nothing : html`<p class="problem error wrap" role="alert">The volumes could not be read. ${error.message}</p>`}
        ${items === null ? html`<p class="empty soft" role="status">Reading the volumes…</p>` : items.length === 0 ? html`<p class="empty soft">No volume is there. An App gets files that stay in one: make it here, or name it in the App's settings.</p>` : this.#renderTable(items)}
        ${this.isAdding ? this.#renderForm() : nothing}
        ${this.deleteError === null ? nothing : html`<p class="problem error wrap" role="alert">${this.deleteError}</p>`}
      </div>
    </section>`;
  }

  #renderTable(items: readonly VolumeObject[]): TemplateResult {
    return html`<table role="table" aria-labelledby="title">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">Volume</th>
          <th role="columnheader" scope="col">Mounted by</th>
          <th role="columnheader" scope="col" class="number">Files</th>
          <th role="columnheader" scope="col" class="number">Size</th>
          <th role="columnheader" scope="col"><span class="visually-hidden">Actions</span></th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${repeat(
          items,
          ({ metadata }) => metadata.uid,
          (volume) => this.#renderRow(volume),
        )}
      </tbody>
    </table>`;
  }

  #renderRow({ metadata: { namespace, name }, status }: VolumeObject): TemplateResult {
    const apps = this.#panel.store.apps.items.filter((app) => mounts(app, namespace, name));
    return html`<tr role="row">
      <th role="rowheader" scope="row" class="wrap"><a href=${hrefOfVolume(namespace, name)}>${labelOf(namespace, name)}</a></th>
      <td role="cell" class="whole">
        ${apps.length === 0 ? html`<span class="soft">No App</span>` : html`<span class="names">${apps.map(({ metadata }) => html`<a href=${hrefOfApp(metadata.namespace, metadata.name)}>${metadata.name}</a>`)}</span>`}
      </td>
      <td role="cell" class="number" data-label="Files">${formatCount(status.files)}</td>
      <td role="cell" class="number" data-label="Size">${formatBytes(status.sizeBytes)}</td>
      <td role="cell" class="whole">${this.#renderActions(namespace, name, apps)}</td>
    </tr>`;
  }

  #renderActions(namespace: string, name: string, apps: readonly App[]): TemplateResult {
    const key = `${namespace}/${name}`;
    const label = labelOf(namespace, name);
    if (apps.length > 0) return html`<div class="actions"><span class="soft small">In use</span></div>`;
    if (this.asked === key) {
      return html`<div class="actions">
        <span class="small">Delete it and its files for good?</span>
        <button class="tiny" type="button" id="keep" aria-label="Keep ${label}" @click=${() => this.#ask(null)}>Keep</button>
        <button class="tiny danger" type="button" aria-label="Delete ${label} for good" @click=${() => this.#delete(namespace, name)}>Delete</button>
      </div>`;
    }
    return html`<div class="actions"><button class="tiny quiet" type="button" aria-label="Delete ${label}" data-delete=${key} @click=${() => this.#ask(key)}>Delete</button></div>`;
  }

  #renderForm(): TemplateResult {
    const error = this.nameError;
    return html`<form novalidate aria-label="New volume" @submit=${this.#create}>
      ${renderField({
        id: 'name',
        label: 'Name',
        hint: 'Lower-case letters, digits and dashes.',
        error,
        control: html`<input id="name" class="mono-input" autocomplete="off" spellcheck="false" aria-invalid=${error !== undefined} aria-describedby=${describedBy('name', error)} />`,
      })}
      <button class="primary" type="submit">Make it</button><button type="button" @click=${this.#toggleAdding}>Cancel</button>
    </form>`;
  }

  readonly #toggleAdding = async (): Promise<void> => {
    this.isAdding = !this.isAdding;
    this.nameError = undefined;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(this.isAdding ? '#name' : '[aria-expanded]')?.focus();
  };

  readonly #create = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const input = this.renderRoot.querySelector<HTMLInputElement>('#name');
    const name = input?.value.trim() ?? '';
    try {
      await this.#panel.store.volumes.create({ namespace: DEFAULT_NAMESPACE, name });
      location.assign(hrefOfVolume(DEFAULT_NAMESPACE, name));
    } catch (error) {
      const known = RuntimeError.from(error);
      this.nameError = known.code === 'resource-exists' ? 'A volume of this name is there already.' : known.message;
      input?.focus();
    }
  };

  /** The button that was pressed is gone, so the focus goes to the one in its place. */
  async #ask(key: string | null): Promise<void> {
    const before = this.asked;
    this.asked = key;
    this.deleteError = null;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(key === null ? `[data-delete="${before}"]` : '#keep')?.focus();
  }

  async #delete(namespace: string, name: string): Promise<void> {
    this.asked = null;
    try {
      await this.#panel.store.volumes.delete({ namespace, name });
      await this.#panel.store.storage.refresh();
    } catch (error) {
      this.deleteError = RuntimeError.from(error).message;
    }
    await this.updateComplete;
    this.renderRoot.querySelector('h2')?.focus();
  }
}

function mounts({ metadata, spec }: App, namespace: string, name: string): boolean {
  return metadata.namespace === namespace && spec.volumes?.some((volume) => volume.name === name) === true;
}

function labelOf(namespace: string, name: string): string {
  return namespace === DEFAULT_NAMESPACE ? name : `${namespace}/${name}`;
}

customElements.define('swerve-storage-volumes', StorageVolumes);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-storage-volumes': StorageVolumes;
  }
}
