import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import type { RuntimeError } from '../../core/errors.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { hrefOfView } from '../links.ts';
import type { Upload } from '../state/uploads.ts';

/** Whether the same file could be taken at another time. */
export function isRetryable({ code }: RuntimeError): boolean {
  return code !== 'module-invalid' && code !== 'body-too-large';
}

/** Why a file was refused, what would run, and what to do. */
export class UploadRefusal extends LitElement {
  static override properties = { upload: { attribute: false } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-4);
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
  readonly #panel = new PanelController(this, () => []);

  override render(): TemplateResult | typeof nothing {
    const { step, id, fileName, address } = this.upload;
    if (step.name !== 'refused') return nothing;
    const { error, isFetched } = step;
    const { found, runs, fix } = error.details;
    const rows: [string, unknown][] = [
      ['What Swerve runs', Array.isArray(runs) ? runs.join('; ') : runs],
      ['What to do', fix],
    ];
    const known = rows.filter(([, text]) => typeof text === 'string' && text !== '');
    const isArchive = /\.zip$/i.test(fileName) && isFetched;
    const canRetry = isRetryable(error);
    return html`<div class="notice bad" role="alert"><p class="wrap">${typeof found === 'string' ? found : error.message}</p></div>
      ${
        known.length === 0 && !isArchive
          ? nothing
          : html`<dl>
              ${known.map(([term, text]) => html`<dt>${term}</dt><dd class="wrap">${text}</dd>`)}
              ${isArchive ? html`<dt>An export of Swerve?</dt><dd>Import it under <a href=${hrefOfView('storage')}>Storage</a>.</dd>` : nothing}
            </dl>`
      }
      ${
        canRetry || address !== null
          ? html`<div class="row">
              ${canRetry ? html`<button type="button" aria-label="Try ${fileName} again" @click=${() => this.#panel.store.uploads.retry(id)}>Try again</button>` : nothing}
              ${address !== null && !isFetched ? html`<a class="button" href=${address} target="_blank" rel="noopener noreferrer">Open the address</a>` : nothing}
            </div>`
          : nothing
      }`;
  }
}

customElements.define('swerve-upload-refusal', UploadRefusal);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-upload-refusal': UploadRefusal;
  }
}
