import { css, html, LitElement, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { baseStyles } from '../base-styles.ts';
import { SAMPLES } from '../samples.ts';
import './sample-card.ts';

/** The guests that come with the panel, each one click from running. */
export class SampleGallery extends LitElement {
  static override styles = [
    baseStyles,
    css`
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr));
        gap: var(--space-4);
      }
      li {
        display: grid;
        min-width: 0;
      }
    `,
  ];

  override render(): TemplateResult {
    return html`<ul aria-label="Samples">
      ${repeat(
        SAMPLES,
        ({ name }) => name,
        (sample) => html`<li><swerve-sample-card .sample=${sample}></swerve-sample-card></li>`,
      )}
    </ul>`;
  }
}

customElements.define('swerve-sample-gallery', SampleGallery);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-sample-gallery': SampleGallery;
  }
}
