import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { App } from '../../core/app.ts';
import type { RuntimeError } from '../../core/errors.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { ViewController } from '../controllers/view-controller.ts';
import { icon } from '../icons.ts';
import { APP_TABS, type AppTab, hrefOfApp, hrefOfHome, parametersOfHash } from '../links.ts';
import { stateOfApp } from '../state/app-state.ts';
import { copyText } from '../state/clipboard.ts';
import { withLocalTimes } from '../text.ts';
import './app-actions.ts';
import './app-overview.ts';
import './app-settings.ts';
import './instance-list.ts';
import './log-view.ts';
import './module-versions.ts';
import './origin-look.ts';
import './request-view.ts';
import './status-badge.ts';

const TAB_LABELS: Readonly<Record<AppTab, string>> = {
  overview: 'Overview',
  requests: 'Requests',
  logs: 'Logs',
  instances: 'Instances',
  settings: 'Settings',
  versions: 'Versions',
};

/**
 * One App: its state and addresses, and one of its tabs. The tabs are links, not an ARIA tab list: each has an address of
 * its own that can be opened beside, shared and gone back to, and only the one that is shown is there at all, so that at
 * most one of them holds a stream.
 */
export class AppView extends LitElement {
  static override properties = { namespace: { type: String }, name: { type: String }, tab: { type: String } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      .page {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-4);
      }
      header {
        display: grid;
        gap: var(--space-2);
      }
      .title {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: start;
        gap: var(--space-2) var(--space-4);
      }
      .routes {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--space-4);
      }
      .routes li {
        display: flex;
        align-items: center;
        gap: var(--space-1);
        min-width: 0;
      }
      .place {
        max-width: 60em;
      }
      .copy {
        min-height: 1.75rem;
        padding: 0 0.375rem;
      }
      nav {
        overflow-x: auto;
        scrollbar-width: none;
        border-block-end: 1px solid var(--line);
      }
      nav ul {
        display: flex;
        gap: var(--space-1);
      }
      nav a {
        display: block;
        padding: var(--space-2) var(--space-3);
        color: var(--ink-soft);
        font-weight: 550;
        text-decoration: none;
        white-space: nowrap;
        border-block-end: 2px solid transparent;
      }
      nav a:hover {
        color: var(--ink);
        background: var(--sunken);
        border-radius: var(--radius-small) var(--radius-small) 0 0;
      }
      nav a:focus-visible {
        outline-offset: -2px;
      }
      nav a[aria-current] {
        color: var(--accent);
        border-color: var(--accent);
      }
      @media (forced-colors: active) {
        nav a:not([aria-current]) {
          border-color: Canvas;
        }
      }
      @media (pointer: coarse) {
        .copy {
          min-height: 2.5rem;
          padding-inline: 0.625rem;
        }
      }
      @media (max-width: 34rem) {
        .title {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  declare namespace: string;
  declare name: string;
  declare tab: AppTab;
  readonly #panel = new PanelController(this, (store) => [store.apps, store.origins]);
  /** The tab that was brought into sight among the others. */
  #tabInSight: AppTab | null = null;

  constructor() {
    super();
    // Renders again when what follows the tab in the address changes.
    new ViewController(this);
    this.tab = 'overview';
  }

  /** Brings the view before a person's eyes. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector('h1')?.focus();
  }

  override updated(): void {
    const current = this.renderRoot.querySelector('[aria-current]');
    // Not there before the App is known.
    if (current === null || this.#tabInSight === this.tab) return;
    this.#tabInSight = this.tab;
    current.scrollIntoView({ block: 'nearest', inline: 'center' });
  }

  override render(): TemplateResult {
    const { apps, origins } = this.#panel.store;
    // Where it is decides what stands above all else: nothing may move once that is known.
    const app = origins.isRead ? apps.find(this.namespace, this.name) : undefined;
    return html`<div class="page">
      <a class="small" href=${hrefOfHome()}>All Apps</a>
      ${app === undefined ? this.#renderMissing(apps.isLoaded && origins.isRead, apps.error) : this.#renderApp(app)}
    </div>`;
  }

  #renderMissing(isLoaded: boolean, error: RuntimeError | null): TemplateResult {
    if (error !== null)
      return html`<h1 tabindex="-1">${this.name}</h1><p class="notice bad" role="alert">The App cannot be read: ${error.message} Trying again.</p>`;
    if (!isLoaded) return html`<p class="soft" role="status">Loading ${this.name}…</p>`;
    return html`<h1 tabindex="-1">There is no App ${this.name}</h1><p class="soft">It was deleted, or the address is mistyped.</p>`;
  }

  #renderApp(app: App): TemplateResult {
    const state = stateOfApp(app);
    return html`<header>
        <div class="title">
          <div class="row">
            <h1 class="wrap" tabindex="-1">${this.name}</h1>
            ${this.namespace === 'default' ? nothing : html`<span class="soft">${this.namespace}</span>`}
            <swerve-status-badge tone=${state.tone} label=${state.label}></swerve-status-badge>
          </div>
          <swerve-app-actions .app=${app}></swerve-app-actions>
        </div>
        <ul class="routes" aria-label="Addresses">
          ${this.#panel.store.origins.addressesOf(app).map(({ href }) => this.#renderAddress(href))}
        </ul>
        ${this.#renderPlace(app)}
        ${state.message === '' ? nothing : html`<p class="notice wrap ${state.tone === 'bad' ? 'bad' : ''}">${withLocalTimes(state.message, Date.now())}</p>`}
      </header>
      <nav aria-label="Parts of ${this.name}">
        <ul>
          ${APP_TABS.map((tab) => html`<li><a href=${hrefOfApp(this.namespace, this.name, tab)} aria-current=${tab === this.tab ? 'page' : nothing}>${TAB_LABELS[tab]}</a></li>`)}
        </ul>
      </nav>
      ${this.#renderTab(app)}`;
  }

  /** Why it is not at an origin of its own; nothing when nobody asked for one. */
  #renderPlace(app: App): TemplateResult | typeof nothing {
    const { origins } = this.#panel.store;
    const place = origins.placeOf(app);
    if (place.at !== 'shared' || place.reason === null) return nothing;
    return html`<p class="place soft small wrap">It shares the origin of this panel: ${place.reason}. <swerve-origin-look></swerve-origin-look></p>`;
  }

  #renderAddress(address: string): TemplateResult {
    return html`<li>
      <a class="wrap" href=${address} target="_blank" rel="noopener">${address}</a>
      <button class="quiet tiny copy" type="button" aria-label="Copy ${address}" @click=${() => copyText(this.#panel.store.toasts, address, `Copied ${address}`)}>${icon('copy')}</button>
    </li>`;
  }

  #renderTab(app: App): TemplateResult {
    const parameters = parametersOfHash(location.hash);
    switch (this.tab) {
      case 'overview':
        return html`<swerve-app-overview .app=${app}></swerve-app-overview>`;
      case 'requests':
        return html`<swerve-request-view namespace=${this.namespace} name=${this.name} requestId=${parameters.get('id') ?? ''} .app=${app}></swerve-request-view>`;
      case 'logs':
        return html`<swerve-log-view namespace=${this.namespace} name=${this.name} instance=${parameters.get('instance') ?? ''}></swerve-log-view>`;
      case 'instances':
        return html`<swerve-instance-list namespace=${this.namespace} name=${this.name}></swerve-instance-list>`;
      case 'settings':
        return html`<swerve-app-settings .app=${app}></swerve-app-settings>`;
      case 'versions':
        return html`<swerve-module-versions .app=${app}></swerve-module-versions>`;
    }
  }
}

customElements.define('swerve-app-view', AppView);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-app-view': AppView;
  }
}
