import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { App } from '../../core/app.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { hrefOfApp, hrefOfRoute } from '../links.ts';
import { stateOfApp } from '../state/app-state.ts';
import { withLocalTimes } from '../text.ts';
import './delete-dialog.ts';
import './status-badge.ts';

/** Every App of the cluster: state, routes, open, delete. */
export class AppList extends LitElement {
  static override properties = { deleting: { state: true }, revealed: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      ul {
        overflow: clip;
      }
      section {
        display: grid;
        gap: var(--space-3);
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: var(--space-1) var(--space-4);
        align-items: center;
        padding: var(--space-3) var(--space-4);
      }
      li + li {
        border-block-start: 1px solid var(--line);
      }
      h3 {
        font-size: var(--text-large);
      }
      h3 a {
        color: var(--ink);
        text-decoration-color: var(--line-strong);
      }
      [data-revealed] {
        background: var(--accent-wash);
      }
      .about {
        display: grid;
        gap: var(--space-1);
        min-width: 0;
      }
      .actions {
        display: flex;
        gap: var(--space-2);
        justify-content: end;
      }
      .empty {
        padding: var(--space-5);
      }
      .skeleton {
        height: 4.5rem;
        background: var(--sunken);
        border-radius: var(--radius);
      }
      @media (max-width: 34rem) {
        li {
          grid-template-columns: minmax(0, 1fr);
          gap: var(--space-3);
        }
        .actions {
          justify-content: start;
        }
      }
    `,
  ];

  declare deleting: App | null;
  /** uid of the App that was just made. */
  declare revealed: string;
  readonly #panel = new PanelController(this, (store) => [store.apps]);

  constructor() {
    super();
    this.deleting = null;
    this.revealed = '';
  }

  /** Brings `app` before a person's eyes: marked, scrolled to, its "Open" focused. */
  async reveal({ metadata }: App): Promise<void> {
    this.revealed = metadata.uid;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('[data-revealed] a.button')?.focus();
  }

  override render(): TemplateResult {
    const { apps } = this.#panel.store;
    const error = apps.error;
    return html`<section aria-labelledby="title">
        <h2 id="title" tabindex="-1">Apps</h2>
        ${error === null ? nothing : html`<p class="notice bad wrap" role="alert">${apps.isLoaded ? 'The list may be out of date' : 'The list cannot be read'}: ${error.message} Trying again.</p>`}
        ${apps.isLoaded ? this.#renderApps(apps.items) : error === null ? html`<div class="skeleton" role="status" aria-label="Loading Apps"></div>` : nothing}
      </section>
      ${this.deleting === null ? nothing : html`<swerve-delete-dialog .app=${this.deleting} @swerve-close=${this.#closeDialog}></swerve-delete-dialog>`}`;
  }

  #renderApps(apps: App[]): TemplateResult {
    if (apps.length === 0) return html`<p class="card empty soft">No App runs yet.</p>`;
    return html`<ul class="card">
      ${repeat(
        apps,
        (app) => app.metadata.uid,
        (app) => this.#renderApp(app),
      )}
    </ul>`;
  }

  #renderApp(app: App): TemplateResult {
    const { name, namespace } = app.metadata;
    const state = stateOfApp(app);
    const [first] = app.spec.routes;
    return html`<li ?data-revealed=${app.metadata.uid === this.revealed}>
      <div class="about">
        <div class="row">
          <h3><a class="wrap" href=${hrefOfApp(namespace, name)}>${name}</a></h3>
          ${namespace === 'default' ? nothing : html`<span class="soft small">${namespace}</span>`}
          <swerve-status-badge tone=${state.tone} label=${state.label}></swerve-status-badge>
        </div>
        <p class="soft small wrap">${app.spec.routes.map((route, index) => html`${index > 0 ? ', ' : ''}<code>${route.host ?? ''}${route.path}</code>`)}</p>
        ${state.message === '' ? nothing : html`<p class="small wrap">${withLocalTimes(state.message, Date.now())}</p>`}
      </div>
      <div class="actions">
        ${first === undefined ? nothing : html`<a class="button" href=${hrefOfRoute(first)} target="_blank" rel="noopener" aria-label="Open ${name}">Open</a>`}
        <button
          class="quiet"
          type="button"
          aria-label="Delete ${name}"
          @click=${() => {
            this.deleting = app;
          }}
        >
          Delete
        </button>
      </div>
    </li>`;
  }

  readonly #closeDialog = (event: CustomEvent<boolean>): void => {
    this.deleting = null;
    // The button that had the focus is gone with its App.
    if (event.detail) this.renderRoot.querySelector('h2')?.focus();
  };
}

customElements.define('swerve-app-list', AppList);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-app-list': AppList;
  }
}
