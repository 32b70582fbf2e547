import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { App } from '../../core/app.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { LeaveController } from '../controllers/leave-controller.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import type { SpecDraft } from '../state/app-draft.ts';
import type { AppEditor } from '../state/app-editor.ts';
import type { AppFields } from './app-fields.ts';
import './app-fields.ts';
import './copy-line.ts';
import type { YamlEditor } from './yaml-editor.ts';
import './yaml-editor.ts';

const SHOWN_CHANGES = 3;

/** The settings of an App, as a form and as YAML; writes only over the version that the person saw. */
export class AppSettings extends LitElement {
  static override properties = { app: { attribute: false }, isRaised: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        container-type: inline-size;
      }
      section,
      form {
        display: grid;
        gap: var(--space-3);
        min-width: 0;
      }
      .columns {
        /* What the fields keep clear of: the bar, and room for what is wrong with the field. */
        --below: 8rem;
        display: grid;
        gap: var(--space-4);
        align-items: start;
      }
      .columns > * {
        min-width: 0;
      }
      .pane {
        padding: var(--space-4);
        display: grid;
        gap: var(--space-3);
      }
      .yaml {
        display: grid;
        gap: var(--space-2);
      }
      .bar {
        position: sticky;
        /* Of the shell: the bar at the bottom of a narrow window. */
        inset-block-end: var(--toast-bottom, 0px);
        z-index: 2;
        min-height: 4rem;
        padding: var(--space-3) var(--space-4);
        border-radius: var(--radius);
        background: var(--surface);
        border: 1px solid var(--line);
      }
      /* Where the window is low it would cover what it saves. */
      @media (max-height: 32rem) {
        .bar {
          position: static;
        }
      }
      .bar .said {
        flex: 1 1 12rem;
        min-width: 0;
      }
      summary {
        cursor: pointer;
        font-weight: 550;
        color: var(--accent);
        width: fit-content;
        padding-block: var(--space-1);
      }
      .whole {
        display: grid;
        gap: var(--space-3);
        margin-block-start: var(--space-2);
      }
      wa-dialog {
        --width: min(30rem, calc(100vw - 2rem));
      }
      wa-dialog::part(dialog) {
        color: var(--ink);
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }
      wa-dialog .row {
        justify-content: end;
      }
      @container (min-width: 52rem) {
        .columns {
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        }
        .yaml {
          position: sticky;
          inset-block-start: calc(var(--bar-height, 0px) + var(--space-3));
        }
      }
    `,
  ];

  declare app: App;
  declare isRaised: boolean;
  readonly #panel = new PanelController(this, (store) => [store.editors, store.origins]);
  readonly #leave = new LeaveController(this, () => this.#editor?.isDirty ?? false);

  constructor() {
    super();
    this.isRaised = false;
  }

  get #editor(): AppEditor | null {
    return this.#panel.store.editors.find(this.app.metadata.uid);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.app !== undefined) void this.#panel.store.editors.open(this.app);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#panel.store.editors.close(this.app.metadata.uid);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('app');
    if (!changed.has('app') || before?.metadata.uid === this.app.metadata.uid) return;
    if (before !== undefined) this.#panel.store.editors.close(before.metadata.uid);
    void this.#panel.store.editors.open(this.app);
  }

  override render(): TemplateResult {
    const editor = this.#editor;
    return html`<section aria-labelledby="title">
      <h2 id="title" class="visually-hidden">Settings</h2>
      ${editor === null ? html`<p class="soft" role="status">Opening the settings…</p>` : this.#renderEditor(editor)}
    </section>`;
  }

  #renderEditor(editor: AppEditor): TemplateResult {
    const { problems } = editor;
    const isReadable = problems.length === 0;
    const locked = (['args', 'env'] as const).filter((field) => editor.isLocked(field));
    return html`<form novalidate aria-labelledby="title" @submit=${this.#save}>
        ${editor.isDirty && editor.changedElsewhere.length > 0 ? this.#renderStale(editor) : nothing}
        ${editor.warning === '' ? nothing : html`<p class="notice wrap" role="status">Saved like this, not every route would be the App's own: ${editor.warning}</p>`}
        <div class="columns">
          <div class="card pane">
            ${isReadable ? nothing : this.#renderUnreadable(editor)}
            <swerve-app-fields
              isFull
              .draft=${editor.draft}
              .errors=${editor.errors}
              .ownAddress=${this.#panel.store.origins.ownAddressOf(this.app)}
              .isDisabled=${!isReadable}
              .locked=${locked}
              @swerve-draft=${(event: CustomEvent<SpecDraft>) => editor.editDraft(event.detail)}
              @keydown=${this.#submitOnEnter}
            ></swerve-app-fields>
          </div>
          <div class="yaml">
            <swerve-yaml-editor label="Settings as YAML" .text=${editor.text} .marks=${editor.marks} @swerve-text=${(event: CustomEvent<string>) => editor.editText(event.detail)}></swerve-yaml-editor>
          </div>
        </div>
        <div class="bar row">
          <button class="primary" type="submit" ?disabled=${!editor.isDirty || !isReadable || editor.isSaving}>Save</button>
          <button class="quiet" type="button" ?disabled=${!editor.isDirty || editor.isSaving} @click=${() => editor.discard()}>Discard changes</button>
          <span class="soft small wrap said" role="status">${say(editor)}</span>
        </div>
      </form>
      ${this.#renderWhole(editor)} ${this.#renderLeaving(editor)}`;
  }

  #renderUnreadable(editor: AppEditor): TemplateResult {
    const [first] = editor.problems;
    return html`<div class="notice bad stack" role="status">
      <p class="wrap">The YAML cannot be read: line ${first?.line}, column ${first?.column}. The fields show it as it was before.</p>
      <div class="row">
        <button class="tiny" type="button" @click=${() => this.renderRoot.querySelector<YamlEditor>('.yaml > *')?.goTo(first?.line ?? 1, first?.column ?? 1)}>Go to line ${first?.line}</button>
        <button class="tiny quiet" type="button" @click=${() => editor.restoreText()}>Undo what cannot be read</button>
      </div>
    </div>`;
  }

  #renderStale(editor: AppEditor): TemplateResult {
    return html`<div class="notice stack" role="alert">
      <p class="wrap">
        The App was changed elsewhere since you began (<code>${editor.changedElsewhere.map(withoutSpec).join(', ')}</code>), and Save would not write over that. What you typed is
        still here.
      </p>
      <div class="row">
        <button type="button" @click=${() => editor.rebase()}>Keep mine</button>
        <span class="small">takes the other change in, and makes Save write what you typed over it. Discard changes shows it alone.</span>
      </div>
    </div>`;
  }

  #renderWhole(editor: AppEditor): TemplateResult {
    const { name } = this.app.metadata;
    return html`<details
      @toggle=${(event: Event) => {
        this.isRaised = (event.currentTarget as HTMLDetailsElement).open;
      }}
    >
      <summary>The whole App as YAML, with its status</summary>
      ${
        this.isRaised
          ? html`<div class="whole">
              <swerve-copy-line what="YAML" .text=${editor.wholeYaml} fileName="${name}.yaml" type="application/yaml"></swerve-copy-line>
              <swerve-yaml-editor label="The stored App as YAML" isReadOnly .text=${editor.wholeYaml}></swerve-yaml-editor>
            </div>`
          : nothing
      }
    </details>`;
  }

  #renderLeaving(editor: AppEditor): TemplateResult {
    return html`<wa-dialog label="Leave without saving?" ?open=${this.#leave.isAsking} @wa-hide=${this.#onHide}>
      <p>The settings of ${this.app.metadata.name} have changes that are not saved.</p>
      <div class="row" slot="footer">
        <button type="button" autofocus @click=${() => this.#leave.stay()}>Keep editing</button>
        <button
          class="danger"
          type="button"
          @click=${() => {
            editor.discard();
            this.#leave.leave();
          }}
        >
          Discard and leave
        </button>
      </div>
    </wa-dialog>`;
  }

  readonly #onHide = (event: Event): void => {
    if (event.target === event.currentTarget && this.#leave.isAsking) this.#leave.stay();
  };

  readonly #submitOnEnter = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.isComposing && event.composedPath()[0] instanceof HTMLInputElement)
      this.renderRoot.querySelector('form')?.requestSubmit();
  };

  readonly #save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (await this.#editor?.save()) return;
    await this.updateComplete;
    const fields = this.renderRoot.querySelector<AppFields>('swerve-app-fields');
    await fields?.updateComplete;
    fields?.focusFirstError();
  };
}

/** How the draft stands, in one line. */
function say(editor: AppEditor): string {
  if (editor.isSaving) return 'Saving…';
  if (editor.problems.length > 0) return 'Mend the YAML to save.';
  if (!editor.isDirty) return editor.isSaved ? 'Saved.' : 'No changes.';
  const wrong = editor.marks.length;
  const { changes } = editor;
  const shown = changes.slice(0, SHOWN_CHANGES).map(withoutSpec).join(', ');
  const list = changes.length > SHOWN_CHANGES ? `${shown} and ${changes.length - SHOWN_CHANGES} more` : shown;
  if (wrong > 0) return `${wrong === 1 ? 'One problem' : `${wrong} problems`}. Changed: ${list}.`;
  return list === '' ? 'Not saved yet.' : `Changed: ${list}.`;
}

function withoutSpec(path: string): string {
  return path.replace(/^spec\./, '');
}

customElements.define('swerve-app-settings', AppSettings);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-app-settings': AppSettings;
  }
}
