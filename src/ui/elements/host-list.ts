import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { baseStyles } from '../base-styles.ts';
import { AgeController } from '../controllers/age-controller.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { type HostView, titleOfHost, viewOfHost } from '../state/host-view.ts';
import { formatAge } from '../text.ts';
import { renderFacts } from './facts.ts';
import './status-badge.ts';

/** The open tabs that run instances. */
export class HostList extends LitElement {
  static override styles = [
    baseStyles,
    css`
      section {
        display: grid;
        gap: var(--space-3);
      }
      li {
        display: grid;
        gap: var(--space-1);
        padding: var(--space-3) var(--space-4);
      }
      li + li {
        border-block-start: 1px solid var(--line);
      }
      .address {
        font-weight: 550;
      }
      .own {
        margin-inline-start: var(--space-2);
        font-weight: 400;
        color: var(--ink-soft);
        white-space: nowrap;
      }
      .empty {
        padding: var(--space-4);
      }
    `,
  ];

  readonly #panel = new PanelController(this, (store) => [store.nodes, store.pods]);
  readonly #age = new AgeController(this);

  override render(): TemplateResult {
    const { nodes, thisHost, isThisHostSought } = this.#panel.store;
    // Not before it is known which one is this tab: the mark would move what stands beside it.
    const hosts = (isThisHostSought ? nodes.items : []).map((node) => viewOfHost(node, thisHost)).sort((a, b) => Number(b.isThisTab) - Number(a.isThisTab));
    return html`<section aria-labelledby="title">
      <h2 id="title">Hosts</h2>
      <p class="soft small">Every open tab of this site is a host: it runs instances of your Apps.</p>
      ${nodes.error === null ? nothing : html`<p class="notice bad wrap" role="alert">${nodes.isLoaded ? 'The list may be out of date' : 'The list cannot be read'}: ${nodes.error.message} Trying again.</p>`}
      ${
        hosts.length > 0
          ? html`<ul class="card">
              ${repeat(
                hosts,
                ({ id }) => id,
                (host) => this.#renderHost(host),
              )}
            </ul>`
          : html`<p class="card empty soft" role="status">${nodes.isLoaded && isThisHostSought ? 'This tab is about to join as a host.' : 'Looking for open tabs…'}</p>`
      }
    </section>`;
  }

  #renderHost(host: HostView): TemplateResult {
    const instances = this.#panel.store.pods.items.filter(({ spec }) => spec.nodeName === host.id).length;
    const [tone, label] =
      host.isResponsive === null ? (['busy', 'Joining'] as const) : host.isResponsive ? (['good', 'Responsive'] as const) : (['bad', 'Frozen'] as const);
    const facts = [
      ...(host.canSuspend === null ? [] : [host.canSuspend ? 'JSPI: yes' : 'JSPI: no']),
      ...(Number.isNaN(host.sinceMs) ? [] : [`opened ${formatAge(host.sinceMs, this.#age.nowMs)}`]),
      // Last, for what stands behind it would move when it changes.
      `${instances} ${instances === 1 ? 'instance' : 'instances'}`,
    ];
    return html`<li>
      <div class="row">
        <span class="address wrap grow" title=${host.userAgent}>${titleOfHost(host, location.href)}${host.isThisTab ? html` <span class="own small">This tab</span>` : nothing}</span>
        <swerve-status-badge tone=${tone} label=${label}></swerve-status-badge>
      </div>
      ${renderFacts(facts)}
      ${host.message === '' ? nothing : html`<p class="small wrap">${host.message}</p>`}
    </li>`;
  }
}

customElements.define('swerve-host-list', HostList);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-host-list': HostList;
  }
}
