import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';

/** What stands in the panel's place until a service worker controls this page, and when none can. */
export class WorkerState extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      .card {
        padding: clamp(1.25rem, 5vw, 3rem);
        display: grid;
        justify-items: start;
        gap: var(--space-4);
        max-width: 46rem;
      }
      ul {
        list-style: disc;
        padding-inline-start: 1.25rem;
      }
      /* A start that is over in a blink shows nothing at all. */
      .late {
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

  override render(): TemplateResult | typeof nothing {
    const { worker } = this.#panel.store.platform;
    switch (worker.name) {
      case 'active':
        return nothing;
      case 'starting':
        return html`<div class="late" role="status"><h1 tabindex="-1">Starting Swerve</h1><p class="soft">Installing the service worker that answers for your Apps. This happens once.</p></div>`;
      case 'bypassed':
        return html`<div class="card">
          <h1 tabindex="-1">Reload this page once</h1>
          <p>It was loaded past its service worker, as a forced reload does. Your Apps are untouched.</p>
          <button class="primary" type="button" @click=${() => location.reload()}>Reload</button>
        </div>`;
      case 'unsupported':
        return html`<div class="card">
          <h1 tabindex="-1">Swerve cannot run here</h1>
          <p>Swerve needs a service worker, and this browser offers none on this page.</p>
          ${
            worker.isSecureContext
              ? html`<ul>
                  <li>In a private window: open this page in a normal one.</li>
                  <li>With service workers switched off in the settings: switch them on.</li>
                </ul>`
              : html`<p>The address is not secure. Open it over <strong>https://</strong>, or on <strong>localhost</strong>.</p>`
          }
        </div>`;
      case 'failed':
        return html`<div class="card">
          <h1 tabindex="-1">The service worker did not start</h1>
          <p>Without it no App can answer. What is stored on this device is untouched.</p>
          <p class="notice bad wrap" role="alert">${worker.reason}</p>
          <button class="primary" type="button" @click=${() => location.reload()}>Try again</button>
        </div>`;
    }
  }
}

customElements.define('swerve-worker-state', WorkerState);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-worker-state': WorkerState;
  }
}
