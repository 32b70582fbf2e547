import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import { css, html, LitElement, type TemplateResult } from 'lit';
import { baseStyles } from '../base-styles.ts';
import './request-story.ts';

/** The story in a dialog, for a cluster that is not empty any more. Fires `swerve-close`. */
export class RequestStoryDialog extends LitElement {
  static override styles = [
    baseStyles,
    css`
      wa-dialog {
        --width: min(66rem, 100vw - 2rem);
        --spacing: var(--space-4);
      }
      wa-dialog::part(dialog) {
        color: var(--ink);
        background: var(--paper);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        font: var(--text-body) / 1.5 var(--sans);
      }
      wa-dialog::part(title) {
        font: 650 var(--text-large) / 1.3 var(--sans);
      }
    `,
  ];

  override render(): TemplateResult {
    return html`<wa-dialog label="How a request travels" open light-dismiss @wa-after-hide=${this.#close}><swerve-request-story></swerve-request-story></wa-dialog>`;
  }

  readonly #close = (): void => {
    this.dispatchEvent(new CustomEvent('swerve-close'));
  };
}

customElements.define('swerve-request-story-dialog', RequestStoryDialog);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-request-story-dialog': RequestStoryDialog;
  }
}
