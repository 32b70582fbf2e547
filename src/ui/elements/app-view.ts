import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { App } from '../../core/app.ts';
import { RuntimeError } from '../../core/errors.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { hrefOfHome, hrefOfRoute } from '../links.ts';
import { stateOfApp } from '../state/app-state.ts';
import { withLocalTimes } from '../text.ts';
import './app-settings.ts';
import './condition-list.ts';
import './delete-dialog.ts';
import './instance-list.ts';
import './log-view.ts';
import './module-facts.ts';
import './status-badge.ts';

/** One App: state, log, instances, module, settings. */
export class AppView extends LitElement {
  static override properties = { namespace: { type: String }, name: { type: String }, isDeleting: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      .page {
        display: grid;
        gap: var(--space-5);
      }
      .columns {
        display: grid;
        gap: var(--space-6);
        align-items: start;
      }
      .columns > div {
        display: grid;
        gap: var(--space-6);
        min-width: 0;
      }
      section {
        display: grid;
        gap: var(--space-3);
      }
      .pad {
        padding: var(--space-4);
      }
      summary {
        cursor: pointer;
        font-weight: 550;
        color: var(--accent);
        width: fit-content;
      }
      pre {
        margin: var(--space-3) 0 0;
        padding: var(--space-3);
        max-height: 30rem;
        overflow: auto;
        font: var(--text-small) / 1.5 var(--mono);
        background: var(--sunken);
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }
      header {
        display: grid;
        gap: var(--space-3);
      }
      @media (min-width: 62rem) {
        .columns {
          grid-template-columns: minmax(0, 1fr) 24rem;
        }
      }
    `,
  ];

  declare namespace: string;
  declare name: string;
  declare isDeleting: boolean;
  readonly #panel = new PanelController(this, (store) => [store.apps, store.modules]);

  constructor() {
    super();
    this.isDeleting = false;
  }

  /** Brings the view before a person's eyes. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector('h1')?.focus();
  }

  override render(): TemplateResult {
    const { apps } = this.#panel.store;
    const app = apps.find(this.namespace, this.name);
    return html`<div class="page">
      <a class="small" href=${hrefOfHome()}>All Apps</a>
      ${app === undefined ? this.#renderMissing(apps.isLoaded, apps.error) : this.#renderApp(app)}
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
    const [first] = app.spec.routes;
    return html`<header>
        <div class="row">
          <h1 class="wrap" tabindex="-1">${this.name}</h1>
          <swerve-status-badge tone=${state.tone} label=${state.label}></swerve-status-badge>
        </div>
        <p class="wrap">${app.spec.routes.map((route, index) => html`${index > 0 ? ', ' : ''}<a href=${hrefOfRoute(route)} target="_blank" rel="noopener">${hrefOfRoute(route)}</a>`)}</p>
        ${state.message === '' ? nothing : html`<p class="notice wrap ${state.tone === 'bad' ? 'bad' : ''}">${withLocalTimes(state.message, Date.now())}</p>`}
        <div class="row">
          ${first === undefined ? nothing : html`<a class="button primary" href=${hrefOfRoute(first)} target="_blank" rel="noopener" aria-label="Open ${this.name}">Open</a>`}
          <button
            type="button"
            aria-label="Delete ${this.name}"
            @click=${() => {
              this.isDeleting = true;
            }}
          >
            Delete
          </button>
        </div>
      </header>
      <div class="columns">
        <div>
          <swerve-log-view namespace=${this.namespace} name=${this.name}></swerve-log-view>
          <swerve-app-settings .app=${app}></swerve-app-settings>
        </div>
        <div>
          <swerve-condition-list .conditions=${app.status?.conditions ?? []}></swerve-condition-list>
          <swerve-instance-list namespace=${this.namespace} name=${this.name}></swerve-instance-list>
          ${this.#renderModule(app)}
          <details>
            <summary>Resource as JSON</summary>
            <pre tabindex="0" aria-label="Resource as JSON">${JSON.stringify(app, null, 2)}</pre>
          </details>
        </div>
      </div>
      ${this.isDeleting ? html`<swerve-delete-dialog .app=${app} @swerve-close=${this.#onClose}></swerve-delete-dialog>` : nothing}`;
  }

  #renderModule(app: App): TemplateResult {
    const { limits, scale, reuse } = app.spec;
    const module = this.#panel.store.modules.get(app.spec.source.digest);
    return html`<section aria-labelledby="module">
      <h2 id="module">Module</h2>
      <div class="card pad stack">
        ${
          module === 'loading'
            ? html`<p class="soft" role="status">Reading the module…</p>`
            : module instanceof RuntimeError
              ? html`<p class="error wrap">${module.message}</p>`
              : html`<swerve-module-facts .module=${module}></swerve-module-facts>`
        }
        <p class="soft small">
          At most ${limits.memoryMiB} MiB and ${limits.timeoutMs.toLocaleString('en')} ms a request; ${scale.min} to ${scale.max} instances; ${reuse ? 'one guest serves many requests' : 'a fresh guest for every request'}.
        </p>
      </div>
    </section>`;
  }

  readonly #onClose = (event: CustomEvent<boolean>): void => {
    this.isDeleting = false;
    if (event.detail) location.assign(hrefOfHome());
  };
}

customElements.define('swerve-app-view', AppView);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-app-view': AppView;
  }
}
