import '@awesome.me/webawesome/dist/components/dropdown/dropdown.js';
import '@awesome.me/webawesome/dist/components/dropdown-item/dropdown-item.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { App } from '../../core/app.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { icon } from '../icons.ts';
import { hrefOfApp, hrefOfConsole, hrefOfHome, hrefOfRoute } from '../links.ts';
import { isWithoutRoute } from '../state/app-state.ts';
import { copyText } from '../state/clipboard.ts';
import { toCurl } from '../state/curl.ts';
import { exportToFile } from '../state/export-file.ts';

/** Open, and a menu of what else can be done with one App. */
export class AppActions extends LitElement {
  static override properties = { app: { attribute: false } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      .row {
        flex-wrap: nowrap;
        gap: var(--space-2);
      }
      .more {
        padding-inline: 0.625rem;
      }
      wa-dropdown::part(menu) {
        min-width: 13rem;
      }
    `,
  ];

  declare app: App;
  readonly #panel = new PanelController(this, (store) => [store.origins]);

  override render(): TemplateResult {
    const { name } = this.app.metadata;
    return html`<div class="row">
      ${this.#renderOpen()}
      <wa-dropdown placement="bottom-end" @wa-select=${this.#onSelect}>
        <button slot="trigger" class="more" type="button" aria-label="Actions for ${name}">${icon('more')}</button>
        <wa-dropdown-item value="console"><span slot="icon">${icon('terminal')}</span>Open in console</wa-dropdown-item>
        <wa-dropdown-item value="address"><span slot="icon">${icon('link')}</span>Copy address</wa-dropdown-item>
        <wa-dropdown-item value="curl"><span slot="icon">${icon('copy')}</span>Copy as curl</wa-dropdown-item>
        <wa-dropdown-item value="export"><span slot="icon">${icon('download')}</span>Export</wa-dropdown-item>
        <wa-dropdown-item value="delete" variant="danger"><span slot="icon">${icon('trash')}</span>Delete</wa-dropdown-item>
      </wa-dropdown>
    </div>`;
  }

  #renderOpen(): TemplateResult | typeof nothing {
    const { namespace, name } = this.app.metadata;
    // At its addresses another App answers: what helps is one of its own.
    if (isWithoutRoute(this.app)) return html`<a class="button primary" href=${hrefOfApp(namespace, name, 'settings')}>Change its route</a>`;
    const [first] = this.#panel.store.origins.addressesOf(this.app);
    if (first === undefined) return nothing;
    return html`<a class="button primary" href=${first.href} target="_blank" rel="noopener" aria-label="Open ${name}">${icon('external')} Open</a>`;
  }

  readonly #onSelect = (event: CustomEvent<{ item: { value: string } }>): void => {
    const { toasts, origins } = this.#panel.store;
    const [route] = this.app.spec.routes;
    // What is nowhere has the address that it would share.
    const address = origins.addressesOf(this.app)[0]?.href ?? hrefOfRoute(route ?? { path: '/' });
    switch (event.detail.item.value) {
      case 'console':
        location.assign(hrefOfConsole({ path: route?.path ?? '/' }));
        break;
      case 'address':
        void copyText(toasts, address, `Copied ${address}`);
        break;
      case 'curl':
        void copyText(toasts, toCurl({ method: 'GET', url: address }), 'Copied the command. The address is answered in this browser only.');
        break;
      case 'export':
        void exportToFile(this.#panel.store, this.app.metadata);
        break;
      case 'delete':
        void this.#delete();
        break;
    }
  };

  /** There is nothing left to look at here. */
  async #delete(): Promise<void> {
    if (await this.#panel.store.deleteAppWithUndo(this.app)) location.assign(hrefOfHome());
  }
}

customElements.define('swerve-app-actions', AppActions);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-app-actions': AppActions;
  }
}
