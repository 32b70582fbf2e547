import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { type AppDraft, type FieldErrors, type RouteDraft, renameDraft, type SpecDraft } from '../state/app-draft.ts';
import { formatBytes } from '../text.ts';
import { defaultOf, FIELD_GROUPS, type FieldGroup, type FieldInfo, infoOf } from './app-field-table.ts';
import { describedBy, fieldStyles, renderField } from './form-field.ts';
import { type RouteEditor, whereRoute } from './route-editor.ts';

/** What "More settings" holds for a new App. */
const MORE_FIELDS = ['abi', 'env', 'args', 'memoryMiB', 'timeoutMs', 'reuse', 'files'] as const;

/** Files that are named one by one while folded away. */
const NAMED_FILES = 3;

function describeFiles(files: SpecDraft['files']): string {
  if (files.length > NAMED_FILES) return `${files.length} files`;
  return files.length === 0 ? 'none' : files.map(({ path }) => path).join(', ');
}

/**
 * The fields of an App: the few that a new one is asked for, or with `isFull` every field of the spec. Fires `swerve-draft`
 * with the changed draft; holds nothing itself. `locked` names lists of lines that cannot be said in lines.
 */
export class AppFields extends LitElement {
  static override properties = {
    draft: { attribute: false },
    errors: { attribute: false },
    isFull: { type: Boolean },
    isDisabled: { type: Boolean },
    locked: { attribute: false },
    ownAddress: { attribute: false },
  };
  static override styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    css`
      fieldset {
        display: grid;
        gap: var(--space-4);
        min-width: 0;
        margin: 0;
        padding: 0;
        border: 0;
        transition: opacity var(--quick);
      }
      fieldset:disabled {
        opacity: 0.6;
      }
      .more {
        display: grid;
        gap: var(--space-4);
        margin-block-start: var(--space-3);
        padding-inline-start: var(--space-4);
        border-inline-start: 2px solid var(--line);
      }
      summary {
        cursor: pointer;
        font-weight: 550;
        color: var(--accent);
        width: fit-content;
        padding-block: var(--space-1);
      }
      .groups {
        display: grid;
        border-block-start: 1px solid var(--line);
      }
      .groups details {
        border-block-end: 1px solid var(--line);
        padding-block: var(--space-2);
      }
      .groups summary {
        width: auto;
        color: var(--ink);
      }
      .groups summary .soft,
      .groups summary .error {
        font-weight: 400;
        margin-inline-start: var(--space-2);
      }
      .groups .more {
        padding-block-end: var(--space-3);
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

  declare draft: SpecDraft & Partial<Pick<AppDraft, 'name'>>;
  declare errors: FieldErrors;
  declare isFull: boolean;
  declare isDisabled: boolean;
  declare locked: readonly string[];
  /** Of the App, at an origin of its own; null: it has none. */
  declare ownAddress: string | null;

  constructor() {
    super();
    this.errors = {};
    this.isFull = false;
    this.isDisabled = false;
    this.locked = [];
    this.ownAddress = null;
  }

  /** Moves the focus to the first field that was refused; false when there is none. */
  focusFirstError(): boolean {
    const first = this.renderRoot.querySelector<HTMLElement>('swerve-route-editor[data-bad], [aria-invalid="true"]');
    if (first?.localName === 'swerve-route-editor') return (first as RouteEditor).focusFirstError();
    first?.focus();
    return first !== null;
  }

  /** Opened only, never closed: that is the person's own business. */
  override updated(changed: PropertyValues<this>): void {
    if (!changed.has('errors')) return;
    for (const details of this.renderRoot.querySelectorAll('details')) {
      const fields = (details.dataset['fields'] ?? '').split(' ');
      if (fields.some((field) => this.errors[field] !== undefined)) details.open = true;
    }
  }

  override render(): TemplateResult {
    return html`<fieldset ?disabled=${this.isDisabled} aria-label="Fields">
      ${this.isFull ? this.#renderFull() : this.#renderCompact()}
      ${this.errors.form === undefined ? nothing : html`<p class="notice bad wrap" role="alert">${this.errors.form}</p>`}
    </fieldset>`;
  }

  #renderCompact(): TemplateResult {
    const { routes } = this.draft;
    return html`<div class="pair">
        ${this.draft.name === undefined ? nothing : this.#renderText('name', 'Name', 'Lower-case letters, digits and dashes.', this.draft.name, (name) => renameDraft(this.draft as AppDraft, name))}
        ${routes.map((route, index) => this.#renderPath(route, index))}
      </div>
      <details data-fields=${MORE_FIELDS.join(' ')}>
        <summary>More settings</summary>
        <div class="more">
          ${this.#renderInfo('abi')} ${this.#renderInfo('env')} ${this.#renderInfo('args')}
          <div class="pair">${this.#renderInfo('memoryMiB')} ${this.#renderInfo('timeoutMs')}</div>
          ${this.#renderInfo('reuse')} ${this.#renderFiles()}
        </div>
      </details>`;
  }

  #renderFull(): TemplateResult {
    const { files } = this.draft;
    return html`<swerve-route-editor
        .routes=${this.draft.routes}
        .errors=${this.errors}
        .ownAddress=${this.ownAddress}
        .isDisabled=${this.isDisabled}
        ?data-bad=${Object.keys(this.errors).some((field) => field.startsWith('route'))}
        @swerve-routes=${(event: CustomEvent<RouteDraft[]>) => this.#emit({ ...this.draft, routes: event.detail })}
      ></swerve-route-editor>
      ${this.#renderInfo('env')}
      <div class="pair">${this.#renderInfo('memoryMiB')} ${this.#renderInfo('timeoutMs')}</div>
      <div class="groups">
        ${FIELD_GROUPS.map((group) => this.#renderGroup(group))}
        <details data-fields="files">
          <summary><span>Files</span> <span class="soft small">${describeFiles(files)}</span></summary>
          <div class="more">${this.#renderFiles()}</div>
        </details>
      </div>`;
  }

  #renderGroup({ title, fields, describe }: FieldGroup): TemplateResult {
    const bad = fields.filter((field) => this.errors[field] !== undefined).length;
    const infos = fields.map(infoOf);
    const short = infos.filter(({ kind }) => kind === 'number');
    return html`<details data-fields=${fields.join(' ')}>
      <summary>
        <span>${title}</span>
        ${bad > 0 ? html`<span class="error small">${bad === 1 ? 'one field is wrong' : `${bad} fields are wrong`}</span>` : html`<span class="soft small">${describe(this.draft)}</span>`}
      </summary>
      <div class="more">
        ${infos.filter(({ kind }) => kind === 'lines' || kind === 'choice').map(({ field }) => this.#renderInfo(field))}
        ${short.length === 0 ? nothing : html`<div class="pair">${short.map(({ field }) => this.#renderInfo(field))}</div>`}
        ${infos.filter(({ kind }) => kind === 'check').map(({ field }) => this.#renderInfo(field))}
      </div>
    </details>`;
  }

  #renderPath(route: RouteDraft, index: number): TemplateResult {
    const { routes } = this.draft;
    const change = (path: string) => ({ ...this.draft, routes: routes.with(index, { ...route, path }) });
    return this.#renderText(
      `route-${index}`,
      routes.length > 1 ? `Route ${index + 1}` : 'Route',
      html`${whereRoute(route, this.ownAddress)}`,
      route.path,
      change,
    );
  }

  #renderInfo(field: FieldInfo['field']): TemplateResult {
    const info = infoOf(field);
    switch (info.kind) {
      case 'number':
        return this.#renderNumber(info);
      case 'check':
        return this.#renderCheck(info);
      case 'choice':
        return this.#renderChoice(info);
      case 'lines':
        return this.#renderLines(info);
    }
  }

  /** The default is only said where there is room to say everything. */
  #hintOf(info: FieldInfo): string {
    return this.isFull ? `${info.hint} Default: ${defaultOf(info)}.` : info.hint;
  }

  #renderNumber(info: FieldInfo & { kind: 'number' }): TemplateResult {
    return this.#renderText(info.field, info.label, this.#hintOf(info), this.draft[info.field], (value) => ({ ...this.draft, [info.field]: value }), true);
  }

  #renderCheck(info: FieldInfo & { kind: 'check' }): TemplateResult {
    const { field } = info;
    const error = this.errors[field];
    return html`<div class="field" ?data-bad=${error !== undefined}>
      <div class="check">
        <input
          id=${field}
          type="checkbox"
          .checked=${this.draft[field]}
          aria-invalid=${error !== undefined}
          aria-describedby=${describedBy(field, error)}
          @change=${(event: Event) => this.#emit({ ...this.draft, [field]: (event.currentTarget as HTMLInputElement).checked })}
        />
        <label for=${field}>${info.label}</label>
      </div>
      ${error === undefined ? nothing : html`<p class="error small wrap" id="${field}-error">${error}</p>`}
      <p class="soft small" id="${field}-hint">${this.#hintOf(info)}</p>
    </div>`;
  }

  #renderChoice(info: FieldInfo & { kind: 'choice' }): TemplateResult {
    const { field, label } = info;
    const error = this.errors[field];
    const value = this.draft[field];
    // What stands in the YAML is shown, also when it is no choice.
    const options = info.options.some(([option]) => option === value) ? info.options : [...info.options, [value, value] as const];
    return renderField({
      id: field,
      label,
      hint: this.#hintOf(info),
      error,
      control: html`<select
        id=${field}
        aria-describedby=${describedBy(field, error)}
        aria-invalid=${error !== undefined}
        .value=${value}
        @change=${(event: Event) => this.#emit({ ...this.draft, [field]: (event.currentTarget as HTMLSelectElement).value })}
      >
        ${options.map(([option, text]) => html`<option value=${option} ?selected=${option === value}>${text}</option>`)}
      </select>`,
    });
  }

  #renderText(
    field: string,
    label: string,
    hint: string | TemplateResult,
    value: string,
    change: (value: string) => AppFields['draft'],
    isNumber = false,
  ): TemplateResult {
    const error = this.errors[field];
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

  #renderLines(info: FieldInfo & { kind: 'lines' }): TemplateResult {
    const { field, label } = info;
    const error = this.errors[field];
    const isLocked = this.locked.includes(field);
    return renderField({
      id: field,
      label,
      hint: isLocked ? 'A value spans several lines, which this field cannot say. Edit it in the YAML.' : this.#hintOf(info),
      error,
      control: html`<textarea
        id=${field}
        rows="2"
        spellcheck="false"
        autocapitalize="none"
        ?readonly=${isLocked}
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
      <p class="soft small">Files that the guest finds at these paths. One that is no text is written with the API, as base64.</p>
      ${files.map(
        (file, index) => html`<div class="file">
          <div class="row">
            <input name="file-path"
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
          ${
            file.base64 !== undefined
              ? html`<p class="soft small">Not text: ${formatBytes(Math.floor(file.base64.replace(/=+$/, '').length * 0.75))}.</p>`
              : html`<textarea name="file-text"
                  rows="3"
                  spellcheck="false"
                  aria-label="Text of file ${index + 1}"
                  .value=${file.text ?? ''}
                  @input=${(event: InputEvent) => this.#setFile(index, { text: (event.currentTarget as HTMLTextAreaElement).value })}
                ></textarea>`
          }
        </div>`,
      )}
      ${this.errors.files === undefined ? nothing : html`<p class="error small wrap">${this.errors.files}</p>`}
      <div><button class="tiny" type="button" @click=${() => this.#emit({ ...this.draft, files: [...files, { path: '', text: '' }] })}>Add a file</button></div>
    </div>`;
  }

  #setFile(index: number, change: Partial<SpecDraft['files'][number]>): void {
    this.#emit({ ...this.draft, files: this.draft.files.map((file, at) => (at === index ? { ...file, ...change } : file)) });
  }

  #emit(draft: AppFields['draft']): void {
    this.dispatchEvent(new CustomEvent<AppFields['draft']>('swerve-draft', { detail: draft }));
  }
}

customElements.define('swerve-app-fields', AppFields);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-app-fields': AppFields;
  }
}
