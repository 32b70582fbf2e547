import { ContextProvider } from '@lit/context';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { baseStyles } from '../base-styles.ts';
import { DropController } from '../controllers/drop-controller.ts';
import { ViewController } from '../controllers/view-controller.ts';
import { hrefOfAsset, hrefOfHome, type View } from '../links.ts';
import { panelContext } from '../state/context.ts';
import type { PanelStore } from '../state/panel-store.ts';
import type { AppView } from './app-view.ts';
import './app-view.ts';
import type { HomeView } from './home-view.ts';
import './home-view.ts';
import './notices.ts';
import './worker-state.ts';

/** The panel: header, notices, the view that the address names, and the window as a place to drop files. */
export class SwerveApp extends LitElement {
  static override properties = { store: { attribute: false } };
  static override styles = [
    baseStyles,
    css`
      .page {
        max-width: 74rem;
        margin-inline: auto;
        padding: 0 clamp(1rem, 4vw, 2rem) var(--space-7);
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-4);
        padding-block: var(--space-4) var(--space-5);
      }
      .mark {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        font-weight: 680;
        font-size: var(--text-large);
        letter-spacing: -0.015em;
        color: var(--ink);
        text-decoration: none;
        margin-inline-end: auto;
      }
      .drop {
        position: fixed;
        inset: 0;
        z-index: 1;
        display: grid;
        place-content: center;
        justify-items: center;
        gap: var(--space-2);
        padding: var(--space-5);
        text-align: center;
        pointer-events: none;
        background: color-mix(in oklab, var(--paper) 88%, transparent);
      }
      .drop::before {
        content: '';
        position: absolute;
        inset: var(--space-3);
        border: 3px dashed var(--accent);
        border-radius: var(--radius);
      }
      .drop p:first-child {
        font-size: var(--text-display);
        font-weight: 650;
        letter-spacing: -0.02em;
      }
    `,
  ];

  declare store: PanelStore | undefined;
  readonly #provider = new ContextProvider(this, { context: panelContext });
  readonly #view = new ViewController(this);
  readonly #drop = new DropController(this, (files, folders) => this.#takeFiles(files, folders));
  #unsubscribe: () => void = () => {};
  #shownView = '';

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('store') || this.store === undefined) return;
    this.#provider.setValue(this.store);
    this.#unsubscribe();
    this.#unsubscribe = this.store.platform.subscribe(() => this.requestUpdate());
  }

  override render(): TemplateResult | typeof nothing {
    if (this.store === undefined) return nothing;
    const { worker, isOnline } = this.store.platform;
    const isActive = worker.name === 'active';
    return html`<div class="page">
        <header class="bar">
          <a class="mark" href=${hrefOfHome()}><img src=${hrefOfAsset('icon.svg')} alt="" width="28" height="28" />Swerve</a>
          <span class="soft small" role="status">${isOnline ? '' : 'Offline — everything here keeps working'}</span>
        </header>
        <main>
          ${isActive ? html`<swerve-notices></swerve-notices>${renderView(this.#view.view)}` : html`<swerve-worker-state></swerve-worker-state>`}
        </main>
      </div>
      ${this.#drop.isDragging && isActive ? html`<div class="drop"><p>Drop to add</p><p class="soft">Swerve reads each file and says what it is before it runs.</p></div>` : nothing}`;
  }

  override updated(): void {
    const { view } = this.#view;
    const key = view.name === 'app' ? `${view.app} · Swerve` : 'Swerve';
    document.title = key;
    const isMove = this.#shownView !== '' && this.#shownView !== key;
    this.#shownView = key;
    if (isMove) void this.#focusHeading();
  }

  /** After a move to another view the focus goes to its heading, as it would on a page of its own. */
  async #focusHeading(): Promise<void> {
    const view = this.renderRoot.querySelector('swerve-home-view, swerve-app-view') as HomeView | AppView | null;
    await view?.focusHeading();
    scrollTo(0, 0);
  }

  #takeFiles(files: File[], folders: string[]): void {
    if (this.store === undefined || this.store.platform.worker.name !== 'active') return;
    this.store.addFiles(files, folders);
    if (this.#view.view.name !== 'home') location.assign(hrefOfHome());
  }
}

function renderView(view: View): TemplateResult {
  switch (view.name) {
    case 'home':
      return html`<swerve-home-view></swerve-home-view>`;
    case 'app':
      return html`<swerve-app-view namespace=${view.namespace} name=${view.app}></swerve-app-view>`;
    case 'unknown':
      return html`<h1 tabindex="-1">There is nothing here</h1><p><a href=${hrefOfHome()}>All Apps</a></p>`;
  }
}

customElements.define('swerve-app', SwerveApp);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-app': SwerveApp;
  }
}
