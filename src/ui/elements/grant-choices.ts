import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { CapabilityName } from '../../core/capabilities.ts';
import { grantList } from '../../core/grants.ts';
import type { ModuleReport } from '../../core/module.ts';
import { baseStyles } from '../base-styles.ts';
import { type GrantDraft, type GrantWish, grantOfText, offeredNames, ungrantableOf, wishesOf } from '../state/grants.ts';
import { fieldStyles, renderField } from './form-field.ts';

/** What a module asks for, each to be granted or not. Nothing is, until a person says so. Fires `swerve-grants` with what is chosen. */
export class GrantChoices extends LitElement {
  static override properties = { module: { attribute: false }, texts: { state: true } };
  static override styles = [
    baseStyles,
    fieldStyles,
    css`
      fieldset {
        display: grid;
        gap: var(--space-3);
        min-width: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0;
        margin-block-end: var(--space-2);
        font-weight: 550;
      }
      .wish {
        display: grid;
        gap: var(--space-2);
      }
      .check label {
        font-weight: 500;
      }
      .names {
        padding-inline-start: calc(1.1rem + var(--space-2));
        max-width: 32rem;
      }
    `,
  ];

  declare module: ModuleReport;
  /** Of each capability that is granted, what was typed as its names. */
  declare texts: Partial<Record<CapabilityName, string>>;

  constructor() {
    super();
    this.texts = {};
  }

  override render(): TemplateResult | typeof nothing {
    const wishes = wishesOf(this.module);
    const ungrantable = ungrantableOf(this.module);
    if (wishes.length === 0 && ungrantable.length === 0) return nothing;
    return html`<fieldset>
      <legend>What it asks for</legend>
      ${wishes.map((wish) => this.#renderWish(wish))}
      ${ungrantable.length === 0 ? nothing : html`<p class="small wrap">It imports ${ungrantable.join(', ')}, which this version of Swerve cannot grant.</p>`}
      <p class="soft small wrap">What is not granted gets an error when it is used. Many programs import more than they use, and a grant can be given or taken back at any time.</p>
    </fieldset>`;
  }

  #renderWish({ capability, wants, imports }: GrantWish): TemplateResult {
    const text = this.texts[capability];
    const id = `grant-${capability}`;
    return html`<div class="wish">
      <div class="check">
        <input id=${id} type="checkbox" .checked=${text !== undefined} aria-describedby="${id}-why" @change=${(event: Event) => this.#toggle(capability, (event.currentTarget as HTMLInputElement).checked)} />
        <div>
          <label for=${id}>It wants to ${wants}</label>
          <p class="soft small wrap" id="${id}-why">${imports.join(', ')}</p>
        </div>
      </div>
      ${text === undefined ? nothing : this.#renderNames(capability, text)}
    </div>`;
  }

  #renderNames(capability: CapabilityName, text: string): TemplateResult {
    const list = grantList(capability);
    if (list === null) return html`<p class="names soft small">Its values are set in the settings of the App.</p>`;
    const id = `names-${capability}`;
    return html`<div class="names">
      ${renderField({
        id,
        label: list.label,
        hint: 'Several with commas between them.',
        control: html`<input
          id=${id}
          class="mono-input"
          type="text"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          .value=${text}
          aria-describedby="${id}-hint"
          @input=${(event: InputEvent) => this.#set({ ...this.texts, [capability]: (event.currentTarget as HTMLInputElement).value })}
        />`,
      })}
    </div>`;
  }

  #toggle(capability: CapabilityName, isGranted: boolean): void {
    const { [capability]: _, ...others } = this.texts;
    this.#set(isGranted ? { ...others, [capability]: offeredNames(capability) ?? '' } : others);
  }

  #set(texts: GrantChoices['texts']): void {
    this.texts = texts;
    const entries = Object.entries(texts) as [CapabilityName, string][];
    const grants: GrantDraft = Object.fromEntries(entries.map(([capability, text]) => [capability, grantOfText(capability, text)]));
    this.dispatchEvent(new CustomEvent<GrantDraft>('swerve-grants', { detail: grants, bubbles: true, composed: true }));
  }
}

customElements.define('swerve-grant-choices', GrantChoices);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-grant-choices': GrantChoices;
  }
}
