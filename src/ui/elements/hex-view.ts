import { VirtualizerController } from '@tanstack/lit-virtual';
import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { createRef, ref } from 'lit/directives/ref.js';
import { baseStyles } from '../base-styles.ts';
import { hexRow, hexRowCount } from '../state/hex.ts';

const ROW_PX = 22;
const WIDE_COLUMNS = 16;
const NARROW_COLUMNS = 8;
/** Narrower than this, sixteen bytes do not fit. */
const WIDE_PX = 620;

/** Bytes as a hex dump; only the rows in sight are there. */
export class HexView extends LitElement {
  static override properties = { bytes: { attribute: false }, label: { type: String }, columns: { state: true } };
  static override styles = [
    baseStyles,
    css`
      .frame {
        max-height: 28rem;
        overflow: auto;
        font: var(--text-small) / 22px var(--mono);
        font-variant-ligatures: none;
        background: var(--sunken);
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        padding: var(--space-2) var(--space-3);
      }
      .all {
        position: relative;
        min-width: max-content;
      }
      .line {
        position: absolute;
        inset-block-start: 0;
        inset-inline-start: 0;
        height: 22px;
        white-space: pre;
      }
      .offset {
        color: var(--ink-soft);
      }
      .ascii {
        color: var(--accent);
      }
    `,
  ];

  declare bytes: Uint8Array;
  declare label: string;
  declare columns: number;
  readonly #frame = createRef<HTMLElement>();
  readonly #virtual = new VirtualizerController<HTMLElement, HTMLElement>(this, {
    count: 0,
    getScrollElement: () => this.#frame.value ?? null,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  readonly #observer = new ResizeObserver(([entry]) => {
    this.columns = (entry?.contentRect.width ?? WIDE_PX) < WIDE_PX ? NARROW_COLUMNS : WIDE_COLUMNS;
  });

  constructor() {
    super();
    this.bytes = new Uint8Array(0);
    this.label = 'Bytes';
    this.columns = WIDE_COLUMNS;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer.disconnect();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('bytes') && !changed.has('columns')) return;
    const virtualizer = this.#virtual.getVirtualizer();
    virtualizer.setOptions({ ...virtualizer.options, count: hexRowCount(this.bytes.length, this.columns) });
  }

  override render(): TemplateResult {
    const virtualizer = this.#virtual.getVirtualizer();
    return html`<div class="frame" role="group" tabindex="0" aria-label=${this.label} ${ref(this.#frame)}>
      <div class="all" style="height: ${virtualizer.getTotalSize()}px; width: ${14 + this.columns * 4}ch">
        ${virtualizer.getVirtualItems().map(({ index, start }) => this.#renderRow(index, start))}
      </div>
    </div>`;
  }

  #renderRow(index: number, startPx: number): TemplateResult {
    const { offset, bytes, text } = hexRow(this.bytes, index, this.columns);
    const hex = bytes.join(' ').padEnd(this.columns * 3 - 1);
    // On one line: between the columns white space counts.
    return html`<div class="line" style="transform: translateY(${startPx}px)"><span class="offset">${offset}</span>  ${hex}  <span class="ascii">${text}</span></div>`;
  }
}

customElements.define('swerve-hex-view', HexView);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-hex-view': HexView;
  }
}
