import { VirtualizerController } from '@tanstack/lit-virtual';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { baseStyles } from '../base-styles.ts';
import { partsOf } from '../state/log-filter.ts';
import type { NumberedLine } from '../state/log-tail.ts';
import { formatClock, formatDateTime } from '../text.ts';

/** Closer than this to its end, the list follows new lines. */
const FOLLOW_PX = 32;
/** What a line that was never measured is taken for. */
const LINE_PX = 22;

/** Lines of a log, of which only those in sight are in the document. Follows the end until a person scrolls up; fires `swerve-follow` with whether it does. */
export class LogLines extends LitElement {
  static override properties = {
    lines: { attribute: false },
    query: { type: String },
    isWrapped: { type: Boolean, reflect: true, attribute: 'wrapped' },
    isFollowing: { type: Boolean },
    emptyText: { type: String },
  };
  static override styles = [
    baseStyles,
    css`
      .lines {
        position: relative;
        height: var(--list-height, max(22rem, calc(100dvh - 25rem)));
        overflow: auto;
        overscroll-behavior: contain;
        padding: var(--space-2) 0;
        font: var(--text-small) / 1.55 var(--mono);
        background: var(--sunken);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        /* The list keeps its own place; both at once would fight. */
        overflow-anchor: none;
      }
      .all {
        position: relative;
      }
      .line {
        position: absolute;
        top: 0;
        inset-inline-start: 0;
        min-width: 100%;
        display: grid;
        grid-template-columns: 8ch 6ch minmax(0, 1fr);
        column-gap: var(--space-3);
        padding-inline: var(--space-3);
        white-space: pre;
      }
      :host(:not([wrapped])) .line {
        width: max-content;
      }
      :host([wrapped]) .line {
        inset-inline-end: 0;
      }
      :host([wrapped]) .text {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      .line:hover {
        background: color-mix(in oklab, var(--ink) 5%, transparent);
      }
      time,
      .stream {
        color: var(--ink-soft);
        font-variant-numeric: tabular-nums;
      }
      .system .text {
        color: var(--accent);
      }
      .error {
        box-shadow: inset 2px 0 0 var(--bad);
      }
      .line.error {
        color: inherit;
      }
      .error .text {
        color: var(--bad);
      }
      .warn {
        box-shadow: inset 2px 0 0 var(--busy);
      }
      .warn .text {
        color: var(--busy);
      }
      .debug .text {
        color: var(--ink-soft);
      }
      mark {
        color: var(--ink);
        background: color-mix(in oklab, var(--busy) 45%, transparent);
        border-radius: 2px;
      }
      .empty {
        padding: var(--space-1) var(--space-3);
      }
      @media (max-width: 34rem) {
        .line {
          grid-template-columns: 8ch minmax(0, 1fr);
        }
        .text {
          grid-column: 1 / -1;
          padding-block-end: var(--space-1);
        }
      }
    `,
  ];

  declare lines: readonly NumberedLine[];
  declare query: string;
  declare isWrapped: boolean;
  declare isFollowing: boolean;
  declare emptyText: string;
  #keyOf = (index: number): string | number => index;
  readonly #virtualizer = new VirtualizerController<HTMLElement, HTMLElement>(this, this.#options());
  #lastTopPx = 0;

  constructor() {
    super();
    this.lines = [];
    this.query = '';
    this.isWrapped = true;
    this.isFollowing = true;
    this.emptyText = '';
    // While the end is followed, the end is the place that is kept.
    this.#virtualizer.getVirtualizer().shouldAdjustScrollPositionOnItemSizeChange = (item, _delta, virtualizer) =>
      !this.isFollowing && item.start < (virtualizer.scrollOffset ?? 0);
  }

  /** Puts the focus into the list. */
  override focus(): void {
    this.#list?.focus({ preventScroll: true });
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const { lines } = this;
    if (changed.has('lines')) this.#keyOf = (index) => lines[index]?.seq ?? index;
    const virtualizer = this.#virtualizer.getVirtualizer();
    virtualizer.setOptions({ ...virtualizer.options, ...this.#options() });
    if (changed.has('isWrapped')) virtualizer.measure();
  }

  override updated(): void {
    this.#measure();
    const list = this.#list;
    if (!this.isFollowing || list === null) return;
    list.scrollTop = list.scrollHeight;
    this.#lastTopPx = list.scrollTop;
  }

  override render(): TemplateResult {
    const virtualizer = this.#virtualizer.getVirtualizer();
    const query = this.query.trim();
    return html`<div class="lines" role="log" aria-live="off" aria-label="Log" tabindex="0" @scroll=${this.#onScroll}>
      ${this.lines.length === 0 ? html`<p class="empty soft">${this.emptyText}</p>` : nothing}
      <div class="all" style="height:${virtualizer.getTotalSize()}px">
        ${repeat(
          virtualizer.getVirtualItems(),
          ({ key }) => key,
          ({ index, start }) => {
            const line = this.lines[index];
            return line === undefined ? nothing : this.#renderLine(line, index, start, query);
          },
        )}
      </div>
    </div>`;
  }

  #renderLine({ atMs, stream, text, instance, level }: NumberedLine, index: number, startPx: number, query: string): TemplateResult {
    return html`<div class="line ${stream} ${level ?? ''}" data-index=${index} style="transform:translateY(${startPx}px)">
      <time datetime=${new Date(atMs).toISOString()} title="${formatDateTime(atMs)}${instance === '' ? '' : `, ${instance}`}">${formatClock(atMs)}</time
      ><span class="stream">${stream}</span
      ><span class="text">${query === '' ? text : partsOf(text, query).map((part) => (part.isMatch ? html`<mark>${part.text}</mark>` : part.text))}</span>
    </div>`;
  }

  #measure(): void {
    const virtualizer = this.#virtualizer.getVirtualizer();
    for (const line of this.renderRoot.querySelectorAll<HTMLElement>('.line')) virtualizer.measureElement(line);
    // Lets go of the lines that have left the document: it would observe every one that ever was in sight.
    virtualizer.measureElement(null);
  }

  /** Only going up ends the following: the end itself moves away from under a list that is being filled. */
  readonly #onScroll = (event: Event): void => {
    const list = event.currentTarget as HTMLElement;
    const isNearEnd = list.scrollHeight - list.scrollTop - list.clientHeight < FOLLOW_PX;
    const isFollowing = isNearEnd || (this.isFollowing && list.scrollTop >= this.#lastTopPx);
    this.#lastTopPx = list.scrollTop;
    if (isFollowing === this.isFollowing) return;
    this.isFollowing = isFollowing;
    this.dispatchEvent(new CustomEvent<boolean>('swerve-follow', { detail: isFollowing }));
  };

  get #list(): HTMLElement | null {
    return this.renderRoot?.querySelector<HTMLElement>('.lines') ?? null;
  }

  #options() {
    return {
      count: this.lines?.length ?? 0,
      getScrollElement: () => this.#list,
      estimateSize: () => LINE_PX,
      getItemKey: this.#keyOf,
      overscan: 12,
      // Lines that are cut off at the start must not move what a person reads.
      anchorTo: 'end' as const,
    };
  }
}

customElements.define('swerve-log-lines', LogLines);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-log-lines': LogLines;
  }
}
