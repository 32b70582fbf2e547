import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { hrefOfRoute } from '../links.ts';
import { type FieldErrors, type RouteDraft, routeDraft } from '../state/app-draft.ts';
import { describedBy, fieldStyles, renderField } from './form-field.ts';

const MEMBERS = [
  ['host', 'Host', 'Only for this host name. Empty: any.'],
  ['methods', 'Methods', 'Names with commas between. Empty: all.'],
  ['rewrite', 'Rewrite to', 'What the guest sees in place of the prefix. Empty: the path as it came.'],
] as const;

/** The routes of an App, in the order that they are written in. Fires `swerve-routes` with the changed list; holds only the focus. */
export class RouteEditor extends LitElement {
  static override properties = { routes: { attribute: false }, errors: { attribute: false }, isDisabled: { type: Boolean }, ownAddress: { attribute: false } };
  static override styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    css`
      fieldset {
        display: grid;
        gap: var(--space-3);
        min-width: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
      li {
        display: grid;
        gap: var(--space-2);
        padding-block-end: var(--space-3);
        border-block-end: 1px solid var(--line);
      }
      ol {
        display: grid;
        gap: var(--space-3);
      }
      .line {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 8rem;
        gap: var(--space-3);
        align-items: start;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 var(--space-1);
      }
      .actions .tiny {
        padding-inline: 0.5rem;
      }
      .actions .grow {
        flex-basis: 12rem;
      }
      details .pair {
        margin-block-start: var(--space-3);
        gap: var(--space-3);
      }
      summary {
        cursor: pointer;
        color: var(--accent);
        font-size: var(--text-small);
        width: fit-content;
      }
      @media (max-width: 30rem) {
        .line {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  declare routes: readonly RouteDraft[];
  declare errors: FieldErrors;
  declare isDisabled: boolean;
  /** Of the App, at an origin of its own; null: it has none. */
  declare ownAddress: string | null;
  #focusIndex: number | null = null;

  constructor() {
    super();
    this.routes = [];
    this.errors = {};
    this.isDisabled = false;
    this.ownAddress = null;
  }

  /** Moves the focus to the first field that was refused; false when there is none. */
  focusFirstError(): boolean {
    const first = this.renderRoot.querySelector<HTMLElement>('[aria-invalid="true"], .add');
    first?.focus();
    return first !== null;
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('errors')) {
      for (const [index, details] of [...this.renderRoot.querySelectorAll('details')].entries()) {
        if (MEMBERS.some(([member]) => this.errors[`route-${index}-${member}`] !== undefined)) details.open = true;
      }
    }
    if (this.#focusIndex !== null && changed.has('routes')) {
      // After one was added or removed the focus would be lost with its button.
      this.renderRoot.querySelector<HTMLElement>(`#route-${Math.min(this.#focusIndex, this.routes.length - 1)}, .add`)?.focus();
      this.#focusIndex = null;
    }
  }

  override render(): TemplateResult {
    const isOnly = this.routes.length === 1;
    return html`<fieldset ?disabled=${this.isDisabled} aria-labelledby="title">
      <h3 id="title">Routes</h3>
      ${this.errors.routes === undefined ? nothing : html`<p class="error small wrap">${this.errors.routes}</p>`}
      ${this.routes.length === 0 ? html`<p class="soft small">None yet: the App cannot be reached.</p>` : nothing}
      <ol>
        ${this.routes.map((route, index) => this.#renderRoute(route, index, isOnly))}
      </ol>
      <div><button class="tiny add" type="button" @click=${this.#add}>Add a route</button></div>
    </fieldset>`;
  }

  #renderRoute(route: RouteDraft, index: number, isOnly: boolean): TemplateResult {
    const number = index + 1;
    const id = `route-${index}`;
    const extras = MEMBERS.filter(([member]) => route[member] !== '').map(([, label]) => label.toLowerCase());
    return html`<li>
      <div class="line">
        ${this.#renderText(id, isOnly ? 'Route' : `Route ${number}`, html`${whereRoute(route, this.ownAddress)}`, route.path, (path) => this.#set(index, { path }))}
        ${renderField({
          id: `${id}-match`,
          label: 'Match',
          error: this.errors[`${id}-match`],
          control: html`<select
            id="${id}-match"
            aria-label="Match of route ${number}"
            aria-invalid=${this.errors[`${id}-match`] !== undefined}
            @change=${(event: Event) => this.#set(index, { match: (event.currentTarget as HTMLSelectElement).value })}
          >
            ${[...new Set(['prefix', 'exact', route.match])].map((match) => html`<option value=${match} ?selected=${match === route.match}>${MATCHES[match] ?? match}</option>`)}
          </select>`,
        })}
      </div>
      <div class="actions">
        <details class="grow">
          <summary aria-label="Host, methods, rewrite of route ${number}">Host, methods, rewrite${extras.length === 0 ? '' : html`<span class="soft"> · ${extras.join(', ')} set</span>`}</summary>
          <div class="pair">
            ${MEMBERS.map(([member, label, hint]) =>
              this.#renderText(`${id}-${member}`, label, hint, route[member], (value) => this.#set(index, { [member]: value }), `${label} of route ${number}`),
            )}
          </div>
        </details>
        ${isOnly ? nothing : this.#renderMoves(index)}
        <button class="quiet tiny" type="button" aria-label="Remove route ${number}" @click=${() => this.#remove(index)}>Remove</button>
      </div>
    </li>`;
  }

  #renderMoves(index: number): TemplateResult {
    return html`<button class="quiet tiny" type="button" aria-label="Move route ${index + 1} up" title="Move up" ?disabled=${index === 0} @click=${() => this.#move(index, -1)}>↑</button>
      <button
        class="quiet tiny"
        type="button"
        aria-label="Move route ${index + 1} down"
        title="Move down"
        ?disabled=${index === this.routes.length - 1}
        @click=${() => this.#move(index, 1)}
      >
        ↓
      </button>`;
  }

  #renderText(id: string, label: string, hint: string | TemplateResult, value: string, change: (value: string) => void, name = label): TemplateResult {
    const error = this.errors[id];
    return renderField({
      id,
      label,
      hint,
      error,
      control: html`<input
        id=${id}
        class="mono-input"
        type="text"
        aria-label=${name}
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        .value=${value}
        aria-invalid=${error !== undefined}
        aria-describedby=${describedBy(id, error)}
        @input=${(event: InputEvent) => change((event.currentTarget as HTMLInputElement).value)}
      />`,
    });
  }

  readonly #add = (): void => {
    this.#focusIndex = this.routes.length;
    this.#emit([...this.routes, routeDraft('/')]);
  };

  #remove(index: number): void {
    this.#focusIndex = index;
    this.#emit(this.routes.toSpliced(index, 1));
  }

  #move(index: number, step: 1 | -1): void {
    const routes = [...this.routes];
    const [route] = routes.splice(index, 1);
    if (route === undefined) return;
    routes.splice(index + step, 0, route);
    this.#focusIndex = index + step;
    this.#emit(routes);
  }

  #set(index: number, change: Partial<RouteDraft>): void {
    this.#emit(this.routes.map((route, at) => (at === index ? { ...route, ...change } : route)));
  }

  #emit(routes: RouteDraft[]): void {
    this.dispatchEvent(new CustomEvent<RouteDraft[]>('swerve-routes', { detail: routes }));
  }
}

const MATCHES: Readonly<Record<string, string>> = { prefix: 'Prefix', exact: 'Exact path' };

/** Where a request to `route` ends up, in words; `ownAddress` is that of its App at an origin of its own. */
export function whereRoute({ path, host }: RouteDraft, ownAddress: string | null): string {
  const name = host.trim();
  // Addresses on the origin of the panel send people on.
  if (ownAddress !== null && name === '') return `Leads to ${ownAddress}`;
  return `Answers at ${hrefOfRoute({ path: path.startsWith('/') ? path : `/${path}`, ...(name === '' ? {} : { host: name }) })}`;
}

customElements.define('swerve-route-editor', RouteEditor);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-route-editor': RouteEditor;
  }
}
