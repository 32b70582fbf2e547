import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { App } from '../../core/app.ts';
import type { ModuleReport } from '../../core/module.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { UnsavedController } from '../controllers/unsaved-controller.ts';
import { type AppDraft, draftForFile, type FieldErrors, proposeName } from '../state/app-draft.ts';
import type { GrantDraft } from '../state/grants.ts';
import { whyNotRunnable } from '../state/module-imports.ts';
import { DEFAULT_NAMESPACE } from '../state/panel-store.ts';
import type { AppKey, Upload } from '../state/uploads.ts';
import type { AppFields } from './app-fields.ts';
import './app-fields.ts';
import { fieldStyles, renderField } from './form-field.ts';
import './grant-choices.ts';
import './module-facts.ts';

/** What a stored file is, and what to do with it: run it as a new App, or as the new version of one that is there. Fires `swerve-run` with the App. */
export class UploadProposal extends LitElement {
  static override properties = {
    upload: { attribute: false },
    draft: { state: true },
    errors: { state: true },
    target: { state: true },
    refusal: { state: true },
    isChanged: { state: true },
    isRunning: { state: true },
    grants: { state: true },
  };
  static override styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-4);
      }
      fieldset {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0;
        margin-block-end: var(--space-2);
        font-weight: 550;
      }
      .choice {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-height: 2.5rem;
        padding: var(--space-1) var(--space-4) var(--space-1) var(--space-3);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius-small);
        font-weight: 500;
        cursor: pointer;
      }
      .choice:has(:checked) {
        border-color: var(--accent);
        box-shadow: inset 0 0 0 1px var(--accent);
        background: color-mix(in oklab, var(--accent-wash) 60%, transparent);
      }
      .choice:has(:focus-visible) {
        outline: 2px solid var(--accent);
        outline-offset: 2px;
      }
      input[type='radio'] {
        width: 1rem !important;
        min-height: 0 !important;
        height: 1rem;
        margin: 0;
        outline: none;
      }
    `,
  ];

  declare upload: Upload;
  declare draft: AppDraft | null;
  declare errors: FieldErrors;
  /** The App that gets this module; null: a new one. */
  declare target: AppKey | null;
  declare refusal: string | null;
  /** A person has changed the proposed draft. */
  declare isChanged: boolean;
  declare isRunning: boolean;
  /** What a new App is granted: nothing until a person says so. */
  declare grants: GrantDraft;
  readonly #panel = new PanelController(this, (store) => [store.apps, store.origins]);

  constructor() {
    super();
    this.draft = null;
    this.errors = {};
    this.target = null;
    this.refusal = null;
    this.isChanged = false;
    this.isRunning = false;
    this.grants = {};
    new UnsavedController(this, this.#panel, () => (this.isChanged ? `what you filled in for ${this.upload.fileName}` : null));
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const { apps } = this.#panel.store;
    if (changed.has('upload') && this.draft === null) {
      this.draft = draftForFile(this.upload.fileName, this.#panel.store.takenNames());
      this.target = this.upload.target;
    }
    // The App may have been deleted, or have never been.
    if (this.target !== null && apps.isLoaded && apps.find(this.target.namespace, this.target.name) === undefined) this.target = null;
  }

  override render(): TemplateResult | typeof nothing {
    const { step } = this.upload;
    if (step.name !== 'stored' || this.draft === null) return nothing;
    const obstacle = whyNotRunnable(step.module);
    const facts = html`<swerve-module-facts .module=${step.module}></swerve-module-facts>`;
    if (obstacle !== null) return html`<p class="notice bad wrap" role="alert">This module cannot run on Swerve. ${obstacle}</p>${facts}`;
    return html`${facts}
      <form class="stack" aria-label="Run ${this.upload.fileName}" novalidate @submit=${this.#submit}>
        ${this.#renderChoice()} ${this.target === null ? this.#renderNew(this.draft, step.module) : this.#renderVersion(this.target, step.module)}
      </form>`;
  }

  #renderChoice(): TemplateResult | typeof nothing {
    const { apps } = this.#panel.store;
    if (apps.items.length === 0) return nothing;
    const asVersion = this.target ?? this.upload.target ?? this.#likelyTarget();
    const label = this.upload.target === null ? 'New version of an App' : `New version of ${this.upload.target.name}`;
    const choice = (text: string, isChecked: boolean, target: AppKey | null): TemplateResult =>
      html`<label class="choice"><input type="radio" name="as" .checked=${isChecked} @change=${() => this.#aim(target)} />${text}</label>`;
    return html`<fieldset>
      <legend>Run it as</legend>
      ${choice('New App', this.target === null, null)} ${choice(label, this.target !== null, asVersion)}
    </fieldset>`;
  }

  #renderNew(draft: AppDraft, module: ModuleReport): TemplateResult {
    const { origins } = this.#panel.store;
    const place = origins.placeOf({ metadata: { namespace: DEFAULT_NAMESPACE, name: draft.name.trim() }, spec: { document: {} } });
    const ownAddress = place.at === 'own' ? `${place.origin}/` : null;
    return html`<swerve-app-fields .draft=${draft} .errors=${this.errors} .ownAddress=${ownAddress} @swerve-draft=${this.#change} @keydown=${this.#submitOnEnter}></swerve-app-fields>
      <swerve-grant-choices .module=${module} @swerve-grants=${this.#grant} @keydown=${this.#submitOnEnter}></swerve-grant-choices>
      <p class="notice calm small wrap">
        ${
          ownAddress !== null
            ? `Pages that this App serves run at an origin of their own, ${ownAddress}. They cannot reach this panel, other Apps, or what those store.`
            : 'Pages that this App serves run on this origin, beside this panel. Run it only if you would trust it as you trust a site.'
        }
      </p>
      <div class="row"><button class="primary" type="submit" ?disabled=${this.isRunning}>Run it</button></div>`;
  }

  #renderVersion(target: AppKey, module: ModuleReport): TemplateResult {
    const { apps } = this.#panel.store;
    const isSame = apps.find(target.namespace, target.name)?.spec.source.digest === module.digest;
    const select = html`<select id="target" @change=${this.#pick}>
      ${apps.items.map(({ metadata }) => {
        const isSelected = metadata.namespace === target.namespace && metadata.name === target.name;
        const label = metadata.namespace === 'default' ? metadata.name : `${metadata.namespace}/${metadata.name}`;
        return html`<option value="${metadata.namespace}/${metadata.name}" ?selected=${isSelected}>${label}</option>`;
      })}
    </select>`;
    return html`${renderField({ id: 'target', label: 'App', control: select })}
      <p class="notice calm small">
        ${
          isSame
            ? `${target.name} runs these very bytes already.`
            : `${target.name} keeps its address, its settings and its log, and answers with this module from the next request on. The module before it stays stored.`
        }
      </p>
      ${this.refusal === null ? nothing : html`<p class="notice bad wrap" role="alert">${this.refusal}</p>`}
      <div class="row"><button class="primary" type="submit" ?disabled=${this.isRunning || isSame}>Replace the module of ${target.name}</button></div>`;
  }

  /** The App of the file's own name, else the first. */
  #likelyTarget(): AppKey | null {
    const name = proposeName(this.upload.fileName, new Set());
    const { items } = this.#panel.store.apps;
    const { metadata } = items.find((app) => app.metadata.name === name) ?? items[0] ?? {};
    return metadata === undefined ? null : { namespace: metadata.namespace, name: metadata.name };
  }

  #aim(target: AppKey | null): void {
    this.target = target;
    this.refusal = null;
  }

  readonly #pick = (event: Event): void => {
    const [namespace = '', name = ''] = (event.currentTarget as HTMLSelectElement).value.split('/');
    this.#aim({ namespace, name });
  };

  readonly #change = (event: CustomEvent<AppDraft>): void => {
    this.draft = event.detail;
    this.isChanged = true;
  };

  readonly #grant = (event: CustomEvent<GrantDraft>): void => {
    this.grants = event.detail;
    this.isChanged = true;
  };

  /** The fields live in a shadow root of their own, so the form does not see their Enter key. */
  readonly #submitOnEnter = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.isComposing && event.composedPath()[0] instanceof HTMLInputElement)
      this.renderRoot.querySelector('form')?.requestSubmit();
  };

  readonly #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.isRunning) return;
    this.isRunning = true;
    const app = this.target === null ? await this.#run() : await this.#replace(this.target);
    if (app !== null) this.dispatchEvent(new CustomEvent<App>('swerve-run', { detail: app, bubbles: true, composed: true }));
    this.isRunning = false;
  };

  async #run(): Promise<App | null> {
    if (this.draft === null) return null;
    const { app, errors } = await this.#panel.store.runUpload(this.upload, this.draft, this.grants);
    this.errors = errors;
    if (app === null) void this.#focusError();
    return app;
  }

  async #replace({ namespace, name }: AppKey): Promise<App | null> {
    const { store } = this.#panel;
    const before = store.apps.find(namespace, name);
    if (before === undefined) return null;
    const { app, error } = await store.replaceWithUpload(this.upload, before);
    this.refusal = error;
    return app;
  }

  async #focusError(): Promise<void> {
    await this.updateComplete;
    const fields = this.renderRoot.querySelector<AppFields>('swerve-app-fields');
    await fields?.updateComplete;
    fields?.focusFirstError();
  }
}

customElements.define('swerve-upload-proposal', UploadProposal);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-upload-proposal': UploadProposal;
  }
}
