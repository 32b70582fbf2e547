import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { BenchmarkController } from '../controllers/benchmark-controller.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { UnsavedController } from '../controllers/unsaved-controller.ts';
import { icon } from '../icons.ts';
import { saveFile } from '../save-file.ts';
import type { Benchmark, BenchmarkOutcome, BenchmarkStep } from '../state/benchmark.ts';
import { BENCHMARK_NAMESPACE } from '../state/benchmark-guests.ts';
import { type BenchmarkRun, fileNameOfRun, jsonOfRun } from '../state/benchmark-run.ts';
import { headlineOf, isUnsteady, nameOfStep, tablesOf } from '../state/benchmark-words.ts';
import { copyText } from '../state/clipboard.ts';
import { formatDateTime } from '../text.ts';
import './benchmark-table.ts';
import { fieldStyles } from './form-field.ts';

const ROUNDS = [1, 5, 9] as const;

/** Measures what Swerve adds to what this very browser takes by itself. */
export class BenchmarkView extends LitElement {
  static override properties = { rounds: { state: true } };
  static override styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    css`
      .view {
        display: grid;
        gap: var(--space-6);
      }
      .top,
      .results {
        display: grid;
        gap: var(--space-5);
      }
      .lead {
        max-width: 44em;
        text-wrap: pretty;
      }
      .run {
        display: grid;
        gap: var(--space-4);
        padding: var(--space-5);
      }
      .controls {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-3) var(--space-4);
      }
      .controls label {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
      }
      .controls select {
        width: auto;
      }
      .controls button {
        min-width: 11rem;
      }
      [aria-disabled='true'] {
        opacity: 0.6;
        cursor: default;
      }
      /* Held for what comes and goes, so that little below jumps. */
      .progress {
        display: grid;
        gap: var(--space-2);
        align-content: start;
        min-height: 2.5rem;
      }
      p.progress {
        display: block;
        max-width: 64rem;
        text-wrap: pretty;
      }
      progress {
        width: 100%;
        height: 0.5rem;
        accent-color: var(--accent);
      }
      .headline {
        max-width: 36em;
        font-size: var(--text-large);
        font-weight: 550;
        text-wrap: pretty;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--space-4);
      }
      .legend i {
        display: inline-block;
        width: 1.5rem;
        height: 4px;
        margin-inline-end: var(--space-2);
        vertical-align: middle;
        border-radius: 2px;
        background: var(--line-strong);
      }
      .legend .app {
        background: var(--accent);
      }
      .machine {
        display: grid;
        gap: var(--space-1);
      }
    `,
  ];

  declare rounds: number;
  readonly #panel = new PanelController(this, (store) => [store.nodes]);
  readonly #controller = new BenchmarkController(this, this.#panel);

  constructor() {
    super();
    this.rounds = 5;
    new UnsavedController(this, this.#panel, () => (this.#controller.benchmark?.isUnderWay ? 'the benchmark that is running' : null));
  }

  /** Brings the view before a person's eyes. */
  async focusHeading(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector('h1')?.focus();
  }

  override render(): TemplateResult {
    const { benchmark } = this.#controller;
    const step = benchmark?.step ?? { name: 'idle' };
    const run = benchmark?.run ?? null;
    return html`<div class="view">
      <div class="top">
        <div class="stack">
          <h1 tabindex="-1">Benchmark</h1>
          <p class="soft lead">
            What Swerve adds to what this browser takes by itself. This page asks a service worker without Swerve, then Apps, in turns, and compares: on your
            machine, with nothing sent anywhere.
          </p>
        </div>
        <section class="card run" aria-label="Run">
          <div class="controls">
            <label for="rounds">Rounds
              <select id="rounds" name="rounds" ?disabled=${step.name !== 'idle'} @change=${this.#onRounds}>
                ${ROUNDS.map((rounds) => html`<option value=${rounds} ?selected=${rounds === this.rounds}>${rounds}</option>`)}
              </select></label
            >
            ${this.#renderButton(benchmark, step)}
            <p role="status">${wordsOf(step, benchmark?.outcome ?? null, run)}</p>
          </div>
          ${step.name === 'idle' ? this.#renderAdvice() : renderProgress(step)}
        </section>
        ${renderNotices(benchmark, run)}
      </div>
      ${run === null ? nothing : this.#renderResults(run)}
    </div>`;
  }

  /** One button in one place: the focus stays on it while what it does changes. */
  #renderButton(benchmark: Benchmark | null, step: BenchmarkStep): TemplateResult {
    if (step.name === 'idle') {
      return html`<button class="primary" type="button" aria-disabled=${benchmark === null} @click=${() => benchmark?.start(this.rounds)}>
        ${icon('play')}Run the benchmark
      </button>`;
    }
    const isEnding = step.name === 'removing' || benchmark?.isCancelling === true;
    return html`<button type="button" aria-disabled=${isEnding} @click=${() => benchmark?.cancel()}>${icon('stop')}${isEnding ? 'Ending…' : 'Cancel'}</button>`;
  }

  #renderAdvice(): TemplateResult {
    const tabs = this.#panel.store.nodes.items.length;
    return html`<p class="progress soft small">
      A round takes some seconds. Other traffic disturbs it, and nothing of yours is paused: leave this tab in front and the others still.
      ${tabs > 1 ? `${tabs} tabs of this site are open, and another one may serve what is measured, which takes longer: best close them.` : nothing} It makes three temporary Apps in the
      namespace ${BENCHMARK_NAMESPACE} and deletes them.
    </p>`;
  }

  #renderResults(run: BenchmarkRun): TemplateResult {
    const { cores, userAgent, swerve, hosts } = run.machine;
    return html`<section class="results" aria-labelledby="results">
      <div class="stack">
        <h2 id="results">Result</h2>
        <p class="headline">${headlineOf(run)}</p>
        <p class="legend soft small" aria-hidden="true"><span><i></i>The browser itself</span><span><i class="app"></i>Swerve</span></p>
        <div class="row">
          <button type="button" @click=${() => this.#copy(run)}>${icon('copy')}Copy as JSON</button>
          <button type="button" @click=${() => saveFile({ name: fileNameOfRun(run), blob: new Blob([jsonOfRun(run)], { type: 'application/json' }) })}>
            ${icon('download')}Save as JSON
          </button>
        </div>
      </div>
      ${tablesOf(run).map((table) => html`<swerve-benchmark-table .table=${table}></swerve-benchmark-table>`)}
      <div class="machine soft small">
        <p>Every figure is the median of the rounds; every comparison is that of one round with itself, and of those the median.</p>
        <p class="facts">
          <span>
            <span>${formatDateTime(run.atMs)}</span>
            <span>${countOf(run.roundsDone)}</span>
            <span>${cores} processor threads</span>
            <span>${hosts === 1 ? '1 tab' : `${hosts} tabs`}</span>
            <span>Swerve ${swerve}</span>
          </span>
        </p>
        <p class="wrap">${userAgent}</p>
      </div>
    </section>`;
  }

  readonly #onRounds = (event: Event): void => {
    this.rounds = Number((event.target as HTMLSelectElement).value);
  };

  #copy(run: BenchmarkRun): void {
    void copyText(this.#panel.store.toasts, jsonOfRun(run), 'Copied the figures as JSON.');
  }
}

function renderProgress(step: Exclude<BenchmarkStep, { name: 'idle' }>): TemplateResult {
  const label = 'Progress of the benchmark';
  if (step.name !== 'measuring') return html`<div class="progress"><progress aria-label=${label}></progress></div>`;
  return html`<div class="progress">
    <progress aria-label=${label} max=${step.of} .value=${step.done}></progress>
    <p class="soft small">${nameOfStep(step.step)}</p>
  </div>`;
}

function renderNotices(benchmark: Benchmark | null, run: BenchmarkRun | null): TemplateResult {
  const outcome = benchmark?.outcome;
  const leftover = benchmark?.leftover ?? null;
  return html`${outcome?.name === 'failed' ? html`<p class="notice bad wrap" role="alert">${outcome.found} ${outcome.fix}</p>` : nothing}
  ${
    leftover === null
      ? nothing
      : html`<p class="notice bad wrap" role="alert">
          What the benchmark made could not be deleted: ${leftover} Open this view again, or delete the Apps in the namespace <code>${BENCHMARK_NAMESPACE}</code> by hand.
        </p>`
  }
  ${
    run !== null && isUnsteady(run) && !benchmark?.isUnderWay
      ? html`<p class="notice">The rounds lie far apart: something else kept this machine busy. Close what works beside it, and run it again.</p>`
      : nothing
  }
  ${
    run?.wasHidden
      ? html`<p class="notice">This tab was hidden for a while, and browsers slow hidden tabs down: the figures are not to be trusted. Run it again with the tab in front.</p>`
      : nothing
  }`;
}

/** What a screen reader is told: that a round begins, not every step of it. */
function wordsOf(step: BenchmarkStep, outcome: BenchmarkOutcome | null, run: BenchmarkRun | null): string {
  if (step.name === 'preparing') return `${step.doing}…`;
  if (step.name === 'measuring') return `Round ${step.round} of ${step.rounds}`;
  if (step.name === 'removing') return 'Deleting the temporary Apps…';
  if (outcome === null) return '';
  const rounds = run?.roundsDone ?? 0;
  if (outcome.name === 'done') return `Done: ${countOf(rounds)}.`;
  const kept = rounds === 0 ? 'no round was finished' : `the figures are of ${countOf(rounds)}`;
  return outcome.name === 'cancelled' ? `Cancelled: ${kept}.` : `Ended early: ${kept}.`;
}

function countOf(rounds: number): string {
  return rounds === 1 ? '1 round' : `${rounds} rounds`;
}

customElements.define('swerve-benchmark-view', BenchmarkView);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-benchmark-view': BenchmarkView;
  }
}
