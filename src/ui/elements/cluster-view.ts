import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { baseStyles } from '../base-styles.ts';
import { ClusterController } from '../controllers/cluster-controller.ts';
import { FeaturesController } from '../controllers/features-controller.ts';
import { FlowController } from '../controllers/flow-controller.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { hrefOfHome, hrefOfView } from '../links.ts';
import { featuresOfHost } from '../state/host-features.ts';
import './cluster-host.ts';
import './cluster-picture.ts';

/** Hosts and their instances, and the requests that flow between. */
export class ClusterView extends LitElement {
  static override styles = [
    baseStyles,
    css`
      .view,
      section {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
      }
      .view {
        gap: var(--space-5);
      }
      section {
        gap: var(--space-3);
      }
      .lead {
        max-width: 54em;
        text-wrap: pretty;
      }
      .picture {
        padding: var(--space-5);
        min-height: 18rem;
      }
      .hosts {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-4);
      }
      .head {
        justify-content: space-between;
      }
      .empty {
        padding: var(--space-4);
      }
      @media (max-width: 34rem) {
        .picture {
          padding: var(--space-3);
        }
      }
    `,
  ];

  readonly #panel = new PanelController(this, (store) => [store.apps]);
  readonly #cluster = new ClusterController(this, this.#panel);
  readonly #flow = new FlowController(this, this.#panel, (sample) => this.renderRoot.querySelector('swerve-cluster-picture')?.run(sample));
  readonly #features = new FeaturesController(this);

  /** Brings the view before a person's eyes. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector('h1')?.focus();
  }

  override render(): TemplateResult {
    const { nodes, pods, isThisHostSought } = this.#panel.store;
    const error = nodes.error ?? pods.error;
    // Not before it is known which one is this tab: the mark would move what stands beside it.
    const isLoaded = nodes.isLoaded && pods.isLoaded && isThisHostSought;
    return html`<div class="view">
      <div class="stack">
        <h1 tabindex="-1">Cluster</h1>
        <p class="soft lead">Every open tab is a host. The service worker hands each request to an instance in one of them.${this.#renderHint(isLoaded)}</p>
        ${error === null ? nothing : html`<p class="notice bad wrap" role="alert">${isLoaded ? 'What is shown may be out of date' : 'The cluster cannot be read'}: ${error.message} Trying again.</p>`}
      </div>
      ${
        isLoaded
          ? html`<div class="card picture"><swerve-cluster-picture .machines=${this.#cluster.machines} .rates=${this.#flow.rates}></swerve-cluster-picture></div>`
          : html`<div class="skeleton picture"></div>`
      }
      ${this.#renderHosts(isLoaded)}
    </div>`;
  }

  #renderHint(isLoaded: boolean): TemplateResult | typeof nothing {
    const { apps } = this.#panel.store;
    return isLoaded && apps.isLoaded && apps.items.length === 0 ? html` There is no App yet: <a href=${hrefOfHome()}>add one</a>.` : nothing;
  }

  #renderHosts(isLoaded: boolean): TemplateResult {
    const { machines } = this.#cluster;
    return html`<section aria-labelledby="hosts">
      <div class="row head">
        <h2 id="hosts">Hosts</h2>
        <a class="small" href=${hrefOfView('browser')}>What this browser has</a>
      </div>
      ${
        isLoaded && machines.length > 0
          ? html`<ul class="hosts" aria-labelledby="hosts">
              ${repeat(
                machines,
                ({ host }) => host.id,
                (machine) => html`<li class="enter">
                  <swerve-cluster-host
                    .machine=${machine}
                    .features=${featuresOfHost(machine.host, this.#features.groups, navigator.userAgent)}
                    .rate=${this.#flow.rates.hosts.get(machine.host.id) ?? 0}
                  ></swerve-cluster-host>
                </li>`,
              )}
            </ul>`
          : html`<p class="card empty soft" role="status">${isLoaded ? 'This tab is about to join as a host.' : 'Looking for open tabs…'}</p>`
      }
    </section>`;
  }
}

customElements.define('swerve-cluster-view', ClusterView);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-cluster-view': ClusterView;
  }
}
