import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { icon } from '../icons.ts';
import { hrefOfView } from '../links.ts';

/** What stands in the panel's place until a service worker controls this page, and when none can: what is so, what to do, what still works. */
export class WorkerState extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      .card {
        display: grid;
        justify-items: start;
        gap: var(--space-4);
        max-width: 46rem;
        padding: clamp(1.25rem, 4vw, 2.5rem);
      }
      p {
        text-wrap: pretty;
      }
      ol {
        display: grid;
        gap: var(--space-3);
        padding-inline-start: 1.5rem;
        list-style: decimal;
      }
      li::marker {
        font-weight: 650;
        color: var(--accent);
      }
      /* A start that is over in a blink shows nothing at all. */
      .late {
        display: grid;
        gap: var(--space-2);
        animation: appear 1ms 400ms both;
      }
      @keyframes appear {
        from {
          visibility: hidden;
        }
      }
    `,
  ];

  readonly #panel = new PanelController(this, (store) => [store.platform]);

  /** Brings the view before a person's eyes. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector('h1')?.focus();
  }

  override render(): TemplateResult | typeof nothing {
    const { worker } = this.#panel.store.platform;
    switch (worker.name) {
      case 'active':
        return nothing;
      case 'starting':
        return html`<div class="late" role="status">
          <h1 tabindex="-1">Starting Swerve</h1>
          <p class="soft">Installing the service worker that answers for your Apps. This happens once.</p>
        </div>`;
      case 'bypassed':
        return renderCard(
          'Reload this page once',
          html`<p>It was loaded past its service worker, as a forced reload (with Shift) does. Until the next load this tab cannot reach the cluster.</p>
            <p class="soft">Your Apps are untouched. Other tabs go on serving.</p>
            <button class="primary" type="button" @click=${reload}>Reload</button>`,
        );
      case 'unsupported':
        return renderCard('Swerve cannot run here', worker.isSecureContext ? UNSUPPORTED : INSECURE);
      case 'failed':
        return renderCard(
          'The service worker did not start',
          html`<p>Without it no App can answer. What is stored on this device is untouched.</p>
            <p class="notice bad wrap" role="alert">${worker.reason}</p>
            <ol>
              <li>Try again. A connection that dropped in the middle is the usual cause.</li>
              <li>See that this site may store data: a browser that blocks its cookies blocks service workers too.</li>
              <li>Free some disk space when the device is full.</li>
            </ol>
            <div class="row"><button class="primary" type="button" @click=${reload}>Try again</button>${LINK}</div>`,
        );
    }
  }
}

const LINK = html`<a class="button" href=${hrefOfView('browser')}>${icon('browser')}What this browser has</a>`;

const UNSUPPORTED = html`<p>Swerve runs in a service worker, and this browser offers none on this page.</p>
  <ol>
    <li>In a private window: open this page in a normal one. Private windows of some browsers have no service workers.</li>
    <li>In an app’s own browser (a chat, a mail program): open the page in your real browser.</li>
    <li>With service workers or site data switched off in the settings: switch them on for this site.</li>
  </ol>
  <p class="soft">Nothing was lost. Apps that you run in another window of this browser go on serving there.</p>
  ${LINK}`;

const INSECURE = html`<p>Browsers give service workers to secure addresses alone, and <strong class="wrap">${location.origin}</strong> is not one.</p>
  <ol>
    <li>On this machine: use <strong>localhost</strong> in place of its name or number.</li>
    <li>On another machine: serve Swerve over <strong>https://</strong>.</li>
  </ol>
  <p class="soft">Each address has a cluster of its own: Apps that run at another one are there, not here.</p>
  ${LINK}`;

function renderCard(title: string, content: TemplateResult): TemplateResult {
  return html`<div class="card"><h1 tabindex="-1">${title}</h1>${content}</div>`;
}

function reload(): void {
  location.reload();
}

customElements.define('swerve-worker-state', WorkerState);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-worker-state': WorkerState;
  }
}
