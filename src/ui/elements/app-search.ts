import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { icon } from '../icons.ts';
import { APP_SORTS, type AppSort } from '../state/app-order.ts';
import { formatCount } from '../text.ts';
import { fieldStyles } from './form-field.ts';

const SORT_LABELS: Readonly<Record<AppSort, string>> = {
  name: 'Name',
  newest: 'Newest',
  busiest: 'Busiest',
  slowest: 'Slowest',
  errors: 'Most errors',
  state: 'State',
};

/** Searches and sorts the list of Apps below it. Fires `swerve-enter` when a person wants to go on into the list. */
export class AppSearch extends LitElement {
  static override styles = [
    baseStyles,
    fieldStyles,
    css`
      search {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-4);
      }
      .field {
        position: relative;
        flex: 1 1 14rem;
        max-width: 26rem;
      }
      .field .icon {
        position: absolute;
        inset-block-start: 50%;
        inset-inline-start: 0.75rem;
        translate: 0 -50%;
        color: var(--ink-soft);
        pointer-events: none;
      }
      input[type='search']:not([type='checkbox']) {
        padding-inline: 2.25rem;
      }
      kbd {
        position: absolute;
        inset-block-start: 50%;
        inset-inline-end: 0.625rem;
        translate: 0 -50%;
        pointer-events: none;
      }
      input:focus + kbd,
      input:not(:placeholder-shown) + kbd {
        display: none;
      }
      .count {
        margin-inline-end: auto;
        font-variant-numeric: tabular-nums;
      }
      .sort {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
      }
      select {
        width: auto;
      }
      @media (pointer: coarse) {
        kbd {
          display: none;
        }
      }
    `,
  ];

  readonly #panel = new PanelController(this, (store) => [store.appOrder]);
  #takeCommand: () => void = () => {};

  override connectedCallback(): void {
    super.connectedCallback();
    this.#takeCommand = this.#panel.store.commands.add(() => [
      { id: 'apps/search', title: 'Search Apps', group: 'Apps', icon: 'search', keys: '/', words: 'find filter list', run: () => this.focusSearch() },
    ]);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#takeCommand();
  }

  /** Gives the search field the focus, its text selected. */
  focusSearch(): void {
    const input = this.renderRoot.querySelector('input');
    input?.focus();
    input?.select();
  }

  override render(): TemplateResult {
    const { apps, appOrder } = this.#panel.store;
    const { query, sort, items } = appOrder;
    return html`<search>
      <div class="field">
        ${icon('search')}
        <input name="search"
          type="search"
          aria-label="Search Apps"
          aria-keyshortcuts="/"
          placeholder="Name, namespace, route or state"
          autocomplete="off"
          spellcheck="false"
          .value=${query}
          @input=${this.#onInput}
          @keydown=${this.#onKey}
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
      <p class="count soft small" role="status">${query.trim() === '' ? nothing : `${formatCount(items.length)} of ${formatCount(apps.size)}`}</p>
      <label class="sort small"
        >Sort by
        <select name="sort" @change=${this.#onSort}>
          ${APP_SORTS.map((value) => html`<option value=${value} ?selected=${value === sort}>${SORT_LABELS[value]}</option>`)}
        </select></label
      >
    </search>`;
  }

  override updated(): void {
    // The attribute of an option says only what it starts with.
    const select = this.renderRoot.querySelector('select');
    if (select !== null) select.value = this.#panel.store.appOrder.sort;
  }

  readonly #onInput = (event: Event): void => this.#panel.store.appOrder.search((event.target as HTMLInputElement).value);

  readonly #onSort = (event: Event): void => this.#panel.store.appOrder.sortBy((event.target as HTMLSelectElement).value as AppSort);

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && this.#panel.store.appOrder.query !== '') this.#panel.store.appOrder.search('');
    else if (event.key === 'ArrowDown' || event.key === 'Enter') this.dispatchEvent(new CustomEvent('swerve-enter'));
    else return;
    event.preventDefault();
  };
}

customElements.define('swerve-app-search', AppSearch);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-app-search': AppSearch;
  }
}
