import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { UnsavedController } from '../controllers/unsaved-controller.ts';
import type { Tone } from '../state/app-state.ts';
import type { ImportStep } from '../state/import.ts';
import { keptModules, type PlannedApp, type PlannedModule, type PlannedVolume } from '../state/import-plan.ts';
import { formatBytes, shortDigest } from '../text.ts';
import './status-badge.ts';
import './storage-import-app.ts';

const MODULE_STATES: Record<PlannedModule['state'], { tone: Tone; label: string }> = {
  new: { tone: 'good', label: 'New' },
  here: { tone: 'quiet', label: 'Already here' },
  refused: { tone: 'bad', label: 'Refused' },
};

/** Paths that are shown of those that would be replaced. */
const SHOWN_PATHS = 5;

/** Of what an export wrote, and of a bundle. */
const IMPORT_WORDS = {
  title: 'Import of',
  verb: 'Import',
  done: 'Imported',
  cancel: 'Cancel import',
  progress: 'Progress of the import',
  undone: 'What this import had done was taken back: everything is as it was.',
};
const INSTALL_WORDS: typeof IMPORT_WORDS = {
  title: 'Install',
  verb: 'Install',
  done: 'Installed',
  cancel: 'Cancel',
  progress: 'Progress of the installation',
  undone: 'Nothing was installed: everything is as it was.',
};

/** An archive on its way in: what is read, what would happen, what has. Nothing while there is none. */
export class StorageImport extends LitElement {
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      section {
        display: grid;
        gap: var(--space-4);
        padding: var(--space-5);
      }
      /* Below the bar that stays at the top. */
      h2 {
        scroll-margin-block-start: 6rem;
      }
      summary {
        cursor: pointer;
        font-weight: 600;
      }
      progress {
        width: 100%;
        height: 0.5rem;
        accent-color: var(--accent);
      }
      li {
        padding-block: var(--space-3);
      }
      li + li {
        border-block-start: 1px solid var(--line);
      }
      .leftovers {
        padding-inline-start: 1.1rem;
        list-style: disc;
      }
      .leftovers li {
        padding-block: 0;
        border: 0;
      }
    `,
  ];

  readonly #panel = new PanelController(this, (store) => [store.imports]);
  #shown: ImportStep['name'] = 'idle';

  constructor() {
    super();
    new UnsavedController(this, this.#panel, () => {
      const { step, fileName } = this.#panel.store.imports;
      return step.name === 'reading' || step.name === 'preview' || step.name === 'applying' ? `the import of ${fileName}` : null;
    });
  }

  /** Without content it takes no place in its parent's grid either. */
  override willUpdate(): void {
    this.hidden = this.#panel.store.imports.step.name === 'idle';
  }

  /** What comes next is where the person looks next. */
  override updated(_changed: PropertyValues<this>): void {
    const { name } = this.#panel.store.imports.step;
    if (name === this.#shown) return;
    this.#shown = name;
    if (name === 'idle') return;
    const heading = this.renderRoot.querySelector('h2');
    heading?.focus({ preventScroll: true });
    heading?.scrollIntoView({ block: 'nearest' });
  }

  override render(): TemplateResult | typeof nothing {
    const { step, fileName } = this.#panel.store.imports;
    if (step.name === 'idle') return nothing;
    return html`<section class="card" aria-labelledby="title">
      <h2 id="title" class="wrap" tabindex="-1">${this.#words.title} ${fileName}</h2>
      ${this.#renderStep(step)}
    </section>`;
  }

  #renderStep(step: Exclude<ImportStep, { name: 'idle' }>): TemplateResult {
    switch (step.name) {
      case 'reading':
        return html`<progress aria-label=${this.#words.progress}></progress>
          <p role="status">${step.what}…</p>
          <div class="row">${this.#renderCancel(this.#words.cancel)}</div>`;
      case 'refused':
        return html`<p class="notice bad wrap" role="alert">${step.error.message}</p>
          ${step.leftovers.length === 0 ? html`<p class="soft">Nothing was changed here.</p>` : renderLeftovers(step.leftovers)}
          <div class="row">${this.#renderCancel('Close')}</div>`;
      case 'preview':
        return this.#renderPreview(step);
      case 'applying':
        return html`<progress aria-label=${this.#words.progress}></progress>
          <p role="status">Writing ${[step.volumes === 0 ? '' : countOf(step.volumes, 'volume'), countOf(step.apps, 'App')].filter(Boolean).join(', ')}…</p>`;
      case 'done':
        return html`<p role="status">${this.#words.done}: ${summaryOf(step)}</p>
          <div class="row">${this.#renderCancel('Close')}</div>`;
      case 'undone':
        return html`<div class="notice bad stack" role="alert">
            <p class="wrap">${step.error.message}</p>
            <p>${step.leftovers.length === 0 ? this.#words.undone : 'What was done was taken back, but for some of it.'}</p>
          </div>
          ${step.leftovers.length === 0 ? nothing : renderLeftovers(step.leftovers)}
          <div class="row">${this.#renderCancel('Close')}</div>`;
    }
  }

  #renderPreview({ info, modules, volumes, apps }: Extract<ImportStep, { name: 'preview' }>): TemplateResult {
    const chosen = apps.filter(({ isChosen }) => isChosen);
    const kept = keptModules(apps, modules);
    const filled = volumes.filter(({ isChosen }) => isChosen);
    const isEmpty = apps.length === 0 && modules.length === 0 && volumes.length === 0;
    const isNothing = chosen.length === 0 && kept.length === 0 && filled.length === 0;
    const isWhole = info === null;
    const isRefused = isWhole && apps.some(({ state }) => state === 'refused');
    return html`<p class="soft small">
        ${
          info === null
            ? 'This is what it asks for. It is installed as a whole or not at all, and nothing is changed before you say so.'
            : `Exported ${dateOf(info.createdAt)} by Swerve ${info.swerve}. Nothing is changed before you say so.`
        }
      </p>
      ${isEmpty ? html`<p>The archive is empty.</p>` : nothing} ${modules.length === 0 ? nothing : renderModules(modules)}
      ${volumes.length === 0 ? nothing : this.#renderVolumes(volumes, isWhole)}
      ${
        apps.length === 0
          ? nothing
          : html`<div>
              <h3 id="apps">Apps</h3>
              <ul aria-labelledby="apps">
                ${repeat(
                  apps,
                  ({ key }) => key,
                  (planned) =>
                    html`<li>
                      <swerve-storage-import-app
                        .planned=${planned}
                        ?isFixed=${isWhole}
                        @swerve-choose=${(event: CustomEvent<boolean>) => this.#panel.store.imports.choose(planned.key, event.detail)}
                      ></swerve-storage-import-app>
                    </li>`,
                )}
              </ul>
            </div>`
      }
      ${isRefused ? html`<p class="notice bad" role="alert">It cannot be installed as a whole, so nothing of it can. Mend what is refused, and drop it again.</p>` : nothing}
      <div class="row">
        <button class="primary" type="button" ?disabled=${isNothing || isRefused} @click=${() => this.#panel.store.imports.apply()}>
          ${labelOfApply(this.#words.verb, chosen, kept, filled)}
        </button>
        ${this.#renderCancel(this.#words.cancel)}
        ${isNothing && !isEmpty && !isRefused ? html`<span class="soft small">${isAllHere(apps, modules) ? 'All of it is here already.' : 'Nothing is chosen.'}</span>` : nothing}
      </div>`;
  }

  #renderVolumes(volumes: readonly PlannedVolume[], isWhole: boolean): TemplateResult {
    return html`<div>
      <h3 id="volumes">Volumes</h3>
      <ul aria-labelledby="volumes">
        ${volumes.map(
          ({ key, volume, sizeBytes, state, replaced, isChosen }) => html`<li>
            <div class="row">
              ${
                isWhole || state === 'new'
                  ? html`<strong>${key}</strong>`
                  : html`<label class="row"><input type="checkbox" .checked=${isChosen} @change=${(event: Event) => this.#panel.store.imports.chooseVolume(key, (event.currentTarget as HTMLInputElement).checked)} />Fill ${key}</label>`
              }
              <span class="soft small">${countOf(volume.files.length, 'file')}, ${formatBytes(sizeBytes)}</span>
              <swerve-status-badge tone=${state === 'new' ? 'good' : 'busy'} label=${state === 'new' ? 'New' : 'Already here'}></swerve-status-badge>
            </div>
            ${state === 'new' ? nothing : html`<p class="soft small wrap">${replaced.length === 0 ? 'Nothing in it is replaced.' : `${countOf(replaced.length, 'file')} in it would be replaced: ${replaced.slice(0, SHOWN_PATHS).join(', ')}${replaced.length > SHOWN_PATHS ? ', …' : ''}`}</p>`}
          </li>`,
        )}
      </ul>
    </div>`;
  }

  get #words(): typeof IMPORT_WORDS {
    return this.#panel.store.imports.isExport ? IMPORT_WORDS : INSTALL_WORDS;
  }

  #renderCancel(label: string): TemplateResult {
    return html`<button type="button" @click=${() => this.#panel.store.imports.cancel()}>${label}</button>`;
  }
}

function renderModules(modules: readonly PlannedModule[]): TemplateResult {
  return html`<details ?open=${modules.some(({ state }) => state !== 'here')}>
    <summary>Modules: ${countsOf(modules)}</summary>
    <ul aria-label="Modules">
      ${modules.map(
        ({ digest, path, sizeBytes, state, reason }) => html`<li>
          <div class="row">
            <code title=${digest}>${path === '' ? shortDigest(digest) : path}</code><span class="soft small">${formatBytes(sizeBytes)}</span>
            <swerve-status-badge tone=${MODULE_STATES[state].tone} label=${MODULE_STATES[state].label}></swerve-status-badge>
          </div>
          ${reason === '' ? nothing : html`<p class="error small wrap">${reason}</p>`}
        </li>`,
      )}
    </ul>
  </details>`;
}

/** "2 new, 1 already here". */
function countsOf(modules: readonly PlannedModule[]): string {
  return (['new', 'here', 'refused'] as const)
    .map((state) => [modules.filter((module) => module.state === state).length, MODULE_STATES[state].label.toLowerCase()] as const)
    .filter(([count]) => count > 0)
    .map(([count, label]) => `${count} ${label}`)
    .join(', ');
}

function renderLeftovers(leftovers: readonly string[]): TemplateResult {
  return html`<div>
    <p>This could not be taken back; look at it in the tables below:</p>
    <ul class="leftovers small wrap">
      ${leftovers.map((text) => html`<li>${text}</li>`)}
    </ul>
  </div>`;
}

function isAllHere(apps: readonly PlannedApp[], modules: readonly PlannedModule[]): boolean {
  return apps.every(({ state }) => state === 'same') && modules.every(({ state }) => state === 'here');
}

function labelOfApply(verb: string, chosen: readonly PlannedApp[], kept: readonly PlannedModule[], filled: readonly PlannedVolume[]): string {
  if (chosen.length === 0 && filled.length > 0) return `${verb} ${countOf(filled.length, 'volume')}`;
  if (chosen.length === 0) return kept.length > 0 ? `${verb} ${countOf(kept.length, 'module')}` : verb;
  const replaced = chosen.filter(({ state }) => state === 'changed').length;
  return `${verb} ${countOf(chosen.length, 'App')}${replaced === 0 ? '' : ` (${replaced} replaced)`}`;
}

function summaryOf({ created, replaced, modules, volumes }: Extract<ImportStep, { name: 'done' }>): string {
  const parts = [
    created === 0 ? '' : `${countOf(created, 'App')} added`,
    replaced === 0 ? '' : `${countOf(replaced, 'App')} replaced`,
    modules === 0 ? '' : `${countOf(modules, 'module')} stored`,
    volumes === 0 ? '' : `${countOf(volumes, 'volume')} filled`,
  ].filter(Boolean);
  return `${parts.join(', ')}.`;
}

function countOf(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

function dateOf(timestamp: string): string {
  const atMs = Date.parse(timestamp);
  return Number.isNaN(atMs) ? 'at an unknown time' : `on ${new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(atMs)}`;
}

customElements.define('swerve-storage-import', StorageImport);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-storage-import': StorageImport;
  }
}
