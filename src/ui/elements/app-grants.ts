import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { App } from '../../core/app.ts';
import type { CapabilityName } from '../../core/capabilities.ts';
import { RuntimeError } from '../../core/errors.ts';
import { grantList } from '../../core/grants.ts';
import type { ModuleReport } from '../../core/module.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { type GrantWish, grantOfText, type HeldGrant, heldGrants, offeredNames, ungrantableOf, wishesOf } from '../state/grants.ts';
import { fieldStyles, renderField } from './form-field.ts';
import './status-badge.ts';

/** What an App holds, each to be taken back, and what its module asks for besides, each to be granted. */
export class AppGrants extends LitElement {
  static override properties = {
    app: { attribute: false },
    granting: { state: true },
    text: { state: true },
    refusal: { state: true },
    isBusy: { state: true },
  };
  static override styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    css`
      section {
        display: grid;
        gap: var(--space-3);
      }
      li,
      .empty {
        padding: var(--space-3) var(--space-4);
      }
      li {
        display: grid;
        gap: var(--space-2);
      }
      li + li {
        border-block-start: 1px solid var(--line);
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        align-items: start;
        gap: var(--space-2) var(--space-3);
      }
      .line > div {
        flex: 1 1 13rem;
        min-width: 0;
        display: grid;
        gap: var(--space-1);
        justify-items: start;
      }
      form {
        display: grid;
        gap: var(--space-3);
      }
    `,
  ];

  declare app: App;
  /** The capability whose names are being typed. */
  declare granting: CapabilityName | null;
  declare text: string;
  declare refusal: string | null;
  declare isBusy: boolean;
  readonly #panel = new PanelController(this, (store) => [store.modules]);

  constructor() {
    super();
    this.granting = null;
    this.text = '';
    this.refusal = null;
    this.isBusy = false;
  }

  override render(): TemplateResult {
    const { capabilities, source } = this.app.spec;
    const read = this.#panel.store.modules.get(source.digest);
    const module = read === 'loading' || read instanceof RuntimeError ? null : read;
    const held = heldGrants(capabilities, module);
    const wishes = module === null ? [] : wishesOf(module, capabilities);
    const ungrantable = module === null ? [] : ungrantableOf(module);
    const isEmpty = held.length + wishes.length + ungrantable.length === 0;
    return html`<section aria-labelledby="title">
      <h2 id="title">Grants</h2>
      ${
        isEmpty
          ? html`<p class="card empty soft">${sayNothing(read)}</p>`
          : html`<ul class="card">
              ${held.map((grant) => this.#renderHeld(grant))} ${wishes.map((wish) => this.#renderWish(wish))}
              ${ungrantable.length === 0 ? nothing : html`<li><p class="soft small wrap">It imports ${ungrantable.join(', ')}, which this version of Swerve cannot grant.</p></li>`}
            </ul>`
      }
      ${this.refusal !== null && this.granting === null ? html`<p class="notice bad wrap" role="alert">${this.refusal}</p>` : nothing}
    </section>`;
  }

  #renderHeld({ capability, may, names, isWanted }: HeldGrant): TemplateResult {
    return html`<li>
      <div class="line">
        <div>
          <h3>It may ${may}</h3>
          ${names.length === 0 ? nothing : html`<p class="small wrap"><code>${names.join(', ')}</code></p>`}
          ${isWanted ? nothing : html`<p class="soft small">Its module does not ask for this.</p>`}
        </div>
        <button class="tiny" type="button" aria-label="Take back: ${may}" ?disabled=${this.isBusy} @click=${() => this.#takeBack(capability, may)}>Take back</button>
      </div>
    </li>`;
  }

  #renderWish({ capability, wants, imports }: GrantWish): TemplateResult {
    const isOpen = this.granting === capability;
    return html`<li>
      <div class="line">
        <div>
          <h3>It wants to ${wants}</h3>
          <p class="soft small wrap">${imports.join(', ')}</p>
          <swerve-status-badge tone="quiet" label="Not granted"></swerve-status-badge>
        </div>
        ${isOpen ? nothing : html`<button class="tiny" type="button" aria-label="Grant: ${wants}" ?disabled=${this.isBusy} @click=${() => this.#open(capability, wants)}>Grant</button>`}
      </div>
      ${isOpen ? this.#renderForm(capability, wants) : nothing}
    </li>`;
  }

  #renderForm(capability: CapabilityName, wants: string): TemplateResult {
    const id = 'names';
    const error = this.refusal ?? undefined;
    return html`<form
      novalidate
      aria-label="Grant: ${wants}"
      @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        void this.#grant(capability, wants);
      }}
    >
      ${renderField({
        id,
        label: grantList(capability)?.label ?? '',
        hint: 'Several with commas between them.',
        error,
        control: html`<input
          id=${id}
          class="mono-input"
          type="text"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          .value=${this.text}
          aria-invalid=${error !== undefined}
          aria-describedby=${error === undefined ? `${id}-hint` : `${id}-error ${id}-hint`}
          @input=${(event: InputEvent) => {
            this.text = (event.currentTarget as HTMLInputElement).value;
          }}
        />`,
      })}
      <div class="row">
        <button class="primary" type="submit" ?disabled=${this.isBusy}>Grant</button>
        <button class="quiet" type="button" @click=${() => this.#close()}>Cancel</button>
      </div>
    </form>`;
  }

  #open(capability: CapabilityName, wants: string): void {
    const offered = offeredNames(capability);
    this.refusal = null;
    if (offered === null) {
      void this.#grant(capability, wants);
      return;
    }
    this.granting = capability;
    this.text = offered;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLInputElement>('#names')?.focus());
  }

  #close(): void {
    this.granting = null;
    this.refusal = null;
  }

  async #grant(capability: CapabilityName, wants: string): Promise<void> {
    const grant = grantOfText(capability, this.text);
    if (Object.values(grant).some((value) => Array.isArray(value) && value.length === 0)) {
      this.refusal = 'Name at least one.';
      return;
    }
    const { app } = this;
    if (await this.#write(app, capability, grant)) this.#panel.store.toasts.show({ text: `Granted to ${app.metadata.name}: to ${wants}` });
  }

  async #takeBack(capability: CapabilityName, may: string): Promise<void> {
    const { app } = this;
    const held = app.spec.capabilities[capability];
    if (held === undefined || !(await this.#write(app, capability, null))) return;
    const undo = { label: 'Undo', run: async () => void (await this.#write(app, capability, held)) };
    this.#panel.store.toasts.show({ text: `Taken back from ${app.metadata.name}: to ${may}`, action: undo });
  }

  /** Resolves to whether it was written. */
  async #write(app: App, capability: CapabilityName, grant: Readonly<Record<string, unknown>> | null): Promise<boolean> {
    this.isBusy = true;
    this.refusal = await this.#panel.store.setGrant(app, capability, grant);
    this.isBusy = false;
    if (this.refusal === null) this.granting = null;
    return this.refusal === null;
  }
}

/** What is said where there is nothing to list, as far as the module is known. */
function sayNothing(module: ModuleReport | RuntimeError | 'loading'): string {
  if (module === 'loading') return 'Reading the module…';
  return module instanceof RuntimeError ? 'It holds nothing.' : 'It holds nothing, and its module asks for nothing.';
}

customElements.define('swerve-app-grants', AppGrants);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-app-grants': AppGrants;
  }
}
