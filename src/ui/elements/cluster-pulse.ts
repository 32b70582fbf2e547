import { css, html, LitElement, type nothing, type TemplateResult } from 'lit';
import { TRAFFIC_INTERVAL_MS } from '../../core/traffic.ts';
import { baseStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { hrefOfView } from '../links.ts';

/** Longer than samples are apart: then none comes any more, and the figures fall without them. */
const OVERDUE_MS = TRAFFIC_INTERVAL_MS * 1.5;
const LINE_SECONDS = 40;
const LINE_WIDTH = 80;
const LINE_HEIGHT = 20;

/** The cluster in one line: hosts, requests a second, errors of the last minute. Each figure keeps its place as it changes. */
export class ClusterPulse extends LitElement {
  static override styles = [
    baseStyles,
    css`
      a {
        display: flex;
        align-items: center;
        gap: var(--space-4);
        min-height: 2.25rem;
        padding-inline: var(--space-2);
        font-size: var(--text-small);
        color: var(--ink-soft);
        text-decoration: none;
        white-space: nowrap;
        border-radius: var(--radius-small);
      }
      a:hover {
        color: var(--ink);
        background: var(--sunken);
      }
      b {
        display: inline-block;
        min-width: 2ch;
        text-align: end;
        font-weight: 600;
        color: var(--ink);
      }
      /* As wide as the plural. */
      i {
        display: inline-block;
        min-width: 2.75em;
        font-style: normal;
      }
      .errors i {
        min-width: 3em;
      }
      .rate b {
        min-width: 4.5ch;
      }
      .errors b {
        min-width: 3ch;
      }
      .errors[data-bad],
      .errors[data-bad] b {
        color: var(--bad);
      }
      svg {
        display: block;
        width: 5rem;
        height: 1.25rem;
        overflow: visible;
        color: var(--line-strong);
      }
      svg[data-live] {
        color: var(--live);
      }
      @media (max-width: 60rem) {
        svg {
          display: none;
        }
      }
      @media (max-width: 47.99rem) {
        a {
          gap: var(--space-2);
          padding-inline: 0;
        }
        .hosts {
          display: none;
        }
      }
    `,
  ];

  readonly #panel = new PanelController(this, (store) => [store.traffic, store.nodes]);

  #timer: ReturnType<typeof setTimeout> | undefined;
  #isMoving = false;

  override updated(): void {
    clearTimeout(this.#timer);
    if (this.#isMoving) this.#timer = setTimeout(() => this.requestUpdate(), OVERDUE_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  override render(): TemplateResult {
    const { traffic, nodes } = this.#panel.store;
    const nowMs = Date.now();
    const { requestsPerSecond, requests, errors } = traffic.totalOf(nowMs);
    this.#isMoving = requests > 0 || errors > 0;
    const hosts = nodes.items.length;
    const rate = formatRate(requestsPerSecond);
    return html`<a href=${hrefOfView('cluster')} title="Open tabs, requests a second, errors in the last minute">
      ${this.#renderLine(nowMs)}<span class="visually-hidden">Cluster:</span>
      <span class="hosts"><b>${nodes.isLoaded ? hosts : '–'}</b> <i>${hosts === 1 ? 'host' : 'hosts'}</i></span>
      <span class="rate"><b>${rate}</b> req/s</span>
      <span class="errors" ?data-bad=${errors > 0}><b>${formatCount(errors)}</b> <i>${errors === 1 ? 'error' : 'errors'}</i><span class="visually-hidden"> in the last minute</span></span>
    </a>`;
  }

  /** All Apps' requests of the last seconds as a line that swerves up where there were some. */
  #renderLine(nowMs: number): TemplateResult | typeof nothing {
    const sums = this.#panel.store.traffic.totalSeconds(nowMs, LINE_SECONDS).map(({ requests }) => requests);
    const most = Math.max(4, ...sums);
    const points = sums.map((sum, index) => ({ x: (index * LINE_WIDTH) / (LINE_SECONDS - 1), y: LINE_HEIGHT - 2 - (sum / most) * (LINE_HEIGHT - 4) }));
    const half = LINE_WIDTH / (LINE_SECONDS - 1) / 2;
    const path = points
      .map(({ x, y }, index) => (index === 0 ? `M${x} ${y}` : `S${(x - half).toFixed(1)} ${y.toFixed(1)} ${x.toFixed(1)} ${y.toFixed(1)}`))
      .join('');
    return html`<svg viewBox="0 0 ${LINE_WIDTH} ${LINE_HEIGHT}" ?data-live=${sums.some((sum) => sum > 0)} aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round"><path d=${path}></path></svg>`;
  }
}

function formatRate(perSecond: number): string {
  if (perSecond >= 10_000) return `${Math.round(perSecond / 1000)}k`;
  return perSecond >= 100 ? String(Math.round(perSecond)) : perSecond.toFixed(1);
}

function formatCount(count: number): string {
  return count >= 10_000 ? `${Math.round(count / 1000)}k` : String(count);
}

customElements.define('swerve-cluster-pulse', ClusterPulse);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-cluster-pulse': ClusterPulse;
  }
}
