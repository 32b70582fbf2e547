import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { App, AppRevision } from '../../core/app.ts';
import { RuntimeError } from '../../core/errors.ts';
import type { Digest } from '../../core/ids.ts';
import type { ModuleReport } from '../../core/module.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { AgeController } from '../controllers/age-controller.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { whyNotRunnable } from '../state/module-imports.ts';
import { importChanges, revisionsOf } from '../state/revisions.ts';
import { formatAge, formatBytes, formatDateTime, shortDigest } from '../text.ts';
import './status-badge.ts';

/** The modules that one App ran, and the way back to an earlier one. */
export class ModuleVersions extends LitElement {
  static override properties = { app: { attribute: false }, swapping: { state: true }, error: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      section {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-3);
      }
      li {
        display: grid;
        grid-template-columns: 3rem minmax(0, 1fr) auto;
        align-items: start;
        gap: var(--space-2) var(--space-3);
        padding: var(--space-3) var(--space-4);
      }
      li + li {
        border-block-start: 1px solid var(--line);
      }
      .number {
        font-variant-numeric: tabular-nums;
        font-weight: 600;
        line-height: 1.6;
      }
      .about {
        display: grid;
        gap: var(--space-1);
        min-width: 0;
      }
      .added {
        color: var(--good);
      }
      .removed {
        color: var(--bad);
      }
      .actions {
        display: grid;
        justify-items: end;
        gap: var(--space-1);
      }
      @media (max-width: 34rem) {
        li {
          grid-template-columns: minmax(0, 1fr);
        }
        .actions {
          justify-items: start;
        }
      }
    `,
  ];

  declare app: App;
  /** Being put in the place of the present one. */
  declare swapping: Digest | null;
  declare error: string;
  readonly #panel = new PanelController(this, (store) => [store.modules, store.storedModules]);
  readonly #age = new AgeController(this);

  constructor() {
    super();
    this.swapping = null;
    this.error = '';
  }

  override render(): TemplateResult {
    const revisions = revisionsOf(this.app);
    return html`<section aria-labelledby="title">
      <h2 id="title" class="visually-hidden">Versions</h2>
      <p class="soft small">The last modules that ${this.app.metadata.name} ran, at most ten. Going back changes the module alone and keeps all other settings.</p>
      ${this.error === '' ? nothing : html`<p class="notice bad wrap" role="alert">${this.error}</p>`}
      <ol class="card" reversed>
        ${repeat(
          revisions,
          ({ revision }) => revision,
          (revision, index) => this.#renderRevision(revision, revisions[index + 1], index === 0),
        )}
      </ol>
      <p class="soft small">New version: drop a <code>.wasm</code> file anywhere on this page.</p>
    </section>`;
  }

  #renderRevision({ revision, digest, atMs, sizeBytes }: AppRevision, older: AppRevision | undefined, isCurrent: boolean): TemplateResult {
    const isSame = !isCurrent && digest === this.app.spec.source.digest;
    const module = this.#module(digest);
    const isKnown = module !== 'loading' && !(module instanceof RuntimeError);
    const size = isKnown ? module.sizeBytes : sizeBytes;
    const short = shortDigest(digest);
    return html`<li>
      <span class="number">${revision}</span>
      <div class="about">
        <div class="row">
          <code class="wrap" title=${digest}>${short}</code>
          ${isCurrent ? html`<swerve-status-badge tone="good" label="Runs now"></swerve-status-badge>` : isSame ? html`<span class="soft small">the same module as now</span>` : nothing}
        </div>
        <p class="soft small" title=${formatDateTime(atMs)}>Deployed ${formatAge(atMs, this.#age.nowMs)}${size === undefined ? nothing : html` · ${formatBytes(size)}`}</p>
        <p class="small wrap">${module === 'loading' ? html`<span class="soft">Reading the module…</span>` : isKnown ? module.summary : html`<span class="soft">${reasonOf(module)}</span>`}</p>
        ${older === undefined || !isKnown ? nothing : this.#renderChanges(module, this.#module(older.digest))}
      </div>
      ${isCurrent || isSame ? nothing : this.#renderSwap(revision, digest, module)}
    </li>`;
  }

  #renderChanges(module: ModuleReport, older: ModuleReport | RuntimeError | 'loading'): TemplateResult | typeof nothing {
    if (older === 'loading' || older instanceof RuntimeError) return nothing;
    const { added, removed } = importChanges(module, older);
    if (added.length + removed.length === 0) return html`<p class="soft small">Imports the same as the one before it.</p>`;
    return html`${added.length === 0 ? nothing : html`<p class="small wrap"><span class="added">Imports more:</span> ${added.join(', ')}</p>`}
    ${removed.length === 0 ? nothing : html`<p class="small wrap"><span class="removed">Imports no longer:</span> ${removed.join(', ')}</p>`}`;
  }

  #renderSwap(revision: number, digest: Digest, module: ModuleReport | RuntimeError | 'loading'): TemplateResult {
    const obstacle = module === 'loading' ? '' : module instanceof RuntimeError ? reasonOf(module) : (whyNotRunnable(module) ?? '');
    const isDisabled = module === 'loading' || obstacle !== '' || this.swapping !== null;
    return html`<div class="actions">
      <button class="tiny" type="button" ?disabled=${isDisabled} aria-label="Go back to version ${revision}" title=${obstacle || nothing} @click=${() => this.#swap(revision, digest)}>
        ${this.swapping === digest ? 'Going back…' : 'Go back to it'}
      </button>
    </div>`;
  }

  /** What the list of stored modules knows is fresher than what was read once. */
  #module(digest: Digest): ModuleReport | RuntimeError | 'loading' {
    const { modules, storedModules } = this.#panel.store;
    return storedModules.items.find((module) => module.digest === digest) ?? modules.get(digest);
  }

  async #swap(revision: number, digest: Digest): Promise<void> {
    const { store } = this.#panel;
    const { app } = this;
    const before = app.spec.source.digest;
    this.swapping = digest;
    this.error = '';
    try {
      await store.runModule(app, digest);
      store.toasts.show({ text: `${app.metadata.name} runs version ${revision} again.`, action: { label: 'Undo', run: () => store.runModule(app, before) } });
    } catch (error) {
      this.error = `Version ${revision} was not put back: ${RuntimeError.from(error).message}`;
    }
    this.swapping = null;
  }
}

function reasonOf(error: RuntimeError): string {
  return error.code === 'resource-not-found' ? 'This module is no longer stored. Drop its file again to go back to it.' : error.message;
}

customElements.define('swerve-module-versions', ModuleVersions);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-module-versions': ModuleVersions;
  }
}
