import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { App } from '../../core/app.ts';
import { RuntimeError } from '../../core/errors.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { fieldStyles } from './form-field.ts';

/** Asks before an App is deleted. Open while it is in the document; fires `swerve-close` with whether the App was deleted. */
export class DeleteDialog extends LitElement {
  static override properties = { app: { attribute: false }, error: { state: true }, isDeleting: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    css`
      dialog {
        width: min(30rem, calc(100vw - 2rem));
        padding: var(--space-5);
        color: var(--ink);
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        box-shadow: var(--shadow);
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 45%);
      }
      form {
        display: grid;
        gap: var(--space-4);
      }
      .row {
        justify-content: end;
      }
    `,
  ];

  declare app: App;
  declare error: string;
  declare isDeleting: boolean;
  readonly #panel = new PanelController(this, (store) => [store.apps]);
  #isDeleted = false;

  constructor() {
    super();
    this.error = '';
    this.isDeleting = false;
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  override render(): TemplateResult {
    const { name } = this.app.metadata;
    const isShared = this.#panel.store.isModuleShared(this.app);
    const routes = this.app.spec.routes.map(({ path }) => path).join(', ');
    return html`<dialog aria-labelledby="title" aria-describedby="text" @close=${this.#onClose}>
      <form method="dialog" @submit=${this.#delete}>
        <h2 id="title" class="wrap">Delete ${name}?</h2>
        <p id="text" class="wrap">Its instances are stopped, its log is deleted, and <code>${routes}</code> ${this.app.spec.routes.length === 1 ? 'stops' : 'stop'} answering.</p>
        ${
          isShared
            ? html`<p class="soft small">Its module stays: another App uses it.</p>`
            : html`<div class="check"><input id="module" type="checkbox" checked /><label for="module">Delete its module too. No other App uses it.</label></div>`
        }
        ${this.error === '' ? nothing : html`<p class="notice bad wrap" role="alert">${this.error}</p>`}
        <div class="row">
          <button type="button" autofocus @click=${() => this.renderRoot.querySelector('dialog')?.close()}>Cancel</button>
          <button class="danger" type="submit" ?disabled=${this.isDeleting}>Delete</button>
        </div>
      </form>
    </dialog>`;
  }

  readonly #delete = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.isDeleting) return;
    this.isDeleting = true;
    this.error = '';
    const withModule = this.renderRoot.querySelector<HTMLInputElement>('#module')?.checked ?? false;
    try {
      await this.#panel.store.deleteApp(this.app, { withModule });
      this.#isDeleted = true;
      // Closed, not just removed: only then does the browser give the focus back.
      this.renderRoot.querySelector('dialog')?.close();
    } catch (error) {
      this.error = RuntimeError.from(error).message;
    }
    this.isDeleting = false;
  };

  readonly #onClose = (): void => {
    this.dispatchEvent(new CustomEvent<boolean>('swerve-close', { detail: this.#isDeleted }));
  };
}

customElements.define('swerve-delete-dialog', DeleteDialog);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-delete-dialog': DeleteDialog;
  }
}
