import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { App } from '../../core/app.ts';
import { RuntimeError } from '../../core/errors.ts';
import { baseStyles } from '../base-styles.ts';
import { AgeController } from '../controllers/age-controller.ts';
import { FailuresController } from '../controllers/failures-controller.ts';
import { FollowController } from '../controllers/follow-controller.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { hrefOfApp, hrefOfRequest } from '../links.ts';
import { outcomeOf } from '../state/request-filter.ts';
import { formatMs } from '../state/waterfall.ts';
import { formatClock, formatDateTime, formatSeconds, formatShortAge } from '../text.ts';
import { overviewStyles } from './app-overview-styles.ts';
import './app-grants.ts';
import './condition-list.ts';
import './module-facts.ts';
import './traffic-chart.ts';

/** Lines of the log that are shown here, and failed requests. */
const LOG_LINES = 12;
const FAILURES = 5;

/** One App at a glance: its traffic, what went wrong lately, the end of its log, its conditions and its module. */
export class AppOverview extends LitElement {
  static override properties = { app: { attribute: false } };
  static override styles = [baseStyles, overviewStyles];

  declare app: App;
  readonly #panel = new PanelController(this, (store) => [store.modules, store.traffic]);
  readonly #age = new AgeController(this, { everyMs: 1_000 });
  readonly #log = new FollowController(this, () => this.#panel.store.openLog(LOG_LINES));
  readonly #failures = new FailuresController(this, this.#panel);
  #isModuleRead = false;

  override willUpdate(): void {
    const { namespace, name, uid } = this.app.metadata;
    this.#log.open(namespace, name);
    this.#failures.open(namespace, name, uid);
  }

  override render(): TemplateResult {
    return html`<div class="columns">
      <div>${this.#renderTraffic()} ${this.#renderFailures()} ${this.#renderLog()}</div>
      <div>${this.#renderStanding()}</div>
    </div>`;
  }

  /** What the App asks for follows from its module: until that is read the first time nothing is shown that would move then. */
  #renderStanding(): TemplateResult {
    this.#isModuleRead ||= this.#panel.store.modules.get(this.app.spec.source.digest) !== 'loading';
    if (!this.#isModuleRead) return html`<p class="soft" role="status">Reading the module…</p>`;
    return html`<swerve-app-grants .app=${this.app}></swerve-app-grants>
      <swerve-condition-list .conditions=${this.app.status?.conditions ?? []}></swerve-condition-list>
      ${this.#renderModule()}`;
  }

  #renderTraffic(): TemplateResult {
    const { uid } = this.app.metadata;
    const { traffic } = this.#panel.store;
    const seconds = traffic.secondsOf(uid, this.#age.nowMs);
    const { requestsPerSecond, requests, errors, p50Ms, p95Ms, inFlight } = traffic.summaryOf(uid, this.#age.nowMs);
    const numbers: [string, string, string][] = [
      ['Requests', requestsPerSecond === 0 ? '0' : requestsPerSecond.toFixed(1), 'a second'],
      ['In the last minute', String(requests), requests === 1 ? 'request' : 'requests'],
      ['Errors', String(errors), requests === 0 ? '' : `${Math.round((errors / requests) * 100)} %`],
      ['Median', p50Ms === null ? '–' : formatMs(p50Ms), ''],
      ['95th percentile', p95Ms === null ? '–' : formatMs(p95Ms), ''],
      ['Under way', String(inFlight), 'now'],
    ];
    return html`<section aria-labelledby="traffic">
      <h2 id="traffic">Traffic</h2>
      <div class="card pad stack">
        <dl class="numbers">
          ${numbers.map(([term, value, unit]) => html`<div ?data-bad=${term === 'Errors' && errors > 0}><dt>${term}</dt><dd><strong>${value}</strong> <span>${unit}</span></dd></div>`)}
        </dl>
        <div class="charts">
          <swerve-traffic-chart kind="requests" .seconds=${seconds}></swerve-traffic-chart>
          <swerve-traffic-chart kind="latency" .seconds=${seconds}></swerve-traffic-chart>
        </div>
      </div>
    </section>`;
  }

  #renderFailures(): TemplateResult {
    const { namespace, name } = this.app.metadata;
    const { items, error } = this.#failures;
    return html`<section aria-labelledby="failures">
      <div class="row head">
        <h2 id="failures">Last errors</h2>
        <a class="small" href=${hrefOfApp(namespace, name, 'requests')}>All requests</a>
      </div>
      ${
        items === null
          ? html`<p class="card pad soft" role="status">${error === null ? 'Reading the last requests…' : `They cannot be read: ${error.message}`}</p>`
          : items.length === 0
            ? html`<p class="card pad soft">None of the last requests went wrong.</p>`
            : html`<ul class="card rows">
                ${items.slice(0, FAILURES).map(
                  (record) => html`<li>
                    <a href=${hrefOfRequest(namespace, name, record.id)}><span class="error">${outcomeOf(record)}</span> <code>${record.method} ${record.path}</code></a>
                    <span class="soft small age" title=${formatDateTime(record.atMs)}>${formatShortAge(record.atMs, this.#age.nowMs)}</span>
                    ${record.error === null ? nothing : html`<span class="soft small message">${record.error.message}</span>`}
                  </li>`,
                )}
              </ul>`
      }
    </section>`;
  }

  #renderLog(): TemplateResult {
    const { namespace, name } = this.app.metadata;
    const tail = this.#log.followed;
    const lines = (tail?.lines ?? []).slice(-LOG_LINES);
    return html`<section aria-labelledby="log">
      <div class="row head">
        <h2 id="log">Recent log lines</h2>
        <a class="small" href=${hrefOfApp(namespace, name, 'logs')}>Whole log</a>
      </div>
      ${tail?.error ? html`<p class="notice bad wrap" role="alert">The log cannot be read: ${tail.error.message} Trying again.</p>` : nothing}
      ${
        lines.length === 0
          ? html`<p class="card pad soft">${tail?.isLoaded ? 'Nothing was written yet. What the guest prints to stderr appears here.' : 'Opening the log…'}</p>`
          : html`<ol class="card log">
              ${lines.map(({ atMs, stream, text, level }) => html`<li class="${stream} ${level ?? ''}"><time title=${formatDateTime(atMs)}>${formatClock(atMs)}</time><span class="text">${text}</span></li>`)}
            </ol>`
      }
    </section>`;
  }

  #renderModule(): TemplateResult {
    const { limits, scale, reuse, source } = this.app.spec;
    const module = this.#panel.store.modules.get(source.digest);
    return html`<section aria-labelledby="module">
      <h2 id="module">Module</h2>
      <div class="card pad stack">
        ${
          module === 'loading'
            ? html`<p class="soft" role="status">Reading the module…</p>`
            : module instanceof RuntimeError
              ? html`<p class="error wrap">${module.message}</p>`
              : html`<swerve-module-facts .module=${module} .capabilities=${this.app.spec.capabilities}></swerve-module-facts>`
        }
        <p class="soft small">
          At most ${limits.memoryMiB} MiB and ${formatSeconds(limits.timeoutMs)} until an answer begins; ${scale.min} to ${scale.max} instances; ${reuse ? 'one guest serves many requests' : 'a fresh guest for every request'}.
        </p>
      </div>
    </section>`;
  }
}

customElements.define('swerve-app-overview', AppOverview);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-app-overview': AppOverview;
  }
}
