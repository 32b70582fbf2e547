import { css, html, LitElement, type TemplateResult } from 'lit';
import { baseStyles } from '../base-styles.ts';
import type { Tone } from '../state/app-state.ts';

/** A state in one word: a shape and a colour beside the text, so that neither is needed to understand it. */
export class StatusBadge extends LitElement {
  static override properties = { tone: { type: String, reflect: true }, label: { type: String } };
  static override styles = [
    baseStyles,
    css`
      :host {
        display: inline-flex;
      }
      span {
        display: inline-flex;
        align-items: center;
        gap: 0.4em;
        padding: 0.1em 0.6em;
        border-radius: 1em;
        font-size: var(--text-small);
        font-weight: 550;
        line-height: 1.4;
        color: var(--ink-soft);
        background: var(--sunken);
      }
      i {
        flex: none;
        width: 0.5em;
        height: 0.5em;
        border-radius: 50%;
        background: currentcolor;
      }
      :host([tone='good']) span {
        color: var(--good);
        background: var(--good-wash);
      }
      :host([tone='busy']) span {
        color: var(--busy);
        background: var(--busy-wash);
      }
      :host([tone='busy']) i {
        background: transparent;
        border: 2px solid currentcolor;
      }
      :host([tone='bad']) span {
        color: var(--bad);
        background: var(--bad-wash);
      }
      :host([tone='bad']) i {
        border-radius: 1px;
        rotate: 45deg;
      }
      @media (forced-colors: active) {
        i {
          background: CanvasText;
        }
      }
    `,
  ];

  declare tone: Tone;
  declare label: string;

  constructor() {
    super();
    this.tone = 'quiet';
    this.label = '';
  }

  override render(): TemplateResult {
    return html`<span><i aria-hidden="true"></i>${this.label}</span>`;
  }
}

customElements.define('swerve-status-badge', StatusBadge);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-status-badge': StatusBadge;
  }
}
