import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { baseStyles } from '../base-styles.ts';
import { AgeController } from '../controllers/age-controller.ts';
import { icon } from '../icons.ts';
import { hrefOfApp, hrefOfInstanceLog } from '../links.ts';
import type { Machine } from '../state/cluster-map.ts';
import type { SceneInstance } from '../state/cluster-scene.ts';
import type { HostFeature } from '../state/host-features.ts';
import { titleOfHost } from '../state/host-view.ts';
import { formatAge, formatBytes, formatCount, formatLatency, formatRate } from '../text.ts';
import { renderFacts } from './facts.ts';
import './status-badge.ts';

const WORDS: Readonly<Record<HostFeature['presence'], string>> = { yes: 'yes', no: 'no', untold: 'not told' };

/** One host in words: what it is, what it has, and its instances. */
export class ClusterHost extends LitElement {
  static override properties = { machine: { attribute: false }, features: { attribute: false }, rate: { type: Number } };
  static override styles = [
    baseStyles,
    css`
      article {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
      }
      header {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-2);
        padding: var(--space-3) var(--space-4);
      }
      .own {
        margin-inline-start: var(--space-2);
        font-size: var(--text-small);
        font-weight: 550;
        color: var(--accent);
        white-space: nowrap;
      }
      .features {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-4);
        font-size: var(--text-small);
        color: var(--ink-soft);
      }
      .features li {
        display: flex;
        align-items: center;
        gap: 0.25em;
        white-space: nowrap;
      }
      .features .icon {
        width: 1em;
        height: 1em;
      }
      [data-presence='yes'] > .icon {
        color: var(--good);
      }
      .instances li,
      .columns {
        --columns: minmax(10rem, 1fr) 7.5rem repeat(5, 5.25rem) 2.5rem;
        display: grid;
        grid-template-columns: var(--columns);
        align-items: center;
        gap: var(--space-1) var(--space-3);
        padding: 0.375rem var(--space-4);
        border-block-start: 1px solid var(--line);
      }
      .columns {
        padding-block: var(--space-1);
        font-size: var(--text-small);
        color: var(--ink-soft);
      }
      .who {
        display: grid;
        min-width: 0;
        line-height: 1.4;
      }
      .who a {
        justify-self: start;
        font-weight: 550;
      }
      dl {
        display: contents;
      }
      dd,
      .columns > .number {
        text-align: end;
        white-space: nowrap;
      }
      dt {
        font-size: var(--text-small);
        color: var(--ink-soft);
      }
      .log {
        justify-self: end;
      }
      .message {
        grid-column: 1 / -1;
      }
      .none {
        padding: var(--space-3) var(--space-4);
        border-block-start: 1px solid var(--line);
      }
      @media (min-width: 64rem) {
        dt {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
          white-space: nowrap;
        }
      }
      @media (max-width: 63.99rem) {
        .columns {
          display: none;
        }
        .instances li {
          grid-template-columns: minmax(0, 1fr) auto auto;
        }
        dl {
          grid-column: 1 / -1;
          grid-row: 2;
          display: flex;
          flex-wrap: wrap;
          gap: 0 var(--space-3);
          font-size: var(--text-small);
        }
        dl > div {
          display: flex;
          flex-direction: row-reverse;
          gap: 0.4em;
        }
        dt {
          text-transform: lowercase;
        }
      }
    `,
  ];

  declare machine: Machine;
  declare features: readonly HostFeature[];
  /** Requests a second. */
  declare rate: number;
  readonly #age = new AgeController(this);

  constructor() {
    super();
    this.features = [];
    this.rate = 0;
  }

  override render(): TemplateResult {
    const { host, instances } = this.machine;
    const [tone, label] =
      host.isResponsive === null ? (['busy', 'Joining'] as const) : host.isResponsive ? (['good', 'Responsive'] as const) : (['bad', 'Frozen'] as const);
    const facts = [
      host.engine === '' ? 'Engine not known' : host.engine,
      // In one line with the rest: a line of its own would push the instances down each time.
      host.message !== '' ? host.message : host.isHidden ? 'Hidden: the browser may slow it down' : 'Visible',
      ...(Number.isNaN(host.sinceMs) ? [] : [`opened ${formatAge(host.sinceMs, this.#age.nowMs)}`]),
      host.id,
      // Last, for what stands behind it would move with every digit.
      `${formatRate(this.rate)} req/s`,
    ];
    return html`<article class="card" aria-labelledby="title">
      <header>
        <div class="row">
          <h3 id="title" class="wrap grow" title=${host.userAgent}>${titleOfHost(host, location.href)}${host.isThisTab ? html`<span class="own"> This tab</span>` : nothing}</h3>
          <swerve-status-badge tone=${tone} label=${label}></swerve-status-badge>
        </div>
        ${renderFacts(facts)}
        ${
          this.features.length === 0
            ? nothing
            : html`<ul class="features" aria-label="Features">
                ${this.features.map(
                  ({ name, presence }) =>
                    html`<li data-presence=${presence}>${icon(presence === 'yes' ? 'check' : presence === 'no' ? 'minus' : 'help')}${name}<span class="visually-hidden">: ${WORDS[presence]}</span></li>`,
                )}
              </ul>`
        }
      </header>
      ${instances.length === 0 ? html`<p class="none soft small">No instance runs here.</p>` : this.#renderInstances(instances)}
    </article>`;
  }

  #renderInstances(instances: readonly SceneInstance[]): TemplateResult {
    return html`<div class="columns" aria-hidden="true">
        <span>Instance</span><span>State</span>${['Memory', 'Served', 'Under way', 'Median', 'Age'].map((name) => html`<span class="number">${name}</span>`)}<span></span>
      </div>
      <ul class="instances" aria-label="Instances">
        ${repeat(
          instances,
          ({ id }) => id,
          (instance) => this.#renderInstance(instance),
        )}
      </ul>`;
  }

  #renderInstance({ id, namespace, app, tone, label, message, memoryBytes, served, inFlight, medianReplyMs, sinceMs }: SceneInstance): TemplateResult {
    const facts: [string, string][] = [
      ['Memory', memoryBytes === null ? 'not known' : formatBytes(memoryBytes)],
      ['Served', formatCount(served)],
      ['Under way', formatCount(inFlight)],
      ['Median', medianReplyMs === null ? '–' : formatLatency(medianReplyMs)],
      ['Age', formatShort(sinceMs, this.#age.nowMs)],
    ];
    return html`<li class="enter">
      <div class="who"><a class="wrap" href=${hrefOfApp(namespace, app)}>${app}</a><code class="soft wrap" title=${id}>${shortId(id, app)}</code></div>
      <div><swerve-status-badge tone=${tone} label=${label}></swerve-status-badge></div>
      <dl>
        ${facts.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}
      </dl>
      <a class="log small" href=${hrefOfInstanceLog(namespace, app, id)} aria-label="Log of ${id}">Log</a>
      ${tone === 'bad' ? html`<p class="message small wrap">${message}</p>` : nothing}
    </li>`;
  }
}

/** Without the name of the App, which stands above it. */
function shortId(id: string, app: string): string {
  return id.startsWith(`${app}-`) ? id.slice(app.length + 1) : id;
}

/** In minutes at the least: the ages here do not tick. */
function formatShort(atMs: number, nowMs: number): string {
  if (Number.isNaN(atMs)) return '–';
  const minutes = Math.floor(Math.max(0, nowMs - atMs) / 60_000);
  if (minutes < 1) return '<1 min';
  return minutes < 60 ? `${minutes} min` : minutes < 1440 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
}

customElements.define('swerve-cluster-host', ClusterHost);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-cluster-host': ClusterHost;
  }
}
