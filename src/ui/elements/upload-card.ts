import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { App } from '../../core/app.ts';
import type { RuntimeError } from '../../core/errors.ts';
import type { ModuleReport } from '../../core/module.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { type AppDraft, draftForFile, type FieldErrors } from '../state/app-draft.ts';
import { whyNotRunnable } from '../state/module-imports.ts';
import type { Upload, UploadStep } from '../state/uploads.ts';
import { formatBytes } from '../text.ts';
import type { AppFields } from './app-fields.ts';
import './app-fields.ts';
import './module-facts.ts';

const PHASES = { receiving: 'Reading', checking: 'Checking', transpiling: 'Making it runnable', storing: 'Storing' } as const;
const PHASE_ORDER = ['receiving', 'checking', 'transpiling', 'storing'] as const;

/** One file from drop to App: progress, refusal, or what it is with a form and "Run it". Fires `swerve-run` with the new App. */
export class UploadCard extends LitElement {
  static override properties = { upload: { attribute: false }, draft: { state: true }, errors: { state: true }, isRunning: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      article {
        padding: var(--space-5);
        display: grid;
        gap: var(--space-4);
      }
      header {
        display: flex;
        gap: var(--space-3);
        align-items: start;
      }
      progress {
        width: 100%;
        height: 0.5rem;
        accent-color: var(--accent);
      }
      .refusal {
        display: grid;
        gap: var(--space-2);
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: var(--space-2) var(--space-4);
      }
      dt {
        color: var(--ink-soft);
      }
      @media (max-width: 34rem) {
        article {
          padding: var(--space-4);
        }
        dl {
          grid-template-columns: 1fr;
          gap: 0;
        }
        dd {
          margin-block-end: var(--space-2);
        }
      }
    `,
  ];

  declare upload: Upload;
  declare draft: AppDraft | null;
  declare errors: FieldErrors;
  declare isRunning: boolean;
  readonly #panel = new PanelController(this, () => []);

  constructor() {
    super();
    this.draft = null;
    this.errors = {};
    this.isRunning = false;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('upload') && this.upload.step.name === 'stored' && this.draft === null) {
      this.draft = draftForFile(this.upload.fileName, this.#panel.store.takenNames());
    }
  }

  /** Brings the card before a person's eyes. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector('h2')?.focus();
  }

  override render(): TemplateResult {
    const { fileName, sizeBytes, step } = this.upload;
    const isUnderWay = step.name === 'waiting' || step.name === 'sending';
    return html`<article class="card" aria-labelledby="title">
      <header>
        <div class="grow">
          <h2 id="title" class="wrap" tabindex="-1">${step.name === 'refused' ? `${fileName} cannot run here` : fileName}</h2>
          ${isUnderWay ? html`<p class="soft small">${formatBytes(sizeBytes)}</p>` : nothing}
        </div>
        <button class="quiet tiny" type="button" aria-label="${isUnderWay ? 'Cancel' : 'Dismiss'} ${fileName}" @click=${this.#dismiss}>
          ${isUnderWay ? 'Cancel' : 'Dismiss'}
        </button>
      </header>
      <p class="visually-hidden" role="status">${step.name === 'stored' ? `${fileName} is stored and can be run` : step.name === 'sending' ? PHASES[step.phase] : ''}</p>
      ${this.#renderStep(step)}
    </article>`;
  }

  #renderStep(step: UploadStep): TemplateResult {
    switch (step.name) {
      case 'waiting':
        return html`<p class="soft">Waiting for the file before it.</p>`;
      case 'sending':
        return this.#renderProgress(step.phase, step.receivedBytes);
      case 'refused':
        return this.#renderRefusal(step.error);
      case 'stored':
        return this.#renderProposal(step.module);
    }
  }

  #renderProgress(phase: keyof typeof PHASES, receivedBytes: number): TemplateResult {
    const { sizeBytes } = this.upload;
    const isCounted = phase === 'receiving' && receivedBytes > 0 && sizeBytes > 0;
    const text = isCounted ? `${PHASES[phase]}: ${formatBytes(receivedBytes)} of ${formatBytes(sizeBytes)}` : PHASES[phase];
    const done = isCounted ? receivedBytes / sizeBytes : 1;
    const value = (PHASE_ORDER.indexOf(phase) + (phase === 'receiving' ? done : 0.5)) / PHASE_ORDER.length;
    return html`<div class="stack">
      <progress aria-label="Progress of ${this.upload.fileName}" max="1" .value=${value}></progress>
      <p>${text}${phase === 'transpiling' ? html`<span class="soft"> — once for each component; large ones take some seconds.</span>` : '…'}</p>
    </div>`;
  }

  #renderRefusal(error: RuntimeError): TemplateResult {
    const { found, runs, fix } = error.details;
    const rows: [string, unknown][] = [
      ['What Swerve runs', Array.isArray(runs) ? runs.join('; ') : runs],
      ['What to do', fix],
    ];
    const known = rows.filter(([, text]) => typeof text === 'string' && text !== '');
    return html`<div class="notice bad refusal" role="alert">
        <p class="wrap">${typeof found === 'string' ? found : error.message}</p>
      </div>
      ${known.length === 0 ? nothing : html`<dl>${known.map(([term, text]) => html`<dt>${term}</dt><dd class="wrap">${text}</dd>`)}</dl>`}
      ${error.code === 'module-invalid' ? nothing : html`<div><button type="button" @click=${this.#retry}>Try again</button></div>`}`;
  }

  #renderProposal(module: ModuleReport): TemplateResult {
    const obstacle = whyNotRunnable(module);
    const facts = html`<swerve-module-facts .module=${module}></swerve-module-facts>`;
    if (obstacle !== null || this.draft === null) {
      return html`<p class="notice bad wrap" role="alert">This module cannot run on Swerve. ${obstacle}</p>${facts}`;
    }
    return html`${facts}
      <form class="stack" aria-label="Run ${this.upload.fileName}" novalidate @submit=${this.#run}>
        <swerve-app-fields .draft=${this.draft} .errors=${this.errors} @swerve-draft=${this.#change} @keydown=${this.#submitOnEnter}></swerve-app-fields>
        <p class="notice calm small">Pages that this App serves run on this origin, beside this panel. Run it only if you would trust it as you trust a site.
        </p>
        <div class="row"><button class="primary" type="submit" ?disabled=${this.isRunning}>Run it</button></div>
      </form>`;
  }

  readonly #change = (event: CustomEvent<AppDraft>): void => {
    this.draft = event.detail;
  };

  /** The fields live in a shadow root of their own, so the form does not see their Enter key. */
  readonly #submitOnEnter = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.isComposing && event.composedPath()[0] instanceof HTMLInputElement)
      this.renderRoot.querySelector('form')?.requestSubmit();
  };

  readonly #run = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (this.draft === null || this.isRunning) return;
    this.isRunning = true;
    const { app, errors } = await this.#panel.store.runUpload(this.upload, this.draft);
    if (app !== null) this.dispatchEvent(new CustomEvent<App>('swerve-run', { detail: app }));
    this.errors = errors;
    this.isRunning = false;
    await this.updateComplete;
    const fields = this.renderRoot.querySelector<AppFields>('swerve-app-fields');
    await fields?.updateComplete;
    fields?.focusFirstError();
  };

  readonly #dismiss = (): void => this.#panel.store.discardUpload(this.upload);

  readonly #retry = (): void => this.#panel.store.uploads.retry(this.upload.id);
}

customElements.define('swerve-upload-card', UploadCard);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-upload-card': UploadCard;
  }
}
