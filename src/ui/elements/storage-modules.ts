import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { RuntimeError } from '../../core/errors.ts';
import type { Digest } from '../../core/ids.ts';
import type { ModuleReport } from '../../core/module.ts';
import type { ModuleUsage } from '../../core/storage.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { AgeController } from '../controllers/age-controller.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { hrefOfApp, hrefOfHome } from '../links.ts';
import { saveFile } from '../save-file.ts';
import { whyNotRunnable } from '../state/module-imports.ts';
import { DEFAULT_NAMESPACE } from '../state/panel-store.ts';
import { formatAge, formatBytes, shortDigest } from '../text.ts';
import { tableStyles } from './storage-table.ts';

const HEX_START = 'sha256:'.length;
const NAMED_DIGITS = 8;

/** Every stored module: who runs it, what it takes, and what can be done with it. */
export class StorageModules extends LitElement {
  static override properties = { usage: { attribute: false }, asked: { state: true }, errors: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    tableStyles,
    css`
      th[scope='row'] {
        font-weight: inherit;
        min-width: 14rem;
      }
      .names {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--space-3);
        font-weight: 600;
      }
      .names a,
      th .soft {
        overflow-wrap: anywhere;
      }
      .empty {
        padding: var(--space-4);
      }
      .stored {
        white-space: nowrap;
      }
      @media (max-width: 52rem) {
        th[scope='row'] {
          min-width: 0;
        }
        .actions {
          margin-block-start: var(--space-2);
        }
        .actions > .quiet:first-child {
          margin-inline-start: -0.625rem;
        }
      }
    `,
  ];

  /** The largest first. */
  declare usage: readonly ModuleUsage[];
  /** Whose deletion waits for a second word. */
  declare asked: Digest | null;
  declare errors: ReadonlyMap<Digest, string>;
  readonly #panel = new PanelController(this, (store) => [store.storedModules, store.apps, store.uploads]);
  readonly #age = new AgeController(this);

  constructor() {
    super();
    this.usage = [];
    this.asked = null;
    this.errors = new Map();
  }

  override render(): TemplateResult {
    const reports = new Map(this.#panel.store.storedModules.items.map((module) => [module.digest, module]));
    return html`<section class="stack" aria-labelledby="title">
      <h2 id="title" tabindex="-1">Modules</h2>
      <div class="card">
        ${
          this.usage.length === 0
            ? html`<p class="empty soft">No module is stored. Drop a .wasm file on the panel to add one.</p>`
            : html`<table role="table" aria-labelledby="title">
                <thead role="rowgroup">
                  <tr role="row">
                    <th role="columnheader" scope="col">Module</th>
                    <th role="columnheader" scope="col" class="number">File</th>
                    <th role="columnheader" scope="col" class="number">Made from it</th>
                    <th role="columnheader" scope="col">Stored</th>
                    <th role="columnheader" scope="col"><span class="visually-hidden">Actions</span></th>
                  </tr>
                </thead>
                <tbody role="rowgroup">
                  ${repeat(
                    this.usage,
                    ({ digest }) => digest,
                    (usage) => this.#renderRow(usage, reports.get(usage.digest)),
                  )}
                </tbody>
              </table>`
        }
      </div>
    </section>`;
  }

  #renderRow({ digest, sizeBytes, transpiledBytes, apps }: ModuleUsage, report: ModuleReport | undefined): TemplateResult {
    const error = this.errors.get(digest);
    return html`<tr role="row">
      <th role="rowheader" scope="row">
        ${apps.length === 0 ? html`<span class="soft">${this.#unusedNote(digest)}</span>` : html`<span class="names">${apps.map(renderAppLink)}</span>`}
        <p class="small wrap">${report?.summary ?? ''}</p>
        <code class="soft" title=${digest}>${shortDigest(digest)}</code>
        ${error === undefined ? nothing : html`<p class="error small wrap" role="alert">${error}</p>`}
      </th>
      <td role="cell" class="number" data-label="File">${formatBytes(sizeBytes)}</td>
      <td role="cell" class="number" data-label="Made from it">${transpiledBytes === 0 ? '–' : formatBytes(transpiledBytes)}</td>
      <td role="cell" data-label="Stored"><span class="small stored">${report === undefined ? '' : formatAge(report.createdAtMs, this.#age.nowMs)}</span></td>
      <td role="cell" class="whole">${this.#renderActions(digest, apps, report)}</td>
    </tr>`;
  }

  /** An unused module may be what an App can go back to. */
  #unusedNote(digest: Digest): string {
    const earlier = this.#panel.store.apps.items.filter(({ status }) => status?.revisions?.some((revision) => revision.digest === digest));
    if (earlier.length === 0) return 'No App runs it';
    return `Earlier version of ${earlier.map(({ metadata }) => labelOfApp(`${metadata.namespace}/${metadata.name}`)).join(', ')}`;
  }

  #renderActions(digest: Digest, apps: readonly string[], report: ModuleReport | undefined): TemplateResult {
    const short = shortDigest(digest);
    if (this.asked === digest) {
      return html`<div class="actions">
        <span class="small">Delete it for good?</span>
        <button class="tiny" type="button" id="keep" aria-label="Keep ${short}" @click=${() => this.#ask(null)}>Keep</button>
        <button class="tiny danger" type="button" aria-label="Delete ${short} for good" @click=${() => this.#delete(digest)}>Delete</button>
      </div>`;
    }
    const isUnused = apps.length === 0;
    return html`<div class="actions">
      ${
        isUnused && report !== undefined && whyNotRunnable(report) === null
          ? html`<button class="tiny" type="button" aria-label="Run ${short}" @click=${() => this.#run(report)}>Run it…</button>`
          : nothing
      }
      <button class="tiny quiet" type="button" aria-label="Download ${short}" @click=${() => this.#download(digest, apps)}>Download</button>
      ${
        isUnused
          ? html`<button class="tiny quiet" type="button" aria-label="Delete ${short}" data-delete=${digest} @click=${() => this.#ask(digest)}>Delete</button>`
          : nothing
      }
    </div>`;
  }

  #run(module: ModuleReport): void {
    this.#panel.store.offerModule(module);
    location.assign(hrefOfHome());
  }

  async #download(digest: Digest, apps: readonly string[]): Promise<void> {
    const [, name = `module-${digest.slice(HEX_START, HEX_START + NAMED_DIGITS)}`] = apps[0]?.split('/') ?? [];
    await this.#attempt(digest, async () => saveFile({ name: `${name}.wasm`, blob: await this.#panel.store.storage.readModule(digest) }));
  }

  /** The button that was pressed is gone, so the focus goes to the one in its place. */
  async #ask(digest: Digest | null): Promise<void> {
    const before = this.asked;
    this.asked = digest;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(digest === null ? `[data-delete="${before}"]` : '#keep')?.focus();
  }

  async #delete(digest: Digest): Promise<void> {
    this.asked = null;
    await this.#attempt(digest, async () => {
      await this.#panel.store.storedModules.delete(digest);
      await this.#panel.store.storage.refresh();
    });
    await this.updateComplete;
    this.renderRoot.querySelector('h2')?.focus();
  }

  async #attempt(digest: Digest, action: () => Promise<void>): Promise<void> {
    const errors = new Map(this.errors);
    errors.delete(digest);
    try {
      await action();
    } catch (error) {
      errors.set(digest, RuntimeError.from(error).message);
    }
    this.errors = errors;
  }
}

function renderAppLink(key: string): TemplateResult {
  const [namespace = '', name = ''] = key.split('/');
  return html`<a href=${hrefOfApp(namespace, name)}>${labelOfApp(key)}</a>`;
}

function labelOfApp(key: string): string {
  return key.startsWith(`${DEFAULT_NAMESPACE}/`) ? key.slice(DEFAULT_NAMESPACE.length + 1) : key;
}

customElements.define('swerve-storage-modules', StorageModules);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-storage-modules': StorageModules;
  }
}
