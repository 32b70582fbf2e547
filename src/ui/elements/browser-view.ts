import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { originAt } from '../../core/app-origin.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { FeaturesController } from '../controllers/features-controller.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { icon } from '../icons.ts';
import { BASE, hrefOfView } from '../links.ts';
import type { Feature, FeatureGroup, Presence } from '../state/browser-features.ts';
import { copyText } from '../state/clipboard.ts';
import './origin-look.ts';
import './theme-switch.ts';

const LABELS: Record<Presence, string> = { yes: 'Yes', no: 'No', untold: 'Not told' };

/** What this browser has and lacks for Swerve, what that means, and what still works. */
export class BrowserView extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      .view {
        display: grid;
        gap: var(--space-6);
      }
      .head {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: start;
        gap: var(--space-3) var(--space-5);
      }
      .lead {
        max-width: 44em;
        min-height: 1.5em;
        text-wrap: pretty;
      }
      section {
        display: grid;
        gap: var(--space-3);
      }
      .groups {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr));
        align-items: start;
        gap: var(--space-6) var(--space-5);
      }
      li {
        display: grid;
        grid-template-columns: 1.25rem minmax(0, 1fr) auto;
        gap: 0.125rem var(--space-3);
        padding: var(--space-3) var(--space-4);
      }
      li + li {
        border-block-start: 1px solid var(--line);
      }
      li > .icon {
        margin-block-start: 0.15em;
        color: var(--ink-soft);
      }
      [data-presence='yes'] > .icon {
        color: var(--good);
      }
      [data-presence='no'][data-needed] > .icon,
      [data-presence='no'][data-needed] .label {
        color: var(--bad);
      }
      li p {
        grid-column: 2 / -1;
      }
      .label {
        font-size: var(--text-small);
        font-weight: 550;
        color: var(--ink-soft);
      }
      .skeleton {
        height: 20rem;
      }
      .where {
        display: grid;
        justify-items: start;
        gap: var(--space-3);
        padding: var(--space-4);
      }
      .tab {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        align-items: center;
        gap: var(--space-2) var(--space-5);
        padding: var(--space-4);
      }
      dt {
        color: var(--ink-soft);
      }
      @media (max-width: 40rem) {
        .head,
        .tab {
          grid-template-columns: minmax(0, 1fr);
        }
        .head .row {
          justify-self: start;
        }
        .tab {
          gap: 0;
        }
        dd {
          margin-block-end: var(--space-3);
        }
      }
    `,
  ];

  readonly #panel = new PanelController(this, (store) => [store.nodes, store.platform, store.origins]);
  readonly #features = new FeaturesController(this);

  /** Brings the view before a person's eyes. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector('h1')?.focus();
  }

  override render(): TemplateResult {
    const { groups } = this.#features;
    return html`<div class="view">
      <div class="head">
        <div class="stack">
          <h1 tabindex="-1">This browser</h1>
          <p class="soft lead" role="status">${groups.length === 0 ? 'Looking at what this browser has…' : leadOf(groups)}</p>
        </div>
        <div class="row">
          <a class="button" href=${hrefOfView('benchmark')}>${icon('gauge')}Benchmark</a>
          <button type="button" ?disabled=${groups.length === 0} @click=${this.#copy}>${icon('copy')}Copy as text</button>
        </div>
      </div>
      <div class="groups">${groups.length === 0 ? html`<div class="skeleton"></div><div class="skeleton"></div>` : groups.map(renderGroup)}</div>
      <section aria-labelledby="origins">
        <h2 id="origins">Where Apps are</h2>
        <div class="card where">
          <p class="wrap">${this.#whereApps()}</p>
          <swerve-origin-look></swerve-origin-look>
        </div>
      </section>
      <section aria-labelledby="tab">
        <h2 id="tab">This tab</h2>
        <dl class="card tab">
          ${this.#facts().map(([name, value]) => html`<dt>${name}</dt><dd class="wrap">${value}</dd>`)}
          <dt>Theme</dt>
          <dd><swerve-theme-switch></swerve-theme-switch></dd>
        </dl>
      </section>
    </div>`;
  }

  #whereApps(): string {
    const { mode, isRead } = this.#panel.store.origins;
    if (!isRead) return 'Asking the service worker…';
    if (mode === null) return 'It was not found out yet whether subdomains of this address are served. Until then all Apps share the origin of this panel.';
    if (mode.mode === 'own')
      return `Each at an origin of its own, such as ${originAt(BASE, 'hello')}/. Their pages cannot reach this panel, each other, or what those store.`;
    return `All on the origin of this panel, at their paths: ${mode.reason}. A page of an App can reach what the others store, and the cluster.`;
  }

  #facts(): [string, string][] {
    const { thisHost, platform } = this.#panel.store;
    return [
      ['Host', thisHost ?? 'Not serving yet'],
      ['Network', platform.isOnline ? 'Online' : 'Offline. Apps answer all the same.'],
      ['Processor threads', String(navigator.hardwareConcurrency)],
      ['Address', location.origin],
      ['Browser', navigator.userAgent],
    ];
  }

  readonly #copy = (): void => {
    const { toasts } = this.#panel.store;
    const lines = [
      ...this.#facts().map(([name, value]) => `${name}: ${value}`),
      `Apps: ${this.#whereApps()}`,
      ...this.#features.groups.flatMap(({ title, features }) => ['', title, ...features.map(({ name, presence }) => `  ${LABELS[presence].padEnd(9)}${name}`)]),
    ];
    void copyText(toasts, lines.join('\n'), 'Copied what this browser has.');
  };
}

function leadOf(groups: FeatureGroup[]): string {
  const missing = groups.flatMap(({ features }) => features).filter(({ presence }) => presence === 'no');
  const needed = missing.filter(({ isNeeded }) => isNeeded);
  if (needed.length > 0) return `Swerve cannot serve here: this browser has no ${listOf(needed)}. Another browser, or a newer version of this one, will do.`;
  if (missing.some(({ name }) => name === 'JSPI'))
    return 'Swerve serves here, with fewer requests at once for each App: this browser cannot pause WebAssembly.';
  return 'This browser has everything that Swerve needs. Where something else is missing, it says what that means.';
}

function listOf(features: Feature[]): string {
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(features.map(({ name }) => name));
}

function renderGroup({ title, about, features }: FeatureGroup, index: number): TemplateResult {
  return html`<section aria-labelledby="group-${index}">
    <div>
      <h2 id="group-${index}">${title}</h2>
      <p class="soft small">${about}</p>
    </div>
    <ul class="card">
      ${features.map(renderFeature)}
    </ul>
  </section>`;
}

function renderFeature({ name, presence, isNeeded, use, without }: Feature): TemplateResult {
  return html`<li data-presence=${presence} ?data-needed=${isNeeded}>
    ${icon(presence === 'yes' ? 'check' : presence === 'untold' ? 'help' : isNeeded ? 'error' : 'minus')}
    <h3>${name}</h3>
    <span class="label">${LABELS[presence]}</span>
    <p class="soft small">${use}</p>
    ${presence === 'yes' ? nothing : html`<p class="small">${presence === 'untold' ? 'A page cannot find out. Where it is missing: ' : 'Without it: '}${without.charAt(0).toLowerCase()}${without.slice(1)}</p>`}
  </li>`;
}

customElements.define('swerve-browser-view', BrowserView);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-browser-view': BrowserView;
  }
}
