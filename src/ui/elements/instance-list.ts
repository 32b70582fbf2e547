import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { InstancePod } from '../api/kinds.ts';
import { baseStyles } from '../base-styles.ts';
import { AgeController } from '../controllers/age-controller.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { hrefOfInstanceLog } from '../links.ts';
import type { Tone } from '../state/app-state.ts';
import { formatMs } from '../state/waterfall.ts';
import { formatBytes, formatDateTime, formatShortAge } from '../text.ts';
import './status-badge.ts';

/** Reasons of a Pod's Ready condition, and what they feel like. */
const TONES: Readonly<Record<string, Tone>> = { Serving: 'good', Running: 'good', Starting: 'busy', Pending: 'busy', Stalled: 'bad', Failed: 'bad' };

/** The workers that serve one App now. */
export class InstanceList extends LitElement {
  static override properties = { namespace: { type: String }, name: { type: String } };
  static override styles = [
    baseStyles,
    css`
      section {
        display: grid;
        gap: var(--space-3);
      }
      li {
        padding: var(--space-3) var(--space-4);
        display: grid;
        grid-template-columns: minmax(16rem, 1fr) minmax(0, 2fr) auto;
        align-items: center;
        gap: var(--space-2) var(--space-5);
      }
      li + li {
        border-block-start: 1px solid var(--line);
      }
      .who {
        display: grid;
        gap: var(--space-1);
        min-width: 0;
      }
      dl {
        display: grid;
        grid-template-columns: repeat(5, minmax(0, 1fr));
        gap: var(--space-2) var(--space-4);
        font-variant-numeric: tabular-nums;
      }
      dt {
        font-size: var(--text-small);
        color: var(--ink-soft);
      }
      dd {
        white-space: nowrap;
      }
      .message {
        grid-column: 1 / -1;
      }
      .empty {
        padding: var(--space-4);
      }
      @media (max-width: 64rem) {
        li {
          grid-template-columns: minmax(0, 1fr) auto;
        }
        dl {
          grid-row: 2;
          grid-column: 1 / -1;
        }
      }
      @media (max-width: 34rem) {
        dl {
          grid-template-columns: repeat(3, minmax(0, 1fr));
        }
      }
    `,
  ];

  declare namespace: string;
  declare name: string;
  readonly #panel = new PanelController(this, (store) => [store.pods, store.nodes]);
  readonly #age = new AgeController(this, { everyMs: 1_000 });

  override render(): TemplateResult {
    const { pods } = this.#panel.store;
    const instances = this.#panel.store.instancesOf(this.namespace, this.name);
    return html`<section aria-labelledby="title">
      <h2 id="title" class="visually-hidden">Instances</h2>
      ${pods.error === null ? nothing : html`<p class="notice bad wrap" role="alert">The list may be out of date: ${pods.error.message} Trying again.</p>`}
      ${
        instances.length > 0
          ? html`<ul class="card">
              ${repeat(
                instances,
                ({ metadata }) => metadata.uid ?? metadata.name,
                (pod) => this.#renderInstance(pod),
              )}
            </ul>`
          : html`<p class="card empty soft">${pods.isLoaded ? 'None runs now. The next request starts one.' : 'Looking for instances…'}</p>`
      }
    </section>`;
  }

  #renderInstance({ metadata, spec, status }: InstancePod): TemplateResult {
    const startedMs = Date.parse(status?.startTime ?? metadata.creationTimestamp);
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    const label = ready?.reason ?? status?.phase ?? 'Unknown';
    return html`<li>
      <div class="who">
        <div class="row">
          <code class="wrap">${metadata.name}</code>
          <swerve-status-badge tone=${TONES[label] ?? 'quiet'} label=${label}></swerve-status-badge>
        </div>
        <p class="soft small wrap">${this.#renderHost(spec.nodeName)}</p>
      </div>
      <dl>
        ${factsOf(status, this.#ageOf(startedMs)).map(
          ([term, value]) =>
            html`<div><dt>${term}</dt><dd title=${term === 'Age' && !Number.isNaN(startedMs) ? formatDateTime(startedMs) : nothing}>${value}</dd></div>`,
        )}
      </dl>
      <a class="small" href=${hrefOfInstanceLog(this.namespace, this.name, metadata.name)} aria-label="Log of ${metadata.name}">Log</a>
      ${ready === undefined || ready.status === 'True' ? nothing : html`<p class="small wrap message">${ready.message}</p>`}
    </li>`;
  }

  #renderHost(host: string | undefined): string | TemplateResult {
    if (host === undefined) return 'no host yet';
    return host === this.#panel.store.thisHost ? 'in this tab' : html`on host <code>${host}</code>`;
  }

  #ageOf(startedMs: number): string {
    return Number.isNaN(startedMs) ? '–' : formatShortAge(startedMs, this.#age.nowMs);
  }
}

function factsOf(status: InstancePod['status'], age: string): [string, string][] {
  const { memoryBytes, requests } = status ?? {};
  return [
    ['Memory', memoryBytes === undefined || memoryBytes === null ? 'not known' : formatBytes(memoryBytes)],
    ['Age', age],
    ['Under way', String(requests?.inFlight ?? 0)],
    ['Served', String(requests?.served ?? 0)],
    ['Median', requests?.medianReplyMs == null ? '–' : formatMs(requests.medianReplyMs)],
  ];
}

customElements.define('swerve-instance-list', InstanceList);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-instance-list': InstanceList;
  }
}
