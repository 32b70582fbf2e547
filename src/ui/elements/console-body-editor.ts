import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { BODY_KINDS, type BodyKind, type ConsoleRequest, type ConsoleRow } from '../state/console-request.ts';
import { formatBytes } from '../text.ts';
import './console-rows.ts';
import { fieldStyles } from './form-field.ts';

const LABELS: Readonly<Record<BodyKind, string>> = { none: 'None', json: 'JSON', text: 'Text', form: 'Form', file: 'File' };

/** The body of a request: text, JSON, fields of a form, or a file. Fires `swerve-edit` with what changed. */
export class ConsoleBodyEditor extends LitElement {
  static override properties = { request: { attribute: false }, problem: { attribute: false } };
  static override styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-3);
      }
      .kinds {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-4);
        margin: 0;
        padding: 0;
        border: 0;
      }
      .kinds label {
        display: inline-flex;
        gap: var(--space-2);
        align-items: center;
        min-height: 2rem;
        font-weight: 400;
        cursor: pointer;
      }
      .kinds input {
        width: auto;
        min-height: 0;
        margin: 0;
      }
      textarea {
        min-height: 9rem;
        tab-size: 2;
      }
      .file {
        padding-block: var(--space-2);
      }
    `,
  ];

  declare request: ConsoleRequest;
  declare problem: string | undefined;

  /** Moves the focus to what is wrong. */
  focusProblem(): void {
    this.renderRoot.querySelector<HTMLElement>('textarea, .file input, .kinds input:checked')?.focus();
  }

  override render(): TemplateResult {
    const { bodyKind } = this.request;
    return html`<fieldset class="kinds" aria-label="Kind of body">
        ${BODY_KINDS.map(
          (kind) =>
            html`<label><input type="radio" name="kind" value=${kind} .checked=${kind === bodyKind} @change=${() => this.#emit({ bodyKind: kind })} />${LABELS[kind]}</label>`,
        )}
      </fieldset>
      ${this.#renderBody(bodyKind)}
      ${this.problem === undefined ? nothing : html`<p class="error small wrap" id="problem" role="status">${this.problem}</p>`}`;
  }

  #renderBody(kind: BodyKind): TemplateResult {
    switch (kind) {
      case 'none':
        return html`<p class="soft small">The request goes without a body.</p>`;
      case 'text':
        return this.#renderText('Body as text');
      case 'json':
        return html`${this.#renderText('Body as JSON')}
          <div><button class="tiny" type="button" ?disabled=${this.problem !== undefined || this.request.bodyText.trim() === ''} @click=${this.#layOut}>Lay out</button></div>`;
      case 'form':
        return html`<swerve-console-rows
            what="field"
            .rows=${this.request.bodyFields}
            @swerve-rows=${(event: CustomEvent<ConsoleRow[]>) => this.#emit({ bodyFields: event.detail })}
          ></swerve-console-rows>
          <p class="soft small">Sent as application/x-www-form-urlencoded.</p>`;
      case 'file':
        return this.#renderFile();
    }
  }

  #renderText(label: string): TemplateResult {
    return html`<textarea name="body"
      aria-label=${label}
      spellcheck="false"
      autocapitalize="none"
      aria-invalid=${this.problem !== undefined}
      aria-describedby=${this.problem === undefined ? nothing : 'problem'}
      .value=${this.request.bodyText}
      @input=${(event: InputEvent) => this.#emit({ bodyText: (event.currentTarget as HTMLTextAreaElement).value })}
    ></textarea>`;
  }

  #renderFile(): TemplateResult {
    const { bodyFile } = this.request;
    return html`<div class="file stack">
      <input name="file" type="file" aria-label="File to send" aria-invalid=${this.problem !== undefined} @change=${this.#onFile} />
      <p class="soft small wrap">
        ${bodyFile === null ? 'Its bytes are the body.' : `${bodyFile.name}, ${formatBytes(bodyFile.size)}, sent as ${bodyFile.type || 'application/octet-stream'}.`}
      </p>
    </div>`;
  }

  readonly #layOut = (): void => this.#emit({ bodyText: JSON.stringify(JSON.parse(this.request.bodyText), null, 2) });

  readonly #onFile = (event: Event): void => this.#emit({ bodyFile: (event.currentTarget as HTMLInputElement).files?.[0] ?? null });

  #emit(change: Partial<ConsoleRequest>): void {
    this.dispatchEvent(new CustomEvent<Partial<ConsoleRequest>>('swerve-edit', { detail: change }));
  }
}

customElements.define('swerve-console-body-editor', ConsoleBodyEditor);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-console-body-editor': ConsoleBodyEditor;
  }
}
