import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { App } from '../../core/app.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import './app-list.ts';
import './file-picker.ts';
import './first-visit.ts';
import './host-list.ts';
import './sample-gallery.ts';
import './storage-line.ts';
import './upload-card.ts';
import './upload-note.ts';

/** The cluster at a glance: files on their way in, Apps, hosts. While it is empty, what a stranger needs to see. */
export class HomeView extends LitElement {
  static override properties = { isGalleryOpen: { state: true }, isStoryOpen: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      .main {
        display: grid;
        align-content: start;
        gap: var(--space-5);
        min-width: 0;
      }
      .wide {
        display: grid;
        gap: var(--space-7);
      }
      /* Room for a short list to grow in: what lies below it does not move then. In a narrow window it begins out of sight. */
      .main {
        min-height: calc(100dvh - 20rem);
      }
      @media (max-width: 47.99rem) {
        .main {
          min-height: 100dvh;
        }
      }
      .foot {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr));
        gap: var(--space-6);
        align-items: start;
      }
      .uploads,
      .gallery {
        display: grid;
        gap: var(--space-4);
      }
    `,
  ];

  declare isGalleryOpen: boolean;
  declare isStoryOpen: boolean;
  readonly #panel = new PanelController(this, (store) => [store.apps, store.uploads, store.samples, store.platform, store.imports]);
  #hadApps = false;
  /** The files that were shown last, by id. */
  #files: readonly number[] = [];
  /** The cluster was empty when this view came, and all that runs by now are samples: the gallery does not go away under a person's hand. */
  #isFirstVisit = false;

  constructor() {
    super();
    this.isGalleryOpen = false;
    this.isStoryOpen = false;
  }

  /** Brings the view before a person's eyes. In an empty cluster its heading is the picker's. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    const heading = this.renderRoot.querySelector('h1');
    if (heading !== null) heading.focus();
    else await this.renderRoot.querySelector('swerve-first-visit')?.focusHeading();
  }

  override willUpdate(): void {
    const { apps, uploads, samples, platform, imports } = this.#panel.store;
    const isInstalling = imports.step.name !== 'idle';
    // Its code comes when it is first needed.
    if (isInstalling) void import('./storage-import.ts');
    const isNew = platform.worker.name === 'starting' && platform.worker.isFirst;
    if (!apps.isLoaded && !isNew && !this.#isFirstVisit) return;
    const isEmpty = apps.items.length === 0;
    this.#isFirstVisit =
      !isInstalling &&
      uploads.items.length === 0 &&
      uploads.notes.length === 0 &&
      (isEmpty || (this.#isFirstVisit && apps.items.every((app) => samples.isOwn(app))));
  }

  override updated(): void {
    void this.#keepFocus();
    const hasApps = this.#panel.store.apps.items.length > 0;
    // The last App took the list along, and with it what had the focus.
    if (this.#hadApps && !hasApps && document.activeElement === document.body) void this.focusHeading();
    this.#hadApps = hasApps;
  }

  /** A card that goes takes its button along, and the focus with it: that goes to the card in its place, or else to the heading. */
  async #keepFocus(): Promise<void> {
    const before = this.#files;
    this.#files = this.#panel.store.uploads.items.map(({ id }) => id);
    const index = before.findIndex((id) => !this.#files.includes(id));
    if (index === -1 || document.activeElement !== document.body) return;
    const cards = [...this.renderRoot.querySelectorAll('swerve-upload-card')];
    await (cards[index] ?? cards.at(-1) ?? this).focusHeading();
  }

  override render(): TemplateResult {
    return this.#isFirstVisit ? this.#renderFirstVisit() : this.#renderCluster();
  }

  #renderFirstVisit(): TemplateResult {
    return html`<div class="wide"><swerve-first-visit>${this.#renderFoot()}</swerve-first-visit></div>`;
  }

  #renderCluster(): TemplateResult {
    const { apps, uploads, imports } = this.#panel.store;
    return html`<div class="wide">
      <div class="main">
        <h1 class="visually-hidden" tabindex="-1">Swerve cluster</h1>
        <swerve-file-picker
          ><button type="button" aria-expanded=${this.isGalleryOpen} @click=${this.#toggleGallery}>Samples</button></swerve-file-picker
        >
        ${this.isGalleryOpen ? html`<section class="gallery" aria-label="Samples"><swerve-sample-gallery></swerve-sample-gallery></section>` : nothing}
        ${
          uploads.items.length === 0 && uploads.notes.length === 0
            ? nothing
            : html`<section class="uploads" aria-label="Files">
                ${repeat(
                  uploads.notes,
                  ({ id }) => id,
                  (note) => html`<swerve-upload-note .note=${note}></swerve-upload-note>`,
                )}
                ${repeat(
                  uploads.items,
                  ({ id }) => id,
                  (upload) => html`<swerve-upload-card .upload=${upload} @swerve-run=${this.#reveal}></swerve-upload-card>`,
                )}
              </section>`
        }
        ${imports.step.name === 'idle' ? nothing : html`<swerve-storage-import></swerve-storage-import>`}
        <swerve-app-list></swerve-app-list>
      </div>
      ${
        apps.isLoaded
          ? html`${this.#renderFoot()}
              <div><button type="button" aria-haspopup="dialog" @click=${this.#openStory}>How a request travels</button></div>`
          : nothing
      }
      ${this.isStoryOpen ? html`<swerve-request-story-dialog @swerve-close=${this.#closeStory}></swerve-request-story-dialog>` : nothing}
    </div>`;
  }

  #renderFoot(): TemplateResult {
    return html`<div class="foot"><swerve-host-list></swerve-host-list><swerve-storage-line></swerve-storage-line></div>`;
  }

  readonly #toggleGallery = (): void => {
    this.isGalleryOpen = !this.isGalleryOpen;
  };

  readonly #openStory = async (): Promise<void> => {
    await import('./request-story-dialog.ts');
    this.isStoryOpen = true;
  };

  readonly #closeStory = (): void => {
    this.isStoryOpen = false;
  };

  readonly #reveal = async (event: CustomEvent<App>): Promise<void> => {
    await this.updateComplete;
    this.renderRoot.querySelector('swerve-app-list')?.reveal(event.detail);
  };
}

customElements.define('swerve-home-view', HomeView);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-home-view': HomeView;
  }
}
