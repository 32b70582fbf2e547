import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { App } from '../../core/app.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { type AppDraft, draftOfApp, type FieldErrors } from '../state/app-draft.ts';
import type { AppFields } from './app-fields.ts';
import './app-fields.ts';

/** The settings of an App that can be changed here; writes only over the version that the person saw. */
export class AppSettings extends LitElement {
  static override properties = { app: { attribute: false }, draft: { state: true }, errors: { state: true }, note: { state: true }, isSaving: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      section {
        display: grid;
        gap: var(--space-3);
      }
      form {
        padding: var(--space-4);
        display: grid;
        gap: var(--space-4);
      }
    `,
  ];

  declare app: App;
  declare draft: AppDraft | null;
  declare errors: FieldErrors;
  declare note: string;
  declare isSaving: boolean;
  readonly #panel = new PanelController(this, () => []);
  /** What the draft was made from: the write is compared with its resourceVersion. */
  #base: App | null = null;

  constructor() {
    super();
    this.draft = null;
    this.errors = {};
    this.note = '';
    this.isSaving = false;
  }

  override render(): TemplateResult {
    const isStale = this.#base !== null && this.#base.metadata.generation !== this.app.metadata.generation;
    return html`<section aria-labelledby="title">
      <h2 id="title">Settings</h2>
      <form class="card" novalidate aria-labelledby="title" @submit=${this.#save}>
        ${isStale && this.draft !== null ? this.#renderStale() : nothing}
        <swerve-app-fields
          .draft=${this.draft ?? draftOfApp(this.app)}
          .errors=${this.errors}
          .canRename=${false}
          @swerve-draft=${this.#change}
          @keydown=${this.#submitOnEnter}
        ></swerve-app-fields>
        <div class="row">
          <button class="primary" type="submit" ?disabled=${this.draft === null || this.isSaving}>Save</button>
          ${this.draft === null ? nothing : html`<button class="quiet" type="button" @click=${this.#discard}>Discard changes</button>`}
          <span class="soft small" role="status">${this.note}</span>
        </div>
      </form>
    </section>`;
  }

  #renderStale(): TemplateResult {
    return html`<div class="notice stack" role="alert">
      <p>The App was changed elsewhere since you began, and Save would not write over that. What you typed is still here.</p>
      <div class="row">
        <button type="button" @click=${this.#rebase}>Keep mine</button>
        <span class="small">makes Save replace what the other change set in these fields. Discard changes shows it.</span>
      </div>
    </div>`;
  }

  /** From now on the draft stands over what the person was just told of. */
  readonly #rebase = (): void => {
    this.#base = this.app;
    this.errors = {};
    this.requestUpdate();
  };

  readonly #change = (event: CustomEvent<AppDraft>): void => {
    if (this.draft === null) this.#base = this.app;
    this.draft = event.detail;
    this.note = '';
  };

  readonly #submitOnEnter = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.isComposing && event.composedPath()[0] instanceof HTMLInputElement)
      this.renderRoot.querySelector('form')?.requestSubmit();
  };

  readonly #discard = (): void => {
    this.draft = null;
    this.errors = {};
    this.#base = null;
  };

  readonly #save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.draft === null || this.#base === null || this.isSaving) return;
    this.isSaving = true;
    // Status is written all the time and must not make a person's save fail: the newest version of the same spec will do.
    const target = this.#base.metadata.generation === this.app.metadata.generation ? this.app : this.#base;
    this.errors = await this.#panel.store.saveApp(target, this.draft);
    this.isSaving = false;
    if (Object.keys(this.errors).length === 0) {
      this.#discard();
      this.note = 'Saved.';
      return;
    }
    await this.updateComplete;
    const fields = this.renderRoot.querySelector<AppFields>('swerve-app-fields');
    await fields?.updateComplete;
    fields?.focusFirstError();
  };
}

customElements.define('swerve-app-settings', AppSettings);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-app-settings': AppSettings;
  }
}
