import { css, html, LitElement, nothing, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import { baseStyles } from '../base-styles.ts';
import { WidthController } from '../controllers/width-controller.ts';
import type { AppSecond } from '../state/traffic.ts';
import { formatMs, roundUp } from '../state/waterfall.ts';

const HEIGHT_PX = 132;
const TOP_PX = 10;
const BOTTOM_PX = 20;
const LEFT_PX = 54;
const RIGHT_PX = 4;
const LABELS_BELOW_PX = 320;

/** One line of a chart of latencies. */
interface Line {
  key: 'p50Ms' | 'p95Ms';
  className: string;
}

const LINES: readonly Line[] = [
  { key: 'p95Ms', className: 'p95' },
  { key: 'p50Ms', className: 'p50' },
];

/** The last two minutes of an App, second by second: `kind` is `requests` (with errors) or `latency` (median and 95th percentile). */
export class TrafficChart extends LitElement {
  static override properties = { seconds: { attribute: false }, kind: { type: String } };
  static override styles = [
    baseStyles,
    css`
      figure {
        margin: 0;
        display: grid;
        gap: var(--space-2);
      }
      figcaption {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: 0 var(--space-4);
      }
      .keys {
        display: flex;
        gap: var(--space-3);
        font-size: var(--text-small);
        color: var(--ink-soft);
      }
      .keys li {
        display: inline-flex;
        align-items: center;
        gap: 0.4em;
      }
      .keys i {
        width: 0.625rem;
        height: 0.625rem;
        border-radius: 2px;
      }
      .plot {
        height: ${HEIGHT_PX}px;
        overflow: hidden;
      }
      svg {
        display: block;
        font: 0.75rem var(--sans);
        font-variant-numeric: tabular-nums;
      }
      text {
        fill: var(--ink-soft);
      }
      .line {
        stroke: var(--line);
        stroke-width: 1;
      }
      .base {
        stroke: var(--line-strong);
      }
      .ok {
        fill: var(--accent);
        background: var(--accent);
      }
      .errors {
        fill: var(--bad-solid);
        background: var(--bad-solid);
      }
      .p50 {
        fill: var(--accent);
        background: var(--accent);
      }
      .p95 {
        fill: var(--busy);
        background: var(--busy);
      }
      path {
        stroke-width: 1.5;
        stroke-linejoin: round;
      }
      path.p50 {
        fill: none;
        stroke: var(--accent);
      }
      path.p95 {
        fill: none;
        stroke: var(--busy);
      }
    `,
  ];

  /** Oldest first. */
  declare seconds: readonly AppSecond[];
  declare kind: 'requests' | 'latency';
  readonly #width = new WidthController(this);

  constructor() {
    super();
    this.seconds = [];
    this.kind = 'requests';
  }

  get #widthPx(): number {
    return Math.floor(this.#width.widthPx);
  }

  override render(): TemplateResult {
    const isRequests = this.kind === 'requests';
    return html`<figure>
      <figcaption>
        <h3 id="title">${isRequests ? 'Requests per second' : 'Time until the head'}</h3>
        <ul class="keys" aria-hidden="true">
          ${
            isRequests
              ? html`<li><i class="ok"></i>answered</li><li><i class="errors"></i>errors</li>`
              : html`<li><i class="p50"></i>median</li><li><i class="p95"></i>95th percentile</li>`
          }
        </ul>
      </figcaption>
      <div class="plot" role="img" aria-label=${isRequests ? wordsOfRequests(this.seconds) : wordsOfLatency(this.seconds)}>
        ${this.#widthPx <= LEFT_PX + RIGHT_PX ? nothing : isRequests ? this.#renderRequests() : this.#renderLatency()}
      </div>
    </figure>`;
  }

  #renderRequests(): TemplateResult {
    const most = Math.max(...this.seconds.map(({ requests }) => requests), 0);
    const rounded = Math.max(2, roundUp(most));
    // An even number, so that half of it is a number of requests too.
    const top = rounded + (rounded % 2);
    const step = this.#plotWidth / this.seconds.length;
    const bars = this.seconds.map(({ requests, errors }, index) => {
      if (requests === 0) return nothing;
      const x = LEFT_PX + index * step;
      const [zero, ok, all] = [this.#y(0, top), this.#y(errors, top), this.#y(requests, top)];
      const width = Math.max(1, step - 1);
      return svg`${errors === 0 ? nothing : svg`<rect class="errors" x=${x} y=${ok} width=${width} height=${zero - ok}></rect>`}
        ${requests === errors ? nothing : svg`<rect class="ok" x=${x} y=${all} width=${width} height=${ok - all}></rect>`}`;
    });
    return this.#renderFrame(top, (value) => String(value), bars);
  }

  #renderLatency(): TemplateResult {
    const most = Math.max(...this.seconds.map(({ p95Ms }) => p95Ms ?? 0), 0);
    const top = Math.max(2, roundUp(most));
    return this.#renderFrame(
      top,
      formatMs,
      LINES.map((line) => this.#renderLine(line, top)),
    );
  }

  /** A dot for each second that has a value, joined where the second before has one too. */
  #renderLine({ key, className }: Line, top: number): SVGTemplateResult {
    const step = this.#plotWidth / this.seconds.length;
    let path = '';
    let isJoined = false;
    const dots = this.seconds.map((second, index) => {
      const value = second[key];
      if (value === null) {
        isJoined = false;
        return nothing;
      }
      const [x, y] = [LEFT_PX + (index + 0.5) * step, this.#y(value, top)];
      path += `${isJoined ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
      isJoined = true;
      return svg`<circle class=${className} cx=${x} cy=${y} r="1.75"></circle>`;
    });
    return svg`<path class=${className} d=${path}></path>${dots}`;
  }

  #renderFrame(top: number, format: (value: number) => string, content: unknown): TemplateResult {
    const widthPx = this.#widthPx;
    const right = widthPx - RIGHT_PX;
    return html`<svg width=${widthPx} height=${HEIGHT_PX} aria-hidden="true" focusable="false">
      ${[0, top / 2, top].map(
        (value) => svg`<line class="line ${value === 0 ? 'base' : ''}" x1=${LEFT_PX} x2=${right} y1=${this.#y(value, top)} y2=${this.#y(value, top)}></line>
          <text x=${LEFT_PX - 6} y=${this.#y(value, top)} text-anchor="end" dominant-baseline="middle">${format(value)}</text>`,
      )}
      ${content}
      <text x=${LEFT_PX} y=${HEIGHT_PX - 4}>2 min ago</text>
      ${widthPx < LABELS_BELOW_PX ? nothing : svg`<text x=${LEFT_PX + this.#plotWidth / 2} y=${HEIGHT_PX - 4} text-anchor="middle">1 min ago</text>`}
      <text x=${right} y=${HEIGHT_PX - 4} text-anchor="end">now</text>
    </svg>`;
  }

  get #plotWidth(): number {
    return this.#widthPx - LEFT_PX - RIGHT_PX;
  }

  #y(value: number, top: number): number {
    return TOP_PX + (1 - value / top) * (HEIGHT_PX - TOP_PX - BOTTOM_PX);
  }
}

function wordsOfRequests(seconds: readonly AppSecond[]): string {
  const requests = seconds.reduce((sum, second) => sum + second.requests, 0);
  if (requests === 0) return 'Requests per second: none in the last two minutes.';
  const errors = seconds.reduce((sum, second) => sum + second.errors, 0);
  const most = Math.max(...seconds.map((second) => second.requests));
  return `Requests per second: ${requests} in the last two minutes, at most ${most} in one second; ${errors === 0 ? 'no errors' : `${errors} of them errors`}.`;
}

function wordsOfLatency(seconds: readonly AppSecond[]): string {
  const last = seconds.findLast(({ p50Ms }) => p50Ms !== null);
  if (last === undefined) return 'Time until the head: nothing measured in the last two minutes.';
  const worst = Math.max(...seconds.map(({ p95Ms }) => p95Ms ?? 0));
  return `Time until the head: lately a median of ${formatMs(last.p50Ms ?? 0)} and a 95th percentile of ${formatMs(last.p95Ms ?? 0)}; at most ${formatMs(worst)} in the last two minutes.`;
}

customElements.define('swerve-traffic-chart', TrafficChart);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-traffic-chart': TrafficChart;
  }
}
