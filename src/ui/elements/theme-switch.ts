import { css, html, LitElement, type TemplateResult } from 'lit';
import { baseStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { type IconName, icon } from '../icons.ts';
import { THEMES, type ThemeChoice } from '../state/theme.ts';

const CHOICES: Record<ThemeChoice, { label: string; icon: IconName }> = {
  system: { label: 'As the system', icon: 'display' },
  light: { label: 'Light', icon: 'sun' },
  dark: { label: 'Dark', icon: 'moon' },
};

/** Light, dark, or as the system has it. */
export class ThemeSwitch extends LitElement {
  static override styles = [
    baseStyles,
    css`
      fieldset {
        display: inline-flex;
        margin: 0;
        padding: 2px;
        border: 1px solid var(--line);
        border-radius: 99px;
        background: var(--sunken);
      }
      label {
        position: relative;
        display: grid;
        place-items: center;
        width: 2.125rem;
        height: 1.875rem;
        border-radius: 99px;
        color: var(--ink-soft);
        cursor: pointer;
      }
      label:hover {
        color: var(--ink);
      }
      label:has(:checked) {
        color: var(--ink);
        background: var(--surface);
        box-shadow: 0 0 0 1px var(--line);
      }
      label:has(:focus-visible) {
        outline: 2px solid var(--accent);
        outline-offset: 1px;
      }
      @media (forced-colors: active) {
        label:has(:checked) {
          border: 2px solid Highlight;
        }
      }
      input {
        position: absolute;
        inset: 0;
        margin: 0;
        opacity: 0;
        cursor: pointer;
        /* The outline is its label's; it keeps one too, for who looks for it at what has the focus. */
        border-radius: 99px;
      }
    `,
  ];

  readonly #panel = new PanelController(this, (store) => [store.theme]);

  override render(): TemplateResult {
    const { theme } = this.#panel.store;
    return html`<fieldset>
      <legend class="visually-hidden">Theme</legend>
      ${THEMES.map(
        (choice) => html`<label title=${CHOICES[choice].label}>
          <input type="radio" name="theme" aria-label=${CHOICES[choice].label} .checked=${theme.choice === choice} @change=${() => theme.choose(choice)} />${icon(CHOICES[choice].icon)}
        </label>`,
      )}
    </fieldset>`;
  }
}

customElements.define('swerve-theme-switch', ThemeSwitch);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-theme-switch': ThemeSwitch;
  }
}
