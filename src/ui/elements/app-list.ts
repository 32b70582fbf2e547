import type { VirtualItem } from '@tanstack/lit-virtual';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { App } from '../../core/app.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { WidthController } from '../controllers/width-controller.ts';
import { WindowRowsController } from '../controllers/window-rows-controller.ts';
import type { AppSort } from '../state/app-order.ts';
import { copyText } from '../state/clipboard.ts';
import type { AppRow, RowControl, RowSize } from './app-row.ts';
import './app-row.ts';
import './app-search.ts';

/** The columns that can be sorted by, and which way round they are then. */
const COLUMNS: readonly { label: string; sort: AppSort | null; order: 'ascending' | 'descending'; isNumber?: boolean }[] = [
  { label: 'App', sort: 'name', order: 'ascending' },
  { label: 'State', sort: 'state', order: 'ascending' },
  { label: 'Requests', sort: 'busiest', order: 'descending' },
  { label: 'Latency', sort: 'slowest', order: 'descending', isNumber: true },
  { label: 'Errors', sort: 'errors', order: 'descending', isNumber: true },
];
const WIDE_PX = 880;
const MEDIUM_PX = 600;
/** How high a row most likely is, until it is measured. */
const ROW_PX: Readonly<Record<RowSize, number>> = { wide: 60, medium: 60, narrow: 137 };

const HEAD_PX = 38;
/** More than a window shows. */
const ROWS_EXPECTED_AT_MOST = 20;

/** Every App of the cluster: state, routes, what it does right now. Thousands are no burden: only the rows in sight exist. */
export class AppList extends LitElement {
  static override properties = { revealed: { state: true }, current: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      section {
        display: grid;
        gap: var(--space-3);
        --app-columns: minmax(0, 1fr) 10rem 13rem 5.5rem 4rem 4.5rem;
      }
      section[data-size='medium'] {
        --app-columns: minmax(0, 1fr) 8.5rem 7rem 5.25rem 3rem 2rem;
      }
      .card {
        overflow: clip;
      }
      .head {
        display: grid;
        grid-template-columns: var(--app-columns);
        gap: var(--space-4);
        padding: var(--space-1) var(--space-4);
        font-size: var(--text-small);
        background: var(--sunken);
        border-block-end: 1px solid var(--line);
      }
      [data-size='medium'] .head {
        gap: var(--space-3);
      }
      .head button {
        min-height: 1.75rem;
        padding: 0 var(--space-1);
        margin-inline: calc(-1 * var(--space-1));
        border: 0;
        font-size: inherit;
        background: none;
        color: var(--ink-soft);
      }
      .head button:hover,
      [aria-sort] button {
        color: var(--ink);
      }
      .head .number {
        text-align: end;
      }
      .head .number:not([aria-sort]) .arrow {
        display: none;
      }
      .arrow {
        width: 1em;
        visibility: hidden;
      }
      [aria-sort] .arrow {
        visibility: visible;
      }
      .rows {
        position: relative;
      }
      swerve-app-row {
        position: absolute;
        inset-block-start: 0;
        inset-inline: 0;
        border-block-end: 1px solid var(--line);
        /* Of the shell: what lies over the page at its top and its bottom. */
        scroll-margin-block: calc(var(--bar-height, 0px) + var(--space-2)) var(--toast-bottom, var(--space-4));
      }
      .empty {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-3);
        padding: var(--space-5);
      }
      .skeleton {
        height: 12.25rem;
      }
    `,
  ];

  /** uid of the App that was just made. */
  declare revealed: string;
  /** uid of the App whose row Tab comes by. */
  declare current: string;
  readonly #panel = new PanelController(this, (store) => [store.apps, store.appOrder]);
  readonly #width = new WidthController(this);
  readonly #rows = new WindowRowsController(this, () => this.renderRoot.querySelector('.rows'));
  #items: readonly App[] = [];
  #keys: readonly string[] = [];
  /** What each of the elements shows, or showed before it was hidden. */
  readonly #shown: App[] = [];
  #hasFocus = false;

  #takeCommands: () => void = () => {};

  constructor() {
    super();
    this.revealed = '';
    this.current = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const toList = () => void this.#moveTo(Math.max(0, this.#keys.indexOf(this.current)), 'name');
    this.#takeCommands = this.#panel.store.commands.add(() => [
      { id: 'apps/list', title: 'Go through the list of Apps', group: 'Apps', icon: 'app', keys: 'j', words: 'rows next down', run: toList },
    ]);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#takeCommands();
  }

  /** Brings `app` before a person's eyes: marked, scrolled to, its "Open" focused. */
  async reveal({ metadata }: App): Promise<void> {
    const { appOrder } = this.#panel.store;
    if (!appOrder.items.some((item) => item.metadata.uid === metadata.uid)) appOrder.search('');
    this.revealed = metadata.uid;
    await this.updateComplete;
    await this.#moveTo(this.#keys.indexOf(metadata.uid), 'open');
  }

  override render(): TemplateResult {
    const { apps } = this.#panel.store;
    const { error } = apps;
    return html`<section aria-labelledby="title" data-size=${this.#size}>
        <h2 id="title" tabindex="-1">Apps</h2>
        ${error === null ? nothing : html`<p class="notice bad wrap" role="alert">${apps.isLoaded ? 'The list may be out of date' : 'The list cannot be read'}: ${error.message} Trying again.</p>`}
        ${apps.isLoaded ? this.#renderApps() : error === null ? this.#renderLoading() : nothing}
      </section>`;
  }

  get #size(): RowSize {
    // Until it is measured, the window's: what is drawn first is then most likely right.
    const widthPx = this.#width.widthPx || innerWidth;
    return widthPx >= WIDE_PX ? 'wide' : widthPx >= MEDIUM_PX ? 'medium' : 'narrow';
  }

  #renderLoading(): TemplateResult {
    const size = this.#size;
    const rows = Math.min(ROWS_EXPECTED_AT_MOST, this.#panel.store.appOrder.expectedCount);
    const headPx = size === 'narrow' ? 0 : HEAD_PX;
    return html`<swerve-app-search></swerve-app-search>
      <div class="skeleton" role="status" aria-label="Loading Apps" style=${rows === 0 ? nothing : `height: ${headPx + rows * ROW_PX[size]}px`}></div>`;
  }

  #renderApps(): TemplateResult {
    const { apps, appOrder } = this.#panel.store;
    if (apps.size === 0) return html`<p class="card empty soft">No App runs yet.</p>`;
    return html`<swerve-app-search @swerve-enter=${() => this.#moveTo(0, 'name')}></swerve-app-search>
      ${
        appOrder.items.length === 0
          ? html`<div class="card empty"><p class="soft wrap grow">No App matches “${appOrder.query}”.</p><button class="tiny" type="button" @click=${this.#clearSearch}>Clear search</button></div>`
          : this.#renderTable(appOrder.items)
      }`;
  }

  #renderTable(items: readonly App[]): TemplateResult {
    const size = this.#size;
    if (items !== this.#items) {
      this.#items = items;
      this.#keys = items.map(({ metadata }) => metadata.uid);
    }
    const currentIndex = this.#keys.indexOf(this.current);
    this.#rows.set({ keys: this.#keys, estimatePx: ROW_PX[size], pinned: this.#hasFocus && currentIndex >= 0 ? currentIndex : null });
    const { rows } = this.#rows;
    const isCurrentThere = rows.some(({ index }) => index === currentIndex);
    const tabbable = isCurrentThere ? currentIndex : (rows.find((row) => this.#rows.isInSight(row)) ?? rows[0])?.index;
    const isNarrow = size === 'narrow';
    return html`<div
      class="card"
      role=${isNarrow ? nothing : 'grid'}
      aria-labelledby=${isNarrow ? nothing : 'title'}
      aria-rowcount=${isNarrow ? nothing : items.length + 1}
      aria-colcount=${isNarrow ? nothing : COLUMNS.length + 1}
    >
      ${isNarrow ? nothing : this.#renderHead()}
      <div
        class="rows"
        role=${isNarrow ? 'list' : 'rowgroup'}
        style="height: ${this.#rows.totalPx}px"
        aria-owns=${rows.map(({ key }) => `row-${key}`).join(' ')}
        @keydown=${this.#onKey}
        @contextmenu=${this.#onContextMenu}
        @focusin=${this.#onFocusIn}
        @focusout=${this.#onFocusOut}
        @pointerenter=${() => this.#panel.store.appOrder.hold(true)}
        @pointerleave=${() => this.#panel.store.appOrder.hold(this.#hasFocus)}
        @swerve-copy=${this.#copyAddress}
        @swerve-delete=${this.#delete}
      >
        ${this.#rows.slots.map((row, slot) => this.#renderRow(row, slot, tabbable))}
      </div>
    </div>`;
  }

  #renderHead(): TemplateResult {
    const { sort, isReversed } = this.#panel.store.appOrder;
    return html`<div role="rowgroup">
      <div class="head" role="row" aria-rowindex="1">
        ${COLUMNS.map((column) => {
          const order = isReversed ? (column.order === 'ascending' ? 'descending' : 'ascending') : column.order;
          const isSorted = column.sort === sort;
          const arrow = html`<span class="arrow" aria-hidden="true">${isSorted && order === 'ascending' ? '↑' : '↓'}</span>`;
          return html`<div class=${column.isNumber ? 'number' : ''} role="columnheader" aria-sort=${isSorted ? order : nothing}>
            <button type="button" @click=${() => column.sort !== null && this.#panel.store.appOrder.sortBy(column.sort)}>
              ${column.isNumber ? arrow : nothing}${column.label}${column.isNumber ? nothing : arrow}
            </button>
          </div>`;
        })}
        <div role="columnheader"><span class="visually-hidden">Actions</span></div>
      </div>
    </div>`;
  }

  /** The element at `slot` is kept whichever row it shows, so its place among the others says nothing: `aria-owns` tells their order. */
  #renderRow(row: VirtualItem | null, slot: number, tabbable: number | undefined): TemplateResult {
    const app = row === null ? this.#shown[slot] : this.#items[row.index];
    if (app === undefined) return html``;
    this.#shown[slot] = app;
    const size = this.#size;
    const isNarrow = size === 'narrow';
    return html`<swerve-app-row
      id=${row === null ? nothing : `row-${app.metadata.uid}`}
      role=${isNarrow ? 'listitem' : 'row'}
      aria-rowindex=${isNarrow || row === null ? nothing : row.index + 2}
      aria-posinset=${isNarrow && row !== null ? row.index + 1 : nothing}
      aria-setsize=${isNarrow ? this.#items.length : nothing}
      data-index=${row === null ? nothing : row.index}
      style=${row === null ? nothing : `transform: translateY(${this.#rows.topOf(row)}px)`}
      ?hidden=${row === null}
      .app=${app}
      .size=${size}
      .isTabbable=${row !== null && row.index === tabbable}
      .isRevealed=${app.metadata.uid === this.revealed}
      .hasNamespace=${this.#panel.store.appOrder.hasNamespaces}
    ></swerve-app-row>`;
  }

  /** Gives `control` of the row at `index` the focus, and scrolls to it. */
  async #moveTo(index: number, control: RowControl): Promise<void> {
    const uid = this.#keys[index];
    if (uid === undefined) return;
    this.current = uid;
    // It stays from now on, so that it is there to be focused wherever the page is scrolled to.
    this.#hasFocus = true;
    this.requestUpdate();
    await this.updateComplete;
    const row = this.#rowAt(index);
    if (row === null) return;
    await row.updateComplete;
    row.focusControl(control);
    row.scrollIntoView({ block: 'nearest' });
  }

  #rowAt(index: number): AppRow | null {
    return this.renderRoot.querySelector<AppRow>(`swerve-app-row[data-index='${index}']`);
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const row = event.composedPath().find((target): target is AppRow => (target as Element).localName === 'swerve-app-row');
    const isInMenu = event.composedPath().some((target) => (target as Element).localName === 'wa-dropdown-item');
    if (row === undefined || isInMenu || event.defaultPrevented) return;
    if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      event.preventDefault();
      void row.openMenu();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const index = Number(row.dataset['index']);
    const control = row.focusedControl ?? 'name';
    const last = this.#keys.length - 1;
    const page = Math.max(1, Math.floor(innerHeight / row.offsetHeight) - 1);
    const { controls } = row;
    const column = controls.indexOf(control);
    const [first] = this.#panel.store.origins.addressesOf(row.app);
    const moves: Record<string, [number, RowControl]> = {
      ArrowDown: [index + 1, control],
      ArrowUp: [index - 1, control],
      j: [index + 1, control],
      k: [index - 1, control],
      Home: [0, control],
      End: [last, control],
      PageDown: [Math.min(last, index + page), control],
      PageUp: [Math.max(0, index - page), control],
      ArrowLeft: [index, controls[column - 1] ?? control],
      ArrowRight: [index, controls[column + 1] ?? control],
    };
    const move = moves[event.key];
    if (move !== undefined) void this.#moveTo(...move);
    else if (event.key === 'o' && first !== undefined) open(first.href, '_blank', 'noopener');
    else return;
    event.preventDefault();
  };

  /** The browser's own menu, which the same key opens: that of the mouse is left alone. */
  readonly #onContextMenu = (event: MouseEvent): void => {
    if (event.button !== 2) event.preventDefault();
  };

  readonly #onFocusIn = (event: FocusEvent): void => {
    const row = event.composedPath().find((target): target is AppRow => (target as Element).localName === 'swerve-app-row');
    if (row === undefined) return;
    this.#hasFocus = true;
    this.#panel.store.appOrder.hold(true);
    this.current = row.app.metadata.uid;
  };

  readonly #onFocusOut = (event: FocusEvent): void => {
    if ((event.relatedTarget as Element | null)?.localName === 'swerve-app-row') return;
    this.#hasFocus = false;
    this.#panel.store.appOrder.hold(this.renderRoot.querySelector('.rows:hover') !== null);
    this.requestUpdate();
  };

  readonly #clearSearch = async (): Promise<void> => {
    this.#panel.store.appOrder.search('');
    this.renderRoot.querySelector('swerve-app-search')?.focusSearch();
  };

  readonly #copyAddress = ({ detail: app }: CustomEvent<App>): void => {
    const { toasts, origins } = this.#panel.store;
    const [first] = origins.addressesOf(app);
    if (first !== undefined) void copyText(toasts, first.href, `Copied the address of ${app.metadata.name}.`);
  };

  readonly #delete = async ({ detail: app }: CustomEvent<App>): Promise<void> => {
    const index = this.#keys.indexOf(app.metadata.uid);
    if (!(await this.#panel.store.deleteAppWithUndo(app))) return;
    await this.updateComplete;
    // The button that had the focus is gone with its App: what stands in its place is next.
    if (this.#keys.length > 0 && this.isConnected) await this.#moveTo(Math.min(index, this.#keys.length - 1), 'name');
    else this.renderRoot.querySelector('h2')?.focus();
  };
}

customElements.define('swerve-app-list', AppList);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-app-list': AppList;
  }
}
