import { VirtualizerController } from '@tanstack/lit-virtual';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { RequestRecord } from '../../core/traffic.ts';
import { baseStyles } from '../base-styles.ts';
import { AgeController } from '../controllers/age-controller.ts';
import { outcomeOf, toneOfRequest } from '../state/request-filter.ts';
import { durationOf, formatMs, scaleOf } from '../state/waterfall.ts';
import { formatBytes, formatDateTime, formatShortAge } from '../text.ts';
import { requestTableStyles } from './request-table-styles.ts';
import { renderBar, waterfallStyles } from './waterfall.ts';

const ROW_PX = 34;
/** Two lines to a row where the list is narrow: as high as a finger needs. */
const NARROW_ROW_PX = 60;
const HEAD_PX = 32;
const NARROW_BELOW_PX = 560;
const PAGE_ROWS = 10;

/** What {@link RequestTable} fires as `swerve-select`. `isOpened`: by Enter or a tap, so that the eye goes on to what it opened. */
export interface RequestChoice {
  id: string;
  isOpened: boolean;
}

/** Requests of one App, newest first. One of them is current for the keyboard; fires `swerve-select` when one is chosen. */
export class RequestTable extends LitElement {
  static override properties = {
    items: { attribute: false },
    selectedId: { type: String },
    emptyText: { type: String },
    currentId: { state: true },
    isNarrow: { type: Boolean, reflect: true, attribute: 'narrow' },
  };
  static override styles = [baseStyles, waterfallStyles, requestTableStyles];

  declare items: readonly RequestRecord[];
  /** Of the one that is shown in detail; empty: none. */
  declare selectedId: string;
  declare emptyText: string;
  declare currentId: string;
  declare isNarrow: boolean;
  readonly #age = new AgeController(this, { everyMs: 1_000 });
  /** The same function for the same items: another one has every row measured anew. */
  #keyOf = (index: number): string | number => index;
  readonly #virtualizer = new VirtualizerController<HTMLElement, HTMLElement>(this, this.#options());
  readonly #resizes = new ResizeObserver(([entry]) => {
    this.isNarrow = (entry?.contentRect.width ?? NARROW_BELOW_PX) < NARROW_BELOW_PX;
  });

  constructor() {
    super();
    this.items = [];
    this.selectedId = '';
    this.emptyText = '';
    this.currentId = '';
    // Until it is measured, the window tells: what is drawn first then most likely stays.
    this.isNarrow = innerWidth < NARROW_BELOW_PX;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resizes.disconnect();
  }

  /** Puts the focus into the list. */
  override focus(): void {
    this.#grid?.focus({ preventScroll: true });
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('selectedId') && this.selectedId !== '') this.currentId = this.selectedId;
    const { items } = this;
    if (changed.has('items')) this.#keyOf = (index) => items[index]?.id ?? index;
    const virtualizer = this.#virtualizer.getVirtualizer();
    virtualizer.setOptions({ ...virtualizer.options, ...this.#options() });
    if (changed.has('isNarrow')) virtualizer.measure();
  }

  override render(): TemplateResult {
    const virtualizer = this.#virtualizer.getVirtualizer();
    const rows = virtualizer.getVirtualItems();
    const scaleMs = scaleOf(this.items);
    const isCurrentShown = rows.some(({ key }) => key === this.currentId);
    return html`<div
      class="grid card"
      role="grid"
      aria-label="Requests"
      aria-rowcount=${this.items.length + 1}
      aria-activedescendant=${isCurrentShown ? `row-${this.currentId}` : nothing}
      tabindex="0"
      @keydown=${this.#onKeyDown}
    >
      ${renderHead()}
      <div class="rows" role="rowgroup" style="height:${Math.max(0, virtualizer.getTotalSize())}px">
        ${repeat(
          rows,
          ({ key }) => key,
          ({ index, start, size }) => {
            const record = this.items[index];
            return record === undefined ? nothing : this.#renderRow(record, index, start - (this.isNarrow ? 0 : HEAD_PX), size, scaleMs);
          },
        )}
      </div>
      ${this.items.length === 0 ? html`<p class="empty soft">${this.emptyText}</p>` : nothing}
    </div>`;
  }

  #renderRow(record: RequestRecord, index: number, topPx: number, heightPx: number, scaleMs: number): TemplateResult {
    const { id, method, path, atMs, responseBytes, phases, state } = record;
    const isRunning = state === 'running';
    const ms = isRunning ? Math.max(durationOf(phases), this.#age.nowMs - atMs) : durationOf(phases);
    return html`<div
      class="row"
      id="row-${id}"
      role="row"
      aria-rowindex=${index + 2}
      aria-selected=${id === this.selectedId}
      ?data-current=${id === this.currentId}
      style="height:${heightPx}px;transform:translateY(${topPx}px)"
      @click=${() => this.#choose(id, this.isNarrow)}
    >
      <span class="status ${toneOfRequest(record)}" role="gridcell"><i aria-hidden="true"></i>${outcomeOf(record)}</span>
      <span class="method" role="gridcell">${method}</span>
      <span class="path" role="gridcell" title=${path}>${path}</span>
      <span class="size number" role="gridcell">${formatBytes(responseBytes)}</span>
      <span class="time number" role="gridcell">${isRunning ? `${formatMs(ms)} …` : formatMs(ms)}</span>
      <span class="bars" role="gridcell">${renderBar(phases, scaleMs)}</span>
      <span class="age number" role="gridcell" title=${formatDateTime(atMs)}>${formatShortAge(atMs, this.#age.nowMs)}</span>
    </div>`;
  }

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = this.items.findIndex(({ id }) => id === this.currentId);
    const last = this.items.length - 1;
    const to: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: Math.max(0, at - 1),
      PageDown: at + PAGE_ROWS,
      PageUp: at - PAGE_ROWS,
      Home: 0,
      End: last,
    };
    const target = to[event.key];
    if (event.key === 'Enter' && at !== -1) this.#choose(this.currentId, true);
    else if (target !== undefined && last >= 0) this.#move(Math.min(last, Math.max(0, target)));
    else return;
    event.preventDefault();
  };

  /** With one open beside the list, moving on opens the next. */
  #move(index: number): void {
    this.currentId = this.items[index]?.id ?? '';
    this.#virtualizer.getVirtualizer().scrollToIndex(index);
    if (this.selectedId !== '') this.#choose(this.currentId, false);
  }

  #choose(id: string, isOpened: boolean): void {
    this.currentId = id;
    this.dispatchEvent(new CustomEvent<RequestChoice>('swerve-select', { detail: { id, isOpened } }));
  }

  get #grid(): HTMLElement | null {
    return this.renderRoot?.querySelector<HTMLElement>('.grid') ?? null;
  }

  #options() {
    const headPx = this.isNarrow ? 0 : HEAD_PX;
    return {
      count: this.items?.length ?? 0,
      getScrollElement: () => this.#grid,
      estimateSize: () => (this.isNarrow ? NARROW_ROW_PX : ROW_PX),
      getItemKey: this.#keyOf,
      overscan: 8,
      scrollMargin: headPx,
      scrollPaddingStart: headPx,
      // Who reads further down keeps the place; at the top the newest comes into sight.
      anchorTo: (this.#grid?.scrollTop ?? 0) > 0 ? ('end' as const) : ('start' as const),
    };
  }
}

function renderHead(): TemplateResult {
  return html`<div role="rowgroup" class="head-group"><div class="row head" role="row" aria-rowindex="1">
    <span role="columnheader">Status</span>
    <span role="columnheader">Method</span>
    <span role="columnheader">Path</span>
    <span class="size number" role="columnheader">Size</span>
    <span class="time number" role="columnheader">Time</span>
    <span class="bars" role="columnheader">Timing</span>
    <span class="age number" role="columnheader">Age</span>
  </div></div>`;
}

customElements.define('swerve-request-table', RequestTable);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-request-table': RequestTable;
  }
}
