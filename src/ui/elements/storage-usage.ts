import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { StorageReport } from '../../core/storage.ts';
import { baseStyles } from '../base-styles.ts';
import { partsOf, type UsagePart } from '../state/storage.ts';
import { formatBytes } from '../text.ts';

/** How much is stored of how much may be, and what it is made of. */
export class StorageUsage extends LitElement {
  static override properties = { report: { attribute: false } };
  static override styles = [
    baseStyles,
    css`
      section {
        display: grid;
        gap: var(--space-4);
        padding: var(--space-5);
      }
      .total {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 var(--space-3);
        font-variant-numeric: tabular-nums;
      }
      .total strong {
        font-size: var(--text-title);
        font-weight: 650;
        letter-spacing: -0.015em;
      }
      .quota {
        height: 0.375rem;
        border-radius: 99px;
        background: var(--sunken);
        overflow: hidden;
      }
      .quota > div {
        height: 100%;
        min-width: 2px;
        background: var(--ink-soft);
      }
      .quota > .full {
        background: var(--bad-solid);
      }
      .bar {
        display: flex;
        gap: 2px;
        height: 1.25rem;
        border-radius: var(--radius-small);
        overflow: hidden;
      }
      .bar > div {
        min-width: 4px;
        flex: 1 1 0;
      }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(26rem, 100%), 1fr));
        gap: var(--space-2) var(--space-5);
        font-variant-numeric: tabular-nums;
      }
      li {
        display: grid;
        grid-template-columns: auto 1fr auto;
        gap: 0 var(--space-2);
        align-items: baseline;
      }
      i {
        width: 0.875rem;
        height: 0.875rem;
        border-radius: 3px;
        translate: 0 0.1em;
      }
      /* Each part has a pattern of its own beside its colour. */
      [data-part] {
        --stripe: color-mix(in oklab, var(--part) 45%, var(--surface));
        background: var(--part);
      }
      @media (forced-colors: active) {
        .quota,
        .bar {
          forced-color-adjust: none;
        }
      }
      [data-part='modules'],
      [data-part='volumes'],
      [data-part='transpiled'] {
        --part: var(--accent);
      }
      [data-part='logs'],
      [data-part='apps'] {
        --part: var(--good);
      }
      [data-part='data'],
      [data-part='requests'] {
        --part: var(--busy);
      }
      [data-part='swerve'],
      [data-part='other'] {
        --part: var(--line-strong);
      }
      [data-part='transpiled'] {
        background: repeating-linear-gradient(45deg, var(--part) 0 3px, var(--stripe) 3px 6px);
      }
      [data-part='volumes'] {
        background: repeating-linear-gradient(90deg, var(--part) 0 3px, var(--stripe) 3px 6px);
      }
      [data-part='apps'] {
        background: repeating-linear-gradient(-45deg, var(--part) 0 3px, var(--stripe) 3px 6px);
      }
      [data-part='requests'] {
        background: repeating-linear-gradient(90deg, var(--part) 0 3px, var(--stripe) 3px 6px);
      }
      [data-part='other'] {
        background: repeating-linear-gradient(0deg, var(--part) 0 2px, var(--stripe) 2px 5px);
      }
    `,
  ];

  declare report: StorageReport;

  override render(): TemplateResult {
    const parts = partsOf(this.report);
    const knownBytes = parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const usedBytes = this.report.usageBytes ?? knownBytes;
    return html`<section class="card" aria-labelledby="title">
      <h2 id="title">In use</h2>
      <p class="total"><strong>${formatBytes(usedBytes)}</strong>${this.#renderQuota(usedBytes)}</p>
      ${this.#renderMeter(usedBytes)}
      <div class="bar" aria-hidden="true">${parts.map(({ id, sizeBytes }) => html`<div data-part=${id} style="flex-grow:${sizeBytes}"></div>`)}</div>
      <ul aria-label="What it is made of">
        ${parts.map((part) => renderPart(part, knownBytes))}
      </ul>
      ${
        usedBytes < knownBytes
          ? html`<p class="soft small">The parts are the sizes of their content. What the browser counts can be less: it packs what it stores, and looks only now and then.</p>`
          : nothing
      }
    </section>`;
  }

  #renderQuota(usedBytes: number): TemplateResult {
    const { quotaBytes } = this.report;
    if (quotaBytes === null) return html`<span class="soft">The browser does not say how much it allows.</span>`;
    return html`<span class="soft">of ${formatBytes(quotaBytes)} that the browser allows this site, ${shareOf(usedBytes, quotaBytes)}</span>`;
  }

  #renderMeter(usedBytes: number): TemplateResult | typeof nothing {
    const { quotaBytes } = this.report;
    if (quotaBytes === null) return nothing;
    const percent = Math.min(100, (usedBytes / quotaBytes) * 100);
    return html`<div
      class="quota"
      role="meter"
      aria-label="Share of what the browser allows"
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${percent.toFixed(2)}
      aria-valuetext=${shareOf(usedBytes, quotaBytes)}
    >
      <div class=${percent > 90 ? 'full' : ''} style="width:${percent}%"></div>
    </div>`;
  }
}

function renderPart({ id, label, detail, sizeBytes }: UsagePart, totalBytes: number): TemplateResult {
  return html`<li>
    <i data-part=${id} aria-hidden="true"></i>
    <span>${label}${detail === '' ? nothing : html` <span class="soft small">${detail}</span>`}</span>
    <span>${formatBytes(sizeBytes)} <span class="soft small">${shareOf(sizeBytes, totalBytes)}</span></span>
  </li>`;
}

/** "12 %"; small shares are not nothing. */
function shareOf(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (part / whole) * 100;
  if (percent > 0 && percent < 0.1) return 'under 0.1 %';
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

customElements.define('swerve-storage-usage', StorageUsage);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-storage-usage': StorageUsage;
  }
}
