import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { InstancePod } from '../api/kinds.ts';
import { baseStyles } from '../base-styles.ts';
import { AgeController } from '../controllers/age-controller.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import type { Tone } from '../state/app-state.ts';
import { formatAge, formatBytes } from '../text.ts';
import { renderFacts } from './facts.ts';
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
        gap: var(--space-1);
      }
      li + li {
        border-block-start: 1px solid var(--line);
      }
      .empty {
        padding: var(--space-4);
      }
    `,
  ];

  declare namespace: string;
  declare name: string;
  readonly #panel = new PanelController(this, (store) => [store.pods, store.nodes, store.apps, store.traffic]);
  readonly #age = new AgeController(this);

  override render(): TemplateResult {
    const { pods } = this.#panel.store;
    const instances = this.#panel.store.instancesOf(this.namespace, this.name);
    return html`<section aria-labelledby="title">
      <h2 id="title">Instances</h2>
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
      ${this.#renderLastMinute()}
    </section>`;
  }

  /** Always there, so that nothing moves when the first request comes. */
  #renderLastMinute(): TemplateResult | typeof nothing {
    const { apps, traffic } = this.#panel.store;
    const app = apps.find(this.namespace, this.name);
    if (app === undefined) return nothing;
    const { requests, errors, p50Ms, p95Ms } = traffic.summaryOf(app.metadata.uid, this.#age.nowMs);
    return renderFacts([
      `In the last minute ${requests === 1 ? '1 request' : `${requests.toLocaleString('en')} requests`}`,
      errors === 1 ? '1 error' : `${errors.toLocaleString('en')} errors`,
      `median ${formatMs(p50Ms)}`,
      `95 % within ${formatMs(p95Ms)}`,
    ]);
  }

  #renderInstance({ metadata, spec, status }: InstancePod): TemplateResult {
    const isThisTab = spec.nodeName !== undefined && spec.nodeName === this.#panel.store.thisHost;
    const started = Date.parse(status?.startTime ?? metadata.creationTimestamp);
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    const facts = [
      spec.nodeName === undefined ? 'no host yet' : isThisTab ? 'in this tab' : `on host ${spec.nodeName}`,
      ...(Number.isNaN(started) ? [] : [`started ${formatAge(started, this.#age.nowMs)}`]),
      ...factsOfRequests(status?.requests),
      ...(typeof status?.memoryBytes === 'number' ? [`${formatBytes(status.memoryBytes)} of memory`] : []),
    ];
    const label = ready?.reason ?? status?.phase ?? 'Unknown';
    return html`<li>
      <div class="row">
        <code class="wrap">${metadata.name}</code>
        <swerve-status-badge tone=${TONES[label] ?? 'quiet'} label=${label}></swerve-status-badge>
      </div>
      ${renderFacts(facts)}
      ${ready === undefined || ready.status === 'True' ? nothing : html`<p class="small wrap">${ready.message}</p>`}
    </li>`;
  }
}

function factsOfRequests(requests: NonNullable<InstancePod['status']>['requests']): string[] {
  if (requests === undefined) return [];
  const { inFlight, served, medianReplyMs } = requests;
  return [`${served} served`, ...(inFlight > 0 ? [`${inFlight} under way`] : []), ...(medianReplyMs === null ? [] : [`median ${formatMs(medianReplyMs)}`])];
}

function formatMs(ms: number | null): string {
  return ms === null ? '–' : `${Math.round(ms * 10) / 10} ms`;
}

customElements.define('swerve-instance-list', InstanceList);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-instance-list': InstanceList;
  }
}
