import { css, html, LitElement, svg, type TemplateResult } from 'lit';
import { baseStyles } from '../base-styles.ts';
import { sparkPath, sparkWords } from '../state/spark-path.ts';
import type { AppSecond } from '../state/traffic.ts';

const WIDTH_PX = 120;
const BAR_HEIGHT_PX = 22;
/** Bars, and the marks of errors below them. */
const HEIGHT_PX = 28;

/** The throughput of some seconds as small bars, those with errors marked below. Always of the same size; `seconds` is oldest first. */
export class Sparkline extends LitElement {
  static override properties = { seconds: { attribute: false } };
  static override styles = [
    baseStyles,
    css`
      :host {
        display: inline-block;
        width: ${WIDTH_PX}px;
        max-width: 100%;
      }
      svg {
        display: block;
        width: 100%;
        height: ${HEIGHT_PX}px;
      }
      .floor {
        stroke: var(--line);
      }
      .bars {
        fill: var(--live);
      }
      .errors {
        fill: var(--bad);
      }
    `,
  ];

  declare seconds: readonly AppSecond[];

  constructor() {
    super();
    this.seconds = [];
  }

  override render(): TemplateResult {
    const { bars, errors } = sparkPath(this.seconds, { widthPx: WIDTH_PX, heightPx: BAR_HEIGHT_PX });
    return html`<svg role="img" aria-label=${sparkWords(this.seconds)} viewBox="0 0 ${WIDTH_PX} ${HEIGHT_PX}" preserveAspectRatio="none">
      ${svg`<line class="floor" x1="0" x2=${WIDTH_PX} y1=${BAR_HEIGHT_PX + 0.5} y2=${BAR_HEIGHT_PX + 0.5} /><path class="bars" d=${bars} /><path class="errors" d=${errors} />`}
    </svg>`;
  }
}

customElements.define('swerve-sparkline', Sparkline);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-sparkline': Sparkline;
  }
}
