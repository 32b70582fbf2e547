import { html, LitElement, type TemplateResult } from 'lit';
import type { NamespaceUsage } from '../../core/storage.ts';
import { baseStyles } from '../base-styles.ts';
import { formatBytes } from '../text.ts';
import { tableStyles } from './storage-table.ts';

/** What the Apps of each namespace take. */
export class StorageNamespaces extends LitElement {
  static override properties = { namespaces: { attribute: false } };
  static override styles = [baseStyles, tableStyles];

  declare namespaces: readonly NamespaceUsage[];

  constructor() {
    super();
    this.namespaces = [];
  }

  override render(): TemplateResult {
    return html`<section class="stack" aria-labelledby="title">
      <h2 id="title">Namespaces</h2>
      <div class="card">
        <table role="table" aria-labelledby="title">
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">Namespace</th>
              <th role="columnheader" scope="col" class="number">Apps</th>
              <th role="columnheader" scope="col" class="number">Modules</th>
              <th role="columnheader" scope="col" class="number">Size of modules</th>
              <th role="columnheader" scope="col" class="number">Log lines</th>
              <th role="columnheader" scope="col" class="number">Size of logs</th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            ${this.namespaces.map(renderRow)}
          </tbody>
        </table>
      </div>
      <p class="soft small">A module that two namespaces use is stored once and counted in both.</p>
    </section>`;
  }
}

function renderRow({ name, apps, modules, moduleBytes, logLines, logBytes }: NamespaceUsage): TemplateResult {
  return html`<tr role="row">
    <th role="rowheader" scope="row" class="wrap">${name}</th>
    <td role="cell" class="number" data-label="Apps">${apps}</td>
    <td role="cell" class="number" data-label="Modules">${modules.length}</td>
    <td role="cell" class="number" data-label="Size of modules">${formatBytes(moduleBytes)}</td>
    <td role="cell" class="number" data-label="Log lines">${logLines.toLocaleString('en')}</td>
    <td role="cell" class="number" data-label="Size of logs">${formatBytes(logBytes)}</td>
  </tr>`;
}

customElements.define('swerve-storage-namespaces', StorageNamespaces);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-storage-namespaces': StorageNamespaces;
  }
}
