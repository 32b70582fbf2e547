import { css, html, LitElement, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { hrefOfHome } from '../links.ts';

/** What is shown at an address that leads nowhere. */
export class UnknownView extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      .view {
        display: grid;
        justify-items: start;
        gap: var(--space-4);
        max-width: 40rem;
        padding-block: clamp(1rem, 10vh, 6rem);
      }
      /* The road of the mark, ending. */
      svg {
        width: 9rem;
        height: 3rem;
        overflow: visible;
      }
      path {
        fill: none;
        stroke: var(--live);
        stroke-width: 3;
        stroke-linecap: round;
      }
      path + path {
        stroke: var(--line-strong);
        stroke-dasharray: 1 9;
      }
    `,
  ];

  /** Brings the view before a person's eyes. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector('h1')?.focus();
  }

  override render(): TemplateResult {
    return html`<div class="view">
      <svg viewBox="0 0 144 48" aria-hidden="true"><path d="M0 44C40 44 34 8 74 8" /><path d="M84 8H144" /></svg>
      <h1 tabindex="-1">There is nothing at this address</h1>
      <p class="soft wrap">No view is called <code>${location.hash}</code>. It may be mistyped, or come from another version of Swerve.</p>
      <a class="button" href=${hrefOfHome()}>All Apps</a>
    </div>`;
  }
}

customElements.define('swerve-unknown-view', UnknownView);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-unknown-view': UnknownView;
  }
}
