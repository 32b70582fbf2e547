import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles } from '../base-styles.ts';
import type { BenchmarkRow, BenchmarkTable } from '../state/benchmark-words.ts';
import { tableStyles } from './storage-table.ts';

/** The cases that were measured under the same conditions: each in a sentence, in figures, and as a bar beside that of the browser itself. */
export class BenchmarkTableElement extends LitElement {
  static override properties = { table: { attribute: false } };
  static override styles = [
    baseStyles,
    tableStyles,
    css`
      section {
        display: grid;
        gap: var(--space-3);
      }
      .card {
        overflow: hidden;
      }
      th[scope='row'] {
        width: 100%;
        min-width: 14rem;
        font-weight: 600;
      }
      th p {
        font-weight: 400;
      }
      .bar {
        position: relative;
        display: block;
        height: 4px;
        margin-block-start: var(--space-2);
        border-radius: 2px;
        background: var(--sunken);
        overflow: hidden;
      }
      .bar i {
        position: absolute;
        inset-block: 0;
        inset-inline-start: 0;
        border-radius: 2px;
      }
      .app {
        background: var(--accent);
      }
      .limit {
        background: var(--line-strong);
      }
      .ratio {
        font-weight: 600;
      }
      .none {
        color: var(--ink-soft);
      }
      tr[data-failed] p {
        color: var(--bad);
      }
      @media (max-width: 52rem) {
        th[scope='row'] {
          min-width: 0;
        }
        td.none {
          display: none;
        }
        .ratio[data-label]::before {
          font-weight: 400;
        }
      }
    `,
  ];

  declare table: BenchmarkTable;

  override render(): TemplateResult {
    const { id, title, kind, rows } = this.table;
    const isOfRequests = kind === 'requests';
    return html`<section aria-labelledby=${id}>
      <h3 id=${id}>${title}</h3>
      <div class="card">
        <table role="table" aria-labelledby=${id}>
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">Who answers</th>
              <th role="columnheader" scope="col" class="number">${isOfRequests ? 'Median' : 'Rate'}</th>
              <th role="columnheader" scope="col" class="number">Spread</th>
              ${isOfRequests ? html`<th role="columnheader" scope="col" class="number">Requests</th>` : nothing}
              <th role="columnheader" scope="col" class="number">Of the browser’s own</th>
            </tr>
          </thead>
          <tbody role="rowgroup">
            ${rows.map((row) => renderRow(row, isOfRequests))}
          </tbody>
        </table>
      </div>
    </section>`;
  }
}

function renderRow({ title, sentence, figures, isLimit }: BenchmarkRow, isOfRequests: boolean): TemplateResult {
  return html`<tr role="row" ?data-failed=${figures === null}>
    <th role="rowheader" scope="row">
      ${title}
      <p class="soft small wrap">${sentence}</p>
      ${figures === null ? nothing : renderBar(figures.bar, figures.limitBar, isLimit)}
    </th>
    ${renderCell(isOfRequests ? 'Median' : 'Rate', figures?.median)} ${renderCell('Spread', figures?.spread)}
    ${isOfRequests ? renderCell('Requests', figures?.rate) : nothing} ${renderCell('Of the browser’s own', figures?.ratio, 'ratio')}
  </tr>`;
}

/** The shorter of both lies in front, so that each can be seen. */
function renderBar(bar: number, limitBar: number, isLimit: boolean): TemplateResult {
  const own = html`<i class=${isLimit ? 'limit' : 'app'} style="width: ${bar * 100}%"></i>`;
  if (isLimit) return html`<span class="bar" aria-hidden="true">${own}</span>`;
  const limit = html`<i class="limit" style="width: ${limitBar * 100}%"></i>`;
  return html`<span class="bar" aria-hidden="true">${bar > limitBar ? [own, limit] : [limit, own]}</span>`;
}

function renderCell(label: string, figure: string | null | undefined, name = ''): TemplateResult {
  if (figure === null || figure === undefined) return html`<td role="cell" class="number none">–</td>`;
  return html`<td role="cell" class="number ${name}" data-label=${label}>${figure}</td>`;
}

customElements.define('swerve-benchmark-table', BenchmarkTableElement);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-benchmark-table': BenchmarkTableElement;
  }
}
