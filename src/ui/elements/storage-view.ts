import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { StorageReport } from '../../core/storage.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { StorageController } from '../controllers/storage-controller.ts';
import './storage-backup.ts';
import './storage-import.ts';
import './storage-modules.ts';
import './storage-namespaces.ts';
import './storage-persistence.ts';
import './storage-reset.ts';
import './storage-usage.ts';
import './storage-volumes.ts';

/** What is stored here, how safe it is, and the ways to take it along, bring it back and remove it. */
export class StorageView extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      .view {
        display: grid;
        gap: var(--space-6);
      }
      .pair {
        display: grid;
        gap: var(--space-5);
        grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr));
      }
      .top {
        display: grid;
        gap: var(--space-5);
      }
      /* As high as what comes, so that nothing jumps. */
      .loading {
        min-height: 15rem;
        padding: var(--space-5);
      }
    `,
  ];

  readonly #panel = new PanelController(this, (store) => [store.storage]);

  constructor() {
    super();
    new StorageController(this, this.#panel);
  }

  /** Brings the view before a person's eyes. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector('h1')?.focus();
  }

  override render(): TemplateResult {
    const { report, error } = this.#panel.store.storage;
    return html`<div class="view">
      <div class="top">
        <h1 tabindex="-1">Storage</h1>
        ${
          error === null
            ? nothing
            : html`<div class="notice bad row" role="alert">
                <span class="grow wrap">What is stored could not be read. ${error.message}</span>
                <button type="button" @click=${() => this.#panel.store.storage.refresh()}>Try again</button>
              </div>`
        }
        ${
          report === null
            ? html`<div class="card loading soft" role="status">${error === null ? 'Reading what is stored…' : ''}</div>`
            : html`<swerve-storage-usage .report=${report}></swerve-storage-usage>`
        }
        <div class="pair">
          <swerve-storage-persistence .persisted=${report?.persisted ?? null}></swerve-storage-persistence>
          <swerve-storage-backup></swerve-storage-backup>
        </div>
        <swerve-storage-import></swerve-storage-import>
      </div>
      ${report === null ? nothing : html`<swerve-storage-volumes></swerve-storage-volumes>${renderTables(report)}`}
      <swerve-storage-reset></swerve-storage-reset>
    </div>`;
  }
}

function renderTables(report: StorageReport): TemplateResult {
  return html`<swerve-storage-modules .usage=${report.modules}></swerve-storage-modules>
    ${report.namespaces.length === 0 ? nothing : html`<swerve-storage-namespaces .namespaces=${report.namespaces}></swerve-storage-namespaces>`}`;
}

customElements.define('swerve-storage-view', StorageView);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-storage-view': StorageView;
  }
}
