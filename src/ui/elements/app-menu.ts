import type WaDropdown from '@awesome.me/webawesome/dist/components/dropdown/dropdown.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { App } from '../../core/app.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { icon } from '../icons.ts';
import { hrefOfApp, hrefOfConsole } from '../links.ts';

/** What can be done with one App. Fires `swerve-delete` and `swerve-copy`, with the App and the address. */
export class AppMenu extends LitElement {
  static override properties = { app: { attribute: false }, isTabbable: { attribute: false }, isWanted: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      button {
        width: 2rem;
        min-height: 2rem;
        padding: 0;
      }
      @media (pointer: coarse) {
        button {
          width: 2.5rem;
          min-height: 2.5rem;
        }
      }
      wa-dropdown::part(menu) {
        min-width: 12rem;
        box-shadow: var(--shadow);
      }
      wa-dropdown-item {
        font-size: var(--text-small);
      }
    `,
  ];

  declare app: App;
  declare isTabbable: boolean;
  declare isWanted: boolean;
  readonly #panel = new PanelController(this, (store) => [store.origins]);

  constructor() {
    super();
    this.isTabbable = true;
    this.isWanted = false;
  }

  /** Gives the button the focus, without scrolling to it. */
  focusButton(): void {
    this.renderRoot.querySelector('button')?.focus({ preventScroll: true });
  }

  override render(): TemplateResult {
    const { name } = this.app.metadata;
    return html`<wa-dropdown placement="bottom-end" distance="4" @wa-select=${this.#onSelect} @wa-after-show=${this.#onShown}>
      <button
        slot="trigger"
        class="quiet"
        type="button"
        aria-haspopup="menu"
        aria-expanded="false"
        aria-label="Actions for ${name}"
        tabindex=${this.isTabbable ? 0 : -1}
        @click=${this.#onClick}
      >
        ${icon('more')}
      </button>
      ${this.isWanted ? this.#renderItems() : nothing}
    </wa-dropdown>`;
  }

  #renderItems(): TemplateResult {
    const { name, namespace } = this.app.metadata;
    const [route] = this.app.spec.routes;
    const [first] = this.#panel.store.origins.addressesOf(this.app);
    return html`${
      first === undefined || route === undefined
        ? nothing
        : html`<wa-dropdown-item href=${first.href} target="_blank" rel="noopener">Open page <kbd slot="details" aria-hidden="true">O</kbd></wa-dropdown-item>
              <wa-dropdown-item href=${hrefOfConsole({ path: route.path })}>Send a request</wa-dropdown-item>`
    }
      <wa-dropdown-item href=${hrefOfApp(namespace, name, 'logs')}>Logs</wa-dropdown-item>
      <wa-dropdown-item href=${hrefOfApp(namespace, name, 'settings')}>Settings</wa-dropdown-item>
      <wa-dropdown-item value="copy">Copy address</wa-dropdown-item>
      <wa-dropdown-item value="delete" variant="danger">Delete</wa-dropdown-item>`;
  }

  /** Opens the menu, its first item focused. */
  async open(): Promise<void> {
    // The library is not loaded before somebody wants a menu.
    await Promise.all([
      import('@awesome.me/webawesome/dist/components/dropdown/dropdown.js'),
      import('@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js'),
    ]);
    this.isWanted = true;
    await this.updateComplete;
    const dropdown = this.renderRoot.querySelector('wa-dropdown');
    if (dropdown === null) return;
    await dropdown.updateComplete;
    dropdown.open = true;
  }

  /** Only the first one: the library does it itself from then on. */
  readonly #onClick = (event: MouseEvent): void => {
    if (this.isWanted) return;
    event.stopPropagation();
    void this.open();
  };

  /** Who pressed Escape before it was there finds the focus in a menu that is gone. */
  readonly #onShown = (event: Event): void => {
    if (!(event.currentTarget as WaDropdown).open) this.focusButton();
  };

  readonly #onSelect = (event: CustomEvent<{ item: { value: string } }>): void => {
    const { value } = event.detail.item;
    if (value === 'copy' || value === 'delete')
      this.dispatchEvent(new CustomEvent<App>(`swerve-${value}`, { detail: this.app, bubbles: true, composed: true }));
  };
}

customElements.define('swerve-app-menu', AppMenu);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-app-menu': AppMenu;
  }
}
