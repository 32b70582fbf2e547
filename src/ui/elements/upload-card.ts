import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import type { Upload } from '../state/uploads.ts';
import { formatBytes } from '../text.ts';
import { phaseOf } from './upload-progress.ts';
import './upload-proposal.ts';
import { isRetryable } from './upload-refusal.ts';

/** One file from drop to App: progress, refusal, or what it is with a form and "Run it". Lets `swerve-run` pass, with the App. */
export class UploadCard extends LitElement {
  static override properties = { upload: { attribute: false } };
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
      /* Its word, not its box, stands in line with the title and the edge of the card. */
      header button {
        margin-block-start: -0.25rem;
        margin-inline-end: -0.625rem;
      }
      @media (max-width: 34rem) {
        article {
          padding: var(--space-4);
        }
      }
    `,
  ];

  declare upload: Upload;
  readonly #panel = new PanelController(this, () => []);

  /** Brings the card before a person's eyes. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector('h2')?.focus();
  }

  override render(): TemplateResult {
    const { upload } = this;
    const { fileName, sizeBytes, address, step } = upload;
    const isUnderWay = step.name === 'waiting' || step.name === 'sending' || step.name === 'fetching';
    const title = titleOf(upload);
    return html`<article class="card" aria-labelledby="title">
      <header>
        <div class="grow">
          <h2 id="title" class="wrap" tabindex="-1">${title}</h2>
          ${isUnderWay && sizeBytes > 0 ? html`<p class="soft small">${formatBytes(sizeBytes)}</p>` : nothing}
          ${address === null ? nothing : html`<p class="soft small wrap">${address}</p>`}
        </div>
        <button class="quiet tiny" type="button" aria-label="${isUnderWay ? 'Cancel' : 'Dismiss'} ${fileName}" @click=${this.#dismiss}>
          ${isUnderWay ? 'Cancel' : 'Dismiss'}
        </button>
      </header>
      <p class="visually-hidden" role="status">${step.name === 'stored' ? `${fileName} is stored and can be run` : phaseOf(upload)}</p>
      ${
        isUnderWay
          ? html`<swerve-upload-progress .upload=${upload}></swerve-upload-progress>`
          : step.name === 'refused'
            ? html`<swerve-upload-refusal .upload=${upload}></swerve-upload-refusal>`
            : html`<swerve-upload-proposal .upload=${upload}></swerve-upload-proposal>`
      }
    </article>`;
  }

  readonly #dismiss = (): void => this.#panel.store.discardUpload(this.upload);
}

function titleOf({ fileName, step }: Upload): string {
  if (step.name !== 'refused') return fileName;
  if (!step.isFetched) return `${fileName} was not fetched`;
  return isRetryable(step.error) ? `${fileName} was not stored` : `${fileName} cannot run here`;
}

customElements.define('swerve-upload-card', UploadCard);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-upload-card': UploadCard;
  }
}
