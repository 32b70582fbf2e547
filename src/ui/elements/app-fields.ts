import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { hrefOfRoute } from '../links.ts';
import { type AppDraft, type DraftField, type FieldErrors, renameDraft } from '../state/app-draft.ts';
import { describedBy, fieldStyles, renderField } from './form-field.ts';

/** Fields behind "More settings": an error in one of them opens it. */
const MORE_FIELDS: readonly DraftField[] = ['abi', 'args', 'env', 'memoryMiB', 'timeoutMs', 'reuse', 'files'];

/**
 * The fields of an App. Fires `swerve-draft` with the changed draft; holds nothing itself.
 * `canRename` is false for an App that exists: its name is its identity.
 */
export class AppFields extends LitElement {
  static override properties = { draft: { attribute: false }, errors: { attribute: false }, canRename: { type: Boolean } };
  static override styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    css`
      .fields,
      .more {
        display: grid;
        gap: var(--space-4);
      }
      summary {
        cursor: pointer;
        font-weight: 550;
        color: var(--accent);
        width: fit-content;
        padding-block: var(--space-1);
      }
      .more {
        margin-block-start: var(--space-3);
        padding-inline-start: var(--space-4);
        border-inline-start: 2px solid var(--line);
      }
      .file {
        display: grid;
        gap: var(--space-2);
        margin-block: var(--space-2);
      }
      .file .row {
        flex-wrap: nowrap;
      }
    `,
  ];

  declare draft: AppDraft;
  declare errors: FieldErrors;
  declare canRename: boolean;

  constructor() {
    super();
    this.errors = {};
    this.canRename = true;
  }

  /** Moves the focus to the first field that was refused. */
  focusFirstError(): void {
    this.renderRoot.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }

  /** Opened only, never closed: that is the person's own business. */
  override updated(changed: PropertyValues<this>): void {
    const details = this.renderRoot.querySelector('details');
    if (changed.has('errors') && details !== null && MORE_FIELDS.some((field) => this.errors[field] !== undefined)) details.open = true;
  }

  override render(): TemplateResult {
    return html`<div class="fields">
      <div class="pair">
        ${this.canRename ? this.#renderText('name', 'Name', 'Lower-case letters, digits and dashes.', (value) => renameDraft(this.draft, value)) : nothing}
        ${this.draft.routes.map((route, index) => this.#renderRoute(route, index))}
      </div>
      <details>
        <summary>More settings</summary>
        <div class="more">${this.#renderMore()}</div>
      </details>
      ${this.errors.form === undefined ? nothing : html`<p class="notice bad wrap" role="alert">${this.errors.form}</p>`}
    </div>`;
  }

  #renderRoute(route: string, index: number): TemplateResult {
    const address = hrefOfRoute({ path: route.startsWith('/') ? route : `/${route}` });
    return this.#renderText(
      `route-${index}`,
      this.draft.routes.length > 1 ? `Route ${index + 1}` : 'Route',
      html`Answers at ${address}`,
      (value) => ({ ...this.draft, routes: this.draft.routes.map((path, at) => (at === index ? value : path)) }),
      route,
    );
  }

  #renderMore(): TemplateResult {
    return html`
      ${renderField({
        id: 'abi',
        label: 'Handler ABI',
        hint: 'How the guest serves requests. Automatic reads it from the module.',
        error: this.errors.abi,
        control: html`<select id="abi" aria-describedby=${describedBy('abi', this.errors.abi)} aria-invalid=${this.errors.abi !== undefined} @change=${this.#onAbi}>
          ${[
            ['auto', 'Automatic'],
            ['wagi', 'WAGI (CGI/1.1)'],
            ['wasi-http', 'wasi:http'],
          ].map(([value, label]) => html`<option value=${value ?? ''} ?selected=${this.draft.abi === value}>${label}</option>`)}
        </select>`,
      })}
      ${this.#renderLines('env', 'Environment', 'One NAME=value a line.')} ${this.#renderLines('args', 'Arguments', 'One a line; the first is the program name.')}
      <div class="pair">
        ${this.#renderText('memoryMiB', 'Memory limit (MiB)', 'Of one guest instance.', (memoryMiB) => ({ ...this.draft, memoryMiB }))}
        ${this.#renderText('timeoutMs', 'Deadline (ms)', 'A request past it is stopped and answered with 504.', (timeoutMs) => ({ ...this.draft, timeoutMs }))}
      </div>
      <div class="field">
        <div class="check">
          <input id="reuse" type="checkbox" .checked=${this.draft.reuse} aria-describedby="reuse-hint" @change=${this.#onReuse} />
          <label for="reuse">Reuse one guest for many requests</label>
        </div>
        <p class="soft small" id="reuse-hint">Faster, but the guest keeps its memory between requests. Off: every request gets a fresh guest.</p>
      </div>
      ${this.#renderFiles()}
    `;
  }

  #renderText(
    field: 'name' | 'memoryMiB' | 'timeoutMs' | `route-${number}`,
    label: string,
    hint: string | TemplateResult,
    change: (value: string) => AppDraft,
    value: string = field === 'name' || field === 'memoryMiB' || field === 'timeoutMs' ? this.draft[field] : '',
  ): TemplateResult {
    const error = this.errors[field];
    const isNumber = field === 'memoryMiB' || field === 'timeoutMs';
    return renderField({
      id: field,
      label,
      hint,
      error,
      control: html`<input
        id=${field}
        class=${isNumber ? '' : 'mono-input'}
        type="text"
        inputmode=${isNumber ? 'numeric' : 'text'}
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        .value=${value}
        aria-invalid=${error !== undefined}
        aria-describedby=${describedBy(field, error)}
        @input=${(event: InputEvent) => this.#emit(change((event.currentTarget as HTMLInputElement).value))}
      />`,
    });
  }

  #renderLines(field: 'env' | 'args', label: string, hint: string): TemplateResult {
    const error = this.errors[field];
    return renderField({
      id: field,
      label,
      hint,
      error,
      control: html`<textarea
        id=${field}
        rows="2"
        spellcheck="false"
        autocapitalize="none"
        .value=${this.draft[field]}
        aria-invalid=${error !== undefined}
        aria-describedby=${describedBy(field, error)}
        @input=${(event: InputEvent) => this.#emit({ ...this.draft, [field]: (event.currentTarget as HTMLTextAreaElement).value })}
      ></textarea>`,
    });
  }

  #renderFiles(): TemplateResult {
    const { files } = this.draft;
    return html`<div class="field" role="group" aria-labelledby="files-label">
      <h3 id="files-label">Files</h3>
      <p class="soft small">Text files that the guest finds at these paths.</p>
      ${files.map(
        (file, index) => html`<div class="file">
          <div class="row">
            <input
              class="mono-input grow"
              aria-label="Path of file ${index + 1}"
              placeholder="/app/index.php"
              autocomplete="off"
              .value=${file.path}
              @input=${(event: InputEvent) => this.#setFile(index, { path: (event.currentTarget as HTMLInputElement).value })}
            />
            <button class="quiet tiny" type="button" aria-label="Remove file ${index + 1}" @click=${() => this.#emit({ ...this.draft, files: files.toSpliced(index, 1) })}>
              Remove
            </button>
          </div>
          <textarea
            rows="3"
            spellcheck="false"
            aria-label="Text of file ${index + 1}"
            .value=${file.text}
            @input=${(event: InputEvent) => this.#setFile(index, { text: (event.currentTarget as HTMLTextAreaElement).value })}
          ></textarea>
        </div>`,
      )}
      ${this.errors.files === undefined ? nothing : html`<p class="error small wrap">${this.errors.files}</p>`}
      <div><button class="tiny" type="button" @click=${() => this.#emit({ ...this.draft, files: [...files, { path: '', text: '' }] })}>Add a file</button></div>
    </div>`;
  }

  readonly #onAbi = (event: Event): void => {
    this.#emit({ ...this.draft, abi: (event.currentTarget as HTMLSelectElement).value as AppDraft['abi'] });
  };

  readonly #onReuse = (event: Event): void => {
    this.#emit({ ...this.draft, reuse: (event.currentTarget as HTMLInputElement).checked });
  };

  #setFile(index: number, change: Partial<AppDraft['files'][number]>): void {
    this.#emit({ ...this.draft, files: this.draft.files.map((file, at) => (at === index ? { ...file, ...change } : file)) });
  }

  #emit(draft: AppDraft): void {
    this.dispatchEvent(new CustomEvent<AppDraft>('swerve-draft', { detail: draft }));
  }
}

customElements.define('swerve-app-fields', AppFields);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-app-fields': AppFields;
  }
}
