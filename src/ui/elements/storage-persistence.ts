import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { storageCardStyles } from './storage-card-styles.ts';
import './status-badge.ts';

const ANSWERS = {
  granted: 'The browser agreed to keep it.',
  refused: 'The browser refused for now. Most go by how much a site is used: bookmark or install it, come back, and ask again.',
  unavailable: 'This browser cannot be asked.',
} as const;

/** Whether the browser keeps what is stored, what it would mean if not, and the way to ask it to. */
export class StoragePersistence extends LitElement {
  static override properties = { persisted: { attribute: false }, isAsking: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    storageCardStyles,
    css`
      ul {
        display: grid;
        gap: var(--space-2);
        padding-inline-start: 1.1rem;
        list-style: disc;
      }
    `,
  ];

  /** null: the browser does not say. */
  declare persisted: boolean | null;
  declare isAsking: boolean;
  readonly #panel = new PanelController(this, (store) => [store.storage]);

  constructor() {
    super();
    this.persisted = null;
    this.isAsking = false;
  }

  override render(): TemplateResult {
    const { answer } = this.#panel.store.storage;
    return html`<section class="card" aria-labelledby="title">
      <div class="row">
        <h2 id="title">Is it kept?</h2>
        ${this.#renderBadge()}
      </div>
      ${this.persisted === true ? html`<p>The browser keeps everything here until you delete it or clear the data of this site.</p>` : this.#renderRisk()}
      ${
        this.persisted === true
          ? nothing
          : html`<div><button type="button" ?disabled=${this.isAsking} @click=${this.#ask}>Ask the browser to keep it</button></div>`
      }
      <p class="answer small" role="status">${answer === null ? '' : ANSWERS[answer]}</p>
    </section>`;
  }

  #renderBadge(): TemplateResult {
    if (this.persisted === null) return html`<swerve-status-badge tone="quiet" label="Not known"></swerve-status-badge>`;
    return this.persisted
      ? html`<swerve-status-badge tone="good" label="Kept"></swerve-status-badge>`
      : html`<swerve-status-badge tone="busy" label="May be removed"></swerve-status-badge>`;
  }

  #renderRisk(): TemplateResult {
    return html`<p>The browser may remove everything at once, without asking: Apps, modules, volumes, logs and cookies. Export what you want to be sure of.</p>
      <ul class="soft small">
        <li>Chrome, Edge and Firefox do so when the disk runs short; the sites that were not used for longest go first.</li>
        <li>Safari also does so after seven days of its use without a visit to this site, unless it was added to the Home Screen or the Dock.</li>
      </ul>`;
  }

  readonly #ask = async (): Promise<void> => {
    this.isAsking = true;
    await this.#panel.store.storage.askForPersistence();
    this.isAsking = false;
  };
}

customElements.define('swerve-storage-persistence', StoragePersistence);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-storage-persistence': StoragePersistence;
  }
}
