import '@awesome.me/webawesome/dist/components/tab-group/tab-group.js';
import type WaTabPanel from '@awesome.me/webawesome/dist/components/tab-panel/tab-panel.js';
import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import type { App } from '../../core/app.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { icon } from '../icons.ts';
import { COMMON_METHODS, type ConsoleRequest, type ConsoleRow, type KnownRoute, type RequestProblems } from '../state/console-request.ts';
import type { ConsoleBodyEditor } from './console-body-editor.ts';
import './console-body-editor.ts';
import type { ConsoleRows } from './console-rows.ts';
import './console-rows.ts';
import { fieldStyles } from './form-field.ts';
import { tabStyles } from './tab-styles.ts';

const HEADER_NAMES = ['accept', 'accept-language', 'authorization', 'cache-control', 'content-type', 'if-match', 'if-none-match', 'range', 'x-requested-with'];
const CUSTOM = 'custom';
type Part = 'query' | 'headers' | 'body';

/**
 * The request as a person types it. Fires `swerve-edit` with what changed, `swerve-target` with path and query while they
 * are typed, `swerve-target-end` once they are, `swerve-send`, `swerve-cancel` and `swerve-curl`.
 */
export class ConsoleForm extends LitElement {
  static override properties = {
    request: { attribute: false },
    problems: { attribute: false },
    routes: { attribute: false },
    app: { attribute: false },
    target: { type: String },
    address: { type: String },
    isUnderWay: { type: Boolean },
    shownPart: { state: true },
    isCustom: { state: true },
  };
  static override styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    tabStyles,
    css`
      form {
        display: grid;
        gap: var(--space-3);
        padding: var(--space-4);
      }
      /* A name as long as names may be widens nothing. */
      form > * {
        min-width: 0;
      }
      .line {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: var(--space-2);
      }
      .method {
        display: flex;
        gap: var(--space-2);
      }
      .method select,
      .method input {
        width: 7.5rem;
        font-weight: 600;
      }
      .path {
        min-width: 0;
      }
      .send {
        min-width: 6.5rem;
      }
      .under {
        display: flex;
        align-items: center;
        gap: var(--space-2) var(--space-4);
        min-height: 2rem;
      }
      .under label {
        min-width: 0;
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        font-weight: 400;
        font-size: var(--text-small);
      }
      .under select {
        width: auto;
        min-width: 0;
        max-width: 16rem;
        min-height: 2rem;
        padding-block: 0.125rem;
        font-size: var(--text-small);
      }
      .under button {
        flex: none;
      }
      .address {
        flex: 1 1 0;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .count.bad {
        color: var(--bad);
        font-weight: 650;
      }
      .check label {
        font-weight: 400;
      }
      kbd {
        font-family: var(--mono);
        font-size: 0.85em;
      }
      @media (max-width: 40rem) {
        .line {
          grid-template-columns: minmax(0, 1fr) auto;
        }
        .path {
          grid-column: 1 / -1;
          grid-row: 2;
        }
        .under {
          justify-content: space-between;
        }
        .address {
          display: none;
        }
      }
    `,
  ];

  declare request: ConsoleRequest;
  declare problems: RequestProblems;
  declare routes: readonly KnownRoute[];
  /** The App that is likely to answer. */
  declare app: App | null;
  /** Path and query as they are typed. */
  declare target: string;
  declare address: string;
  declare isUnderWay: boolean;
  declare shownPart: Part;
  declare isCustom: boolean;

  constructor() {
    super();
    this.problems = {};
    this.routes = [];
    this.app = null;
    this.target = '';
    this.address = '';
    this.isUnderWay = false;
    this.shownPart = 'query';
    this.isCustom = false;
  }

  /** Moves the focus to the first field that keeps the request from being sent. */
  async focusFirstProblem(): Promise<void> {
    const [first] = Object.keys(this.problems);
    if (first === undefined) return;
    if (first === 'method' || first === 'path') {
      this.renderRoot.querySelector<HTMLElement>(`#${first}`)?.focus();
      return;
    }
    this.shownPart = first === 'body' ? 'body' : 'headers';
    await this.updateComplete;
    // What is not shown yet cannot have the focus, and the library shows it in two steps.
    await this.renderRoot.querySelector('wa-tab-group')?.updateComplete;
    await this.renderRoot.querySelector<WaTabPanel>(`wa-tab-panel[name=${this.shownPart}]`)?.updateComplete;
    if (first === 'body') this.renderRoot.querySelector<ConsoleBodyEditor>('swerve-console-body-editor')?.focusProblem();
    else this.renderRoot.querySelector<ConsoleRows>('#headers')?.focusFirstProblem();
  }

  override render(): TemplateResult {
    const { request, problems } = this;
    return html`<form class="card" novalidate aria-label="Request" @submit=${this.#onSubmit} @keydown=${this.#onKey}>
      <div class="line">
        <div class="method">${this.#renderMethod(request.method)}</div>
        <input
          id="path"
          class="mono-input path"
          type="text"
          aria-label="Path"
          list="paths"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          inputmode="url"
          .value=${live(this.target)}
          aria-invalid=${problems.path !== undefined}
          aria-describedby="said"
          @input=${this.#onTarget}
          @change=${() => this.#fire('swerve-target-end')}
        />
        <datalist id="paths">${this.#renderPaths()}</datalist>
        <button
          class=${this.isUnderWay ? 'send' : 'primary send'}
          type=${this.isUnderWay ? 'button' : 'submit'}
          title=${this.isUnderWay ? nothing : 'Ctrl or ⌘ with Enter, from anywhere in here'}
          @click=${this.#onButton}
        >
          ${this.isUnderWay ? 'Cancel' : 'Send'}
        </button>
      </div>
      <div class="under">
        <label>App ${this.#renderApps()}</label>
        <span class="address soft small mono" id="said" title=${this.address}>${this.address}</span>
        <button class="quiet tiny" type="button" @click=${() => this.#fire('swerve-curl')}>${icon('copy')} Copy as curl</button>
      </div>
      ${['method', 'path'].map((field) => (problems[field] === undefined ? nothing : html`<p class="error small wrap" role="status">${problems[field]}</p>`))}
      ${this.#renderParts()}
    </form>`;
  }

  #renderMethod(method: string): TemplateResult {
    const isCommon = COMMON_METHODS.some((common) => common === method);
    const isCustom = this.isCustom || !isCommon;
    return html`<select id=${isCustom ? 'methods' : 'method'} aria-label="Method" .value=${isCustom ? CUSTOM : method} @change=${this.#onMethod}>
        ${COMMON_METHODS.map((common) => html`<option value=${common} ?selected=${!isCustom && common === method}>${common}</option>`)}
        <option value=${CUSTOM} ?selected=${isCustom}>Other…</option>
      </select>
      ${
        isCustom
          ? html`<input
              id="method"
              class="mono-input"
              aria-label="Name of the method"
              autocomplete="off"
              autocapitalize="characters"
              spellcheck="false"
              aria-invalid=${this.problems.method !== undefined}
              .value=${live(method)}
              @input=${(event: InputEvent) => this.#edit({ method: (event.currentTarget as HTMLInputElement).value.trim() })}
            />`
          : nothing
      }`;
  }

  #renderPaths(): unknown {
    const paths = new Map(this.routes.map(({ path, app }) => [path, app.metadata.name]));
    return repeat(
      paths,
      ([path]) => path,
      ([path, name]) => html`<option value=${path} label=${name}></option>`,
    );
  }

  /** Shows which App answers; choosing one goes to its first route. */
  #renderApps(): TemplateResult {
    const uid = this.app?.metadata.uid ?? '';
    const apps = new Map(this.routes.map(({ app }) => [app.metadata.uid, app]));
    return html`<select name="app" aria-label="App" .value=${live(uid)} @change=${this.#onApp}>
      <option value="" ?selected=${uid === ''}>None</option>
      ${[...apps.values()].map(({ metadata }) => html`<option value=${metadata.uid} ?selected=${metadata.uid === uid}>${nameOf(metadata)}</option>`)}
    </select>`;
  }

  #renderParts(): TemplateResult {
    const { request, problems } = this;
    const wrongHeaders = Object.keys(problems).filter((field) => field.startsWith('header-')).length;
    const count = (number: number, isBad = false) => (number === 0 ? nothing : html`<span class="count ${isBad ? 'bad' : ''}">${number}</span>`);
    return html`<wa-tab-group active=${this.shownPart} without-scroll-controls @wa-tab-show=${this.#onPart}>
      <wa-tab panel="query">Query${count(request.query.length)}</wa-tab>
      <wa-tab panel="headers">Headers${count(request.headers.length, wrongHeaders > 0)}</wa-tab>
      <wa-tab panel="body">Body${request.bodyKind === 'none' ? nothing : html`<span class="count ${problems.body === undefined ? '' : 'bad'}">${request.bodyKind}</span>`}</wa-tab>
      <wa-tab-panel name="query">
        <swerve-console-rows what="parameter" .rows=${request.query} @swerve-rows=${(event: CustomEvent<ConsoleRow[]>) => this.#edit({ query: event.detail })}></swerve-console-rows>
      </wa-tab-panel>
      <wa-tab-panel name="headers">
        <div class="stack">
          <swerve-console-rows
            id="headers"
            what="header"
            .rows=${request.headers}
            .problems=${problems}
            .suggestions=${HEADER_NAMES}
            @swerve-rows=${(event: CustomEvent<ConsoleRow[]>) => this.#edit({ headers: event.detail })}
          ></swerve-console-rows>
          <div class="check">
            <input id="follow" type="checkbox" .checked=${request.redirect === 'follow'} aria-describedby="follow-hint" @change=${this.#onRedirect} />
            <label for="follow">Follow redirects</label>
          </div>
          <p class="soft small" id="follow-hint">
            Off: the redirect itself is asked for. Browsers hide its status and target from pages, so the console can only say that it was one.
          </p>
        </div>
      </wa-tab-panel>
      <wa-tab-panel name="body">
        <swerve-console-body-editor
          .request=${request}
          .problem=${problems.body}
          @swerve-edit=${(event: CustomEvent<Partial<ConsoleRequest>>) => this.#edit(event.detail)}
        ></swerve-console-body-editor>
      </wa-tab-panel>
    </wa-tab-group>`;
  }

  readonly #onPart = (event: CustomEvent<{ name: string }>): void => {
    this.shownPart = event.detail.name as Part;
  };

  readonly #onMethod = (event: Event): void => {
    const { value } = event.currentTarget as HTMLSelectElement;
    this.isCustom = value === CUSTOM;
    this.#edit({ method: value === CUSTOM ? '' : value });
    if (this.isCustom) void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('#method')?.focus());
  };

  readonly #onApp = (event: Event): void => {
    const { value } = event.currentTarget as HTMLSelectElement;
    const route = this.routes.find(({ app }) => app.metadata.uid === value);
    if (route !== undefined) this.#edit({ path: route.path, query: [] });
    // None is no choice that changes anything: the path says who answers.
    else this.requestUpdate();
  };

  readonly #onRedirect = (event: Event): void => this.#edit({ redirect: (event.currentTarget as HTMLInputElement).checked ? 'follow' : 'manual' });

  readonly #onTarget = (event: InputEvent): void => {
    this.dispatchEvent(new CustomEvent<string>('swerve-target', { detail: (event.currentTarget as HTMLInputElement).value }));
  };

  // One button for both, so that the focus stays on it. The second half of a double click on Send is no Cancel.
  readonly #onButton = (event: MouseEvent): void => {
    if (!this.isUnderWay) return;
    // Cancelled, it is the button that sends by the time that the browser acts on the click.
    event.preventDefault();
    if (event.detail < 2) this.#fire('swerve-cancel');
  };

  readonly #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    this.#fire('swerve-send');
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.isComposing || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.#fire('swerve-send');
  };

  #edit(change: Partial<ConsoleRequest>): void {
    this.dispatchEvent(new CustomEvent<Partial<ConsoleRequest>>('swerve-edit', { detail: change }));
  }

  #fire(type: 'swerve-target-end' | 'swerve-send' | 'swerve-cancel' | 'swerve-curl'): void {
    this.dispatchEvent(new CustomEvent(type));
  }
}

function nameOf({ namespace, name }: App['metadata']): string {
  return namespace === 'default' ? name : `${namespace}/${name}`;
}

customElements.define('swerve-console-form', ConsoleForm);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-console-form': ConsoleForm;
  }
}
