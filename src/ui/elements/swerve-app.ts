import { ContextProvider } from '@lit/context';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { DropController } from '../controllers/drop-controller.ts';
import { ShellController } from '../controllers/shell-controller.ts';
import { ViewController } from '../controllers/view-controller.ts';
import { ViewLoader } from '../controllers/view-loader.ts';
import { icon } from '../icons.ts';
import { hrefOfAsset, hrefOfHome, hrefOfView, type View } from '../links.ts';
import { panelContext } from '../state/context.ts';
import { entryOfFile } from '../state/file-walk.ts';
import type { PanelStore } from '../state/panel-store.ts';
import { shellStyles } from './shell-styles.ts';
import './cluster-pulse.ts';
import type { Dropped } from '../state/uploads.ts';
import './home-view.ts';
import './nav-rail.ts';
import './notices.ts';
import './toast-list.ts';
import './worker-state.ts';

/** The panel: ways between the views, the cluster's pulse, notices, the view that the address names, and the window as a place to drop files. */
export class SwerveApp extends LitElement {
  static override properties = { store: { attribute: false } };
  static override styles = [baseStyles, buttonStyles, shellStyles];

  declare store: PanelStore | undefined;
  readonly #provider = new ContextProvider(this, { context: panelContext });
  readonly #view = new ViewController(this);
  readonly #code = new ViewLoader(this);
  readonly #shell = new ShellController(this, (files) => this.#takeIn({ kind: 'entries', entries: files.map(entryOfFile) }));
  readonly #drop = new DropController(this, (dropped) => this.#takeIn(dropped));
  #unsubscribe: () => void = () => {};
  #shownView = '';

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('store') || this.store === undefined) return;
    this.#provider.setValue(this.store);
    this.#shell.serve(this.store);
    this.#unsubscribe();
    this.#unsubscribe = this.store.platform.subscribe(() => this.requestUpdate());
  }

  override render(): TemplateResult | typeof nothing {
    if (this.store === undefined) return nothing;
    const { worker, networkNote, isOnline, canSuspend, takesFiles } = this.store.platform;
    const { view } = this.#view;
    const isActive = worker.name === 'active';
    // What this browser lacks can be seen without a service worker: above all then. And a stranger need not wait for it to read what this is.
    const isShown = isActive || (view.name === 'browser' && worker.name !== 'starting') || (view.name === 'home' && takesFiles);
    return html`<button class="skip" type="button" @click=${this.#focusHeading}>Skip to content</button>
      <div class="shell">
        <header>
          <a class="mark" href=${hrefOfHome()}><img src=${hrefOfAsset('icon.svg')} alt="" width="28" height="28" />Swerve</a>
          <div class="bar">
            <button class="search" type="button" aria-keyshortcuts="Control+K Meta+K" ?disabled=${!isActive} @click=${() => this.#shell.open('palette')}>
              ${icon('search')}<span>Search and run</span><kbd aria-hidden="true">${this.#shell.commandKey} K</kbd>
            </button>
            <span class="offline soft small" role="status">${networkNote === '' ? nothing : html`${isOnline ? nothing : icon('offline')}<span class="note" title=${networkNote}>${networkNote.split(/(?= — )/).map((part) => html`<span>${part}</span>`)}</span>`}</span>
            ${isActive ? html`<swerve-cluster-pulse></swerve-cluster-pulse>` : nothing}
          </div>
        </header>
        <swerve-nav-rail view=${isShown ? view.name : 'unknown'}></swerve-nav-rail>
        <main>
          <div class="page">
            ${isActive && !canSuspend ? renderLacking() : nothing}${isShown ? this.#renderView(view) : html`<swerve-worker-state></swerve-worker-state>`}
          </div>
        </main>
      </div>
      ${this.#drop.isDragging && takesFiles ? html`<div class="drop"><p>Drop to add</p><p class="soft">Swerve reads each file and says what it is before it runs.</p></div>` : nothing}
      ${this.#shell.renderDialog()}
      <div class="messages" ?data-raised=${view.name === 'app' && view.tab === 'settings'}><swerve-toast-list></swerve-toast-list>${isActive ? html`<swerve-notices></swerve-notices>` : nothing}</div>`;
  }

  override updated(): void {
    const { view } = this.#view;
    const title = titleOf(view);
    // The heading of a view that is still loading is not there yet.
    if (this.#code.codeOf(view.name) === 'loading') return;
    const isMove = this.#shownView !== '' && this.#shownView !== title;
    this.#shownView = title;
    if (isMove) void this.#focusHeading();
  }

  #renderView(view: View): TemplateResult {
    switch (this.#code.codeOf(view.name)) {
      case 'ready':
        return renderView(view);
      case 'loading':
        return html`<div class="loading" role="status" aria-label="Loading this view"><div class="skeleton"></div><div class="skeleton"></div></div>`;
      case 'failed':
        return html`<section class="card failed" aria-labelledby="failed">
          <h1 id="failed" tabindex="-1">This view did not load</h1>
          <p>Its code is part of Swerve, and the browser could not get it: the connection may have dropped before it was stored, or Swerve was updated meanwhile. Your Apps go on serving.</p>
          <div class="row">
            <button class="primary" type="button" @click=${() => this.#code.retry(view.name)}>Try again</button>
            <button type="button" @click=${() => location.reload()}>Reload</button>
          </div>
        </section>`;
    }
  }

  /** After a move to another view the focus goes to its heading, as it would on a page of its own. */
  readonly #focusHeading = async (): Promise<void> => {
    const view = this.renderRoot.querySelector<HTMLElement & Partial<ViewElement>>('.page > :last-child');
    scrollTo(0, 0);
    if (view?.focusHeading !== undefined) await view.focusHeading();
    else (view?.shadowRoot ?? view)?.querySelector<HTMLElement>('h1')?.focus();
  };

  async #takeIn(dropped: Dropped): Promise<void> {
    if (this.store === undefined || !this.store.platform.takesFiles) return;
    const { view } = this.#view;
    if (view.name === 'volume') {
      void this.store.volumeFiles.fill(dropped);
      return;
    }
    const shownIn = await this.store.takeArchive(dropped, { isExpected: view.name === 'storage' });
    if (shownIn !== null) {
      if (view.name !== shownIn) location.assign(shownIn === 'home' ? hrefOfHome() : hrefOfView(shownIn));
      return;
    }
    this.store.takeIn(dropped, view.name === 'app' ? { namespace: view.namespace, name: view.app } : null);
    if (view.name !== 'home') location.assign(hrefOfHome());
  }
}

/** What every view can do. */
interface ViewElement {
  focusHeading(): Promise<void>;
}

/** Known before the first view is drawn: it moves nothing. */
function renderLacking(): TemplateResult {
  return html`<div class="notice lacking" role="note">
    <strong>This browser cannot pause WebAssembly (it has no JSPI).</strong> Everything runs, but a handler that waits, for a request body that is
    still arriving or for a timer, keeps a worker to itself meanwhile, so an App takes fewer requests at once. Chrome 137, Firefox 153 and Safari 27 have it.
  </div>`;
}

function titleOf(view: View): string {
  if (view.name === 'app') return `${view.app} · Swerve`;
  if (view.name === 'volume') return `${view.volume}/${view.path} · Swerve`;
  return TITLES[view.name] ?? 'Swerve';
}

const TITLES: Partial<Record<View['name'], string>> = {
  console: 'Console · Swerve',
  cluster: 'Cluster · Swerve',
  storage: 'Storage · Swerve',
  browser: 'This browser · Swerve',
  benchmark: 'Benchmark · Swerve',
};

function renderView(view: View): TemplateResult {
  switch (view.name) {
    case 'home':
      return html`<swerve-home-view></swerve-home-view>`;
    case 'app':
      return html`<swerve-app-view namespace=${view.namespace} name=${view.app} tab=${view.tab}></swerve-app-view>`;
    case 'console':
      return html`<swerve-console-view></swerve-console-view>`;
    case 'cluster':
      return html`<swerve-cluster-view></swerve-cluster-view>`;
    case 'storage':
      return html`<swerve-storage-view></swerve-storage-view>`;
    case 'volume':
      return html`<swerve-volume-view namespace=${view.namespace} name=${view.volume} path=${view.path}></swerve-volume-view>`;
    case 'browser':
      return html`<swerve-browser-view></swerve-browser-view>`;
    case 'benchmark':
      return html`<swerve-benchmark-view></swerve-benchmark-view>`;
    case 'unknown':
      return html`<swerve-unknown-view></swerve-unknown-view>`;
  }
}

customElements.define('swerve-app', SwerveApp);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-app': SwerveApp;
  }
}
