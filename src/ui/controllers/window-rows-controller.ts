import { type VirtualItem, type Virtualizer, WindowVirtualizerController } from '@tanstack/lit-virtual';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { RowSlots } from '../state/row-slots.ts';

/** Rows beyond the window's edges that are there before they are scrolled to. */
const OVERSCAN = 6;

/** Which of many rows are to be rendered while the page, not a box in it, is what scrolls. */
export class WindowRowsController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #findContainer: () => HTMLElement | null;
  readonly #virtual: WindowVirtualizerController<HTMLElement>;
  readonly #observer: ResizeObserver;
  readonly #heights: ResizeObserver;
  /** Which row each element was when its height was asked for. */
  readonly #measured = new Map<HTMLElement, string>();
  readonly #slots = new RowSlots();
  #keys: readonly string[] = [];
  #estimatePx = 0;
  #pinned: number | null = null;

  /** `findContainer`: what the rows are in, positioned, as high as {@link totalPx}. Its children are the rows; each bears its index as `data-index`, unless it is hidden. */
  constructor(host: ReactiveControllerHost & HTMLElement, findContainer: () => HTMLElement | null) {
    this.#host = host;
    this.#findContainer = findContainer;
    this.#virtual = new WindowVirtualizerController<HTMLElement>(host, { count: 0, estimateSize: () => 0, overscan: OVERSCAN });
    // Whatever comes or goes above the rows makes the page longer or shorter.
    this.#observer = new ResizeObserver(() => this.#findMargin());
    this.#heights = new ResizeObserver((entries) => this.#onHeights(entries));
    host.addController(this);
  }

  hostConnected(): void {
    this.#observer.observe(document.body);
  }

  hostUpdated(): void {
    if (this.#virtualizer.options.scrollMargin === 0) this.#findMargin();
    this.#followHeights();
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
    this.#heights.disconnect();
    this.#measured.clear();
  }

  /**
   * Tells what the rows are; while rendering, before they are asked for. `keys`: one for each, the same array until they
   * change. `estimatePx`: how high one is likely to be. `pinned`: the index of the one that stays, wherever the page is
   * scrolled to: it has the focus.
   */
  set({ keys, estimatePx, pinned }: { keys: readonly string[]; estimatePx: number; pinned: number | null }): void {
    const { options } = this.#virtualizer;
    const isOtherSize = estimatePx !== this.#estimatePx;
    if (keys === this.#keys && !isOtherSize && pinned === this.#pinned) return;
    this.#virtualizer.setOptions({
      ...options,
      count: keys.length,
      // Other functions only for other results: the virtualizer compares them to know what it must compute again.
      ...(keys === this.#keys ? {} : { getItemKey: (index) => keys[index] ?? index }),
      ...(isOtherSize ? { estimateSize: () => estimatePx } : {}),
      ...(pinned === this.#pinned ? {} : { rangeExtractor: (range) => withPinned(indexesOf(range), pinned) }),
    });
    this.#keys = keys;
    this.#estimatePx = estimatePx;
    this.#pinned = pinned;
    if (isOtherSize) this.#virtualizer.measure();
  }

  /** In their order. */
  get rows(): VirtualItem[] {
    return this.#virtualizer.getVirtualItems();
  }

  /** The same rows, each at the place of the element that shows it; null: the element there shows none, and is to be hidden. */
  get slots(): readonly (VirtualItem | null)[] {
    const rows = new Map(this.rows.map((row) => [String(row.key), row]));
    return this.#slots.assign([...rows.keys()]).map((key) => (key === null ? null : (rows.get(key) ?? null)));
  }

  get totalPx(): number {
    return this.#virtualizer.getTotalSize();
  }

  /** Where `row` is, from the top of the container. */
  topOf(row: VirtualItem): number {
    return row.start - this.#virtualizer.options.scrollMargin;
  }

  /** Whether `row` lies within the window at least in part. */
  isInSight({ start, end }: VirtualItem): boolean {
    return end > scrollY && start < scrollY + innerHeight;
  }

  get #virtualizer(): Virtualizer<Window, HTMLElement> {
    return this.#virtual.getVirtualizer();
  }

  /**
   * The library's own way of measuring takes an element for the row that it was at first. An element that has become
   * another row is observed anew, so that it is measured once more even if it is as high as before.
   */
  #followHeights(): void {
    const elements = new Set(this.#findContainer()?.children as Iterable<HTMLElement> | undefined);
    for (const element of this.#measured.keys()) {
      if (elements.has(element)) continue;
      this.#heights.unobserve(element);
      this.#measured.delete(element);
    }
    for (const element of elements) {
      const key = element.hidden ? undefined : this.#keys[indexOf(element)];
      if (key === undefined || this.#measured.get(element) === key) continue;
      this.#heights.unobserve(element);
      this.#heights.observe(element, { box: 'border-box' });
      this.#measured.set(element, key);
    }
  }

  #onHeights(entries: readonly ResizeObserverEntry[]): void {
    for (const { target, borderBoxSize } of entries) {
      const element = target as HTMLElement;
      if (!element.hidden) this.#virtualizer.resizeItem(indexOf(element), Math.round(borderBoxSize[0]?.blockSize ?? element.offsetHeight));
    }
  }

  #findMargin(): void {
    const container = this.#findContainer();
    if (container === null) return;
    const scrollMargin = Math.round(container.getBoundingClientRect().top + scrollY);
    if (scrollMargin === this.#virtualizer.options.scrollMargin) return;
    this.#virtualizer.setOptions({ ...this.#virtualizer.options, scrollMargin });
    this.#host.requestUpdate();
  }
}

function indexOf(element: HTMLElement): number {
  return Number(element.dataset['index']);
}

function indexesOf({ startIndex, endIndex, overscan, count }: { startIndex: number; endIndex: number; overscan: number; count: number }): number[] {
  const first = Math.max(startIndex - overscan, 0);
  const last = Math.min(endIndex + overscan, count - 1);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function withPinned(indexes: number[], pinned: number | null): number[] {
  return pinned === null || indexes.includes(pinned) ? indexes : [...indexes, pinned].sort((a, b) => a - b);
}
