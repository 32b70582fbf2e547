import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { App } from '../../core/app.ts';
import { baseStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import './app-list.ts';
import './file-picker.ts';
import './host-list.ts';
import './storage-line.ts';
import './stored-modules.ts';
import './upload-card.ts';

/** The cluster at a glance: files on their way in, Apps, hosts. */
export class HomeView extends LitElement {
  static override styles = [
    baseStyles,
    css`
      .columns {
        display: grid;
        gap: var(--space-6);
        align-items: start;
      }
      .main {
        display: grid;
        gap: var(--space-5);
        min-width: 0;
      }
      .steps {
        display: grid;
        gap: var(--space-4);
        grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr));
        counter-reset: step;
      }
      .steps li {
        counter-increment: step;
        display: grid;
        grid-template: auto 1fr / auto 1fr;
        column-gap: var(--space-3);
      }
      .steps li::before {
        content: counter(step);
        grid-row: span 2;
        font-weight: 650;
        font-size: var(--text-large);
        line-height: 1.3;
        color: var(--accent);
      }
      .uploads {
        display: grid;
        gap: var(--space-4);
      }
      @media (min-width: 62rem) {
        .columns {
          grid-template-columns: minmax(0, 1fr) 20rem;
        }
      }
    `,
  ];

  readonly #panel = new PanelController(this, (store) => [store.apps, store.uploads]);
  #hadApps = false;

  /** Brings the view before a person's eyes. In an empty cluster its heading is the picker's. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    const heading = this.renderRoot.querySelector('h1');
    if (heading !== null) heading.focus();
    else await this.renderRoot.querySelector('swerve-file-picker')?.focusHeading();
  }

  override updated(): void {
    const hasApps = this.#panel.store.apps.items.length > 0;
    // The last App took the list along, and with it what had the focus.
    if (this.#hadApps && !hasApps && document.activeElement === document.body) void this.focusHeading();
    this.#hadApps = hasApps;
  }

  override render(): TemplateResult {
    const { apps, uploads } = this.#panel.store;
    const isEmpty = apps.isLoaded && apps.items.length === 0 && uploads.items.length === 0;
    return html`<div class="columns">
      <div class="main">
        ${
          isEmpty
            ? html`<section class="main" aria-label="Apps"><swerve-file-picker size="large"></swerve-file-picker>${renderSteps()}</section>`
            : html`<h1 class="visually-hidden" tabindex="-1">Swerve cluster</h1><swerve-file-picker></swerve-file-picker>`
        }
        ${
          uploads.items.length === 0
            ? nothing
            : html`<section class="uploads" aria-label="Files">
                ${repeat(
                  uploads.items,
                  ({ id }) => id,
                  (upload) => html`<swerve-upload-card .upload=${upload} @swerve-run=${this.#reveal}></swerve-upload-card>`,
                )}
              </section>`
        }
        ${isEmpty ? nothing : html`<swerve-app-list></swerve-app-list>`}
        <swerve-stored-modules @swerve-offer=${this.#showOffer}></swerve-stored-modules>
        <swerve-storage-line></swerve-storage-line>
      </div>
      <swerve-host-list></swerve-host-list>
    </div>`;
  }

  readonly #showOffer = async (): Promise<void> => {
    await this.updateComplete;
    await this.renderRoot.querySelector('swerve-upload-card')?.focusHeading();
  };

  readonly #reveal = async (event: CustomEvent<App>): Promise<void> => {
    await this.updateComplete;
    this.renderRoot.querySelector('swerve-app-list')?.reveal(event.detail);
  };
}

function renderSteps(): TemplateResult {
  return html`<ol class="steps">
    <li><h3>Drop</h3><p class="soft">A WASI program or a component from Rust, C, Go, JavaScript, Python and others.</p></li>
    <li><h3>Run</h3><p class="soft">See what it is and what it imports, and give it a name and a route.</p></li>
    <li><h3>Open</h3><p class="soft">It answers at its own address, in a sandbox, with nothing granted.</p></li>
  </ol>`;
}

customElements.define('swerve-home-view', HomeView);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-home-view': HomeView;
  }
}
