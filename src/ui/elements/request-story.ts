import { css, html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { classMap } from 'lit/directives/class-map.js';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { renderScene, sceneStyles } from './request-story-scene.ts';
import { STORY } from './request-story-steps.ts';

/** Of the element that has to be in sight before the story starts by itself. */
const VISIBLE_PART = 0.6;
const LESS_MOTION = '(prefers-reduced-motion: reduce)';

/**
 * How a request travels, drawn and told in steps. Plays once when it comes into sight, unless less motion is asked for:
 * then it is stepped through by hand. To screen readers it is an ordered list.
 */
export class RequestStory extends LitElement {
  static override properties = {
    step: { state: true },
    isPlaying: { state: true },
    isFrozen: { state: true },
    isStill: { state: true },
    announcement: { state: true },
  };
  static override styles = [
    baseStyles,
    buttonStyles,
    sceneStyles,
    css`
      :host {
        container-type: inline-size;
      }
      section {
        display: grid;
        gap: var(--space-4);
      }
      .stage {
        display: grid;
        gap: var(--space-4);
        padding: var(--space-4);
      }
      .drawing {
        width: 100%;
        max-width: 33rem;
        margin-inline: auto;
      }
      /* All captions lie in one place, so that nothing moves when a longer one comes. They stay readable to screen readers. */
      ol {
        display: grid;
      }
      li {
        grid-area: 1 / 1;
        opacity: 0;
        transition: opacity var(--quick);
      }
      li[aria-current] {
        opacity: 1;
      }
      h3 {
        font-size: var(--text-large);
      }
      h3 .count {
        color: var(--accent);
        font-variant-numeric: tabular-nums;
        margin-inline-end: 0.35em;
      }
      .controls {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: var(--space-4);
        align-items: center;
      }
      .buttons {
        display: flex;
        gap: var(--space-1);
      }
      .buttons button {
        width: 2.5rem;
        padding: 0;
      }
      /* Not disabled in earnest: the focus would be lost, and the keys with it. */
      .buttons [aria-disabled='true'] {
        opacity: 0.5;
        cursor: default;
      }
      .buttons svg {
        width: 1.125rem;
        height: 1.125rem;
        fill: none;
        stroke: currentColor;
        stroke-width: 2;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
      .buttons .solid {
        fill: currentColor;
      }
      .line {
        display: flex;
        gap: 3px;
      }
      .line > span {
        flex: 1;
        height: 4px;
        border-radius: 2px;
        background: var(--line);
        overflow: hidden;
      }
      .line > span > span {
        display: block;
        height: 100%;
        background: var(--accent);
        transform-origin: 0 50%;
        transform: scaleX(0);
      }
      .line .is-past > span,
      .line .is-now > span {
        transform: none;
      }
      .line .is-counting > span {
        animation: count linear both;
      }
      .is-frozen .line span {
        animation-play-state: paused;
      }
      @keyframes count {
        from {
          transform: scaleX(0);
        }
      }
      @container (min-width: 46rem) {
        .stage {
          grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr);
          grid-template-rows: 1fr auto;
          gap: var(--space-4) var(--space-6);
          padding: var(--space-5);
        }
        ol {
          grid-area: 1 / 2 / span 2;
          align-content: center;
          gap: var(--space-1);
        }
        li {
          grid-area: auto;
          opacity: 1;
          padding: var(--space-2) var(--space-3);
          border-inline-start: 3px solid var(--line);
          cursor: pointer;
          color: var(--ink-soft);
          transition: border-color var(--quick), background var(--quick);
        }
        li[aria-current] {
          color: var(--ink);
          border-color: var(--accent);
          background: color-mix(in oklab, var(--accent-wash) 60%, transparent);
          border-radius: 0 var(--radius-small) var(--radius-small) 0;
        }
        li p {
          font-size: var(--text-small);
        }
        h3 {
          font-size: var(--text-body);
        }
      }
    `,
  ];

  declare step: number;
  declare isPlaying: boolean;
  /** Stopped in the middle of a step. */
  declare isFrozen: boolean;
  /** Less motion is asked for. */
  declare isStill: boolean;
  declare announcement: string;
  readonly #motion = matchMedia(LESS_MOTION);
  #sight: IntersectionObserver | null = null;

  constructor() {
    super();
    this.step = 0;
    this.isPlaying = false;
    this.isFrozen = false;
    this.isStill = this.#motion.matches;
    this.announcement = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#motion.addEventListener('change', this.#followMotion);
    this.#sight = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && this.#playOnce(), { threshold: VISIBLE_PART });
    this.#sight.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#motion.removeEventListener('change', this.#followMotion);
    this.#sight?.disconnect();
  }

  override render(): TemplateResult {
    const isLast = this.step === STORY.length - 1;
    return html`<section aria-label="How a request travels" @keydown=${this.#onKey}>
      <div class="card stage ${classMap({ 'is-frozen': this.isFrozen })}">
        <div class="drawing" ?data-frozen=${this.isFrozen}>${renderScene(this.step)}</div>
        <ol @click=${this.#jump}>
          ${STORY.map(
            ({ title, text }, index) =>
              html`<li data-index=${index} aria-current=${index === this.step ? 'step' : nothing}>
                <h3><span class="count" aria-hidden="true">${index + 1}</span>${title}</h3>
                <p>${text}</p>
              </li>`,
          )}
        </ol>
        <div class="controls">
          <div class="buttons">
            <button type="button" aria-label="Previous step" aria-disabled=${this.step === 0} @click=${() => this.#go(this.step - 1)}>
              <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M15 5l-7 7 7 7" /></svg>
            </button>
            ${this.isStill ? nothing : this.#renderPlay(isLast)}
            <button type="button" aria-label="Next step" aria-disabled=${isLast} @click=${() => this.#go(this.step + 1)}>
              <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M9 5l7 7-7 7" /></svg>
            </button>
          </div>
          <div class="line" aria-hidden="true">${STORY.map((_, index) => this.#renderSegment(index))}</div>
        </div>
        <p class="visually-hidden" role="status">${this.announcement}</p>
      </div>
    </section>`;
  }

  /** One button for all, so that it keeps the focus. */
  #renderPlay(isLast: boolean): TemplateResult {
    const isAgain = isLast && !this.isFrozen;
    const label = this.isPlaying ? 'Pause' : isAgain ? 'Play again' : 'Play';
    return html`<button type="button" aria-label=${label} @click=${this.isPlaying ? this.#pause : this.#play}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        ${
          this.isPlaying
            ? svg`<path d="M8 5v14M16 5v14" stroke-width="3.5" />`
            : isAgain
              ? svg`<path d="M5 12a7 7 0 1 0 2.2 -5.1M5 4v4h4" />`
              : svg`<path class="solid" d="M8 5l11 7-11 7z" />`
        }
      </svg>
    </button>`;
  }

  #renderSegment(index: number): TemplateResult {
    const isNow = index === this.step;
    const isCounting = isNow && (this.isPlaying || this.isFrozen);
    const duration = `animation-duration: ${STORY[index]?.durationMs}ms`;
    return html`<span class=${classMap({ 'is-past': index < this.step, 'is-now': isNow, 'is-counting': isCounting })}
      ><span style=${isCounting ? duration : nothing} @animationend=${this.#advance}></span
    ></span>`;
  }

  readonly #advance = (): void => {
    if (!this.isPlaying) return;
    if (this.step < STORY.length - 1) this.step += 1;
    else this.isPlaying = false;
  };

  readonly #play = (): void => {
    if (this.step === STORY.length - 1 && !this.isFrozen) this.step = 0;
    this.isFrozen = false;
    this.isPlaying = true;
  };

  readonly #pause = (): void => {
    this.isPlaying = false;
    this.isFrozen = true;
  };

  /** Once, and only for a person who has not taken the story into their own hands. */
  #playOnce(): void {
    this.#sight?.disconnect();
    if (!this.isStill && this.step === 0 && !this.isFrozen) this.isPlaying = true;
  }

  #go(step: number): void {
    if (step < 0 || step >= STORY.length) return;
    this.#sight?.disconnect();
    this.isPlaying = false;
    this.isFrozen = false;
    this.step = step;
    const { title, text } = STORY[step] ?? { title: '', text: '' };
    this.announcement = `Step ${step + 1} of ${STORY.length}: ${title}. ${text}`;
  }

  readonly #jump = (event: Event): void => {
    const item = event.target instanceof Element ? event.target.closest('li') : null;
    if (item?.dataset['index'] !== undefined) this.#go(Number(item.dataset['index']));
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    const steps = { ArrowRight: this.step + 1, ArrowLeft: this.step - 1, Home: 0, End: STORY.length - 1 };
    const to = steps[event.key as keyof typeof steps];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#go(to);
  };

  readonly #followMotion = (): void => {
    this.isStill = this.#motion.matches;
    if (this.isStill) this.isPlaying = false;
  };
}

customElements.define('swerve-request-story', RequestStory);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-request-story': RequestStory;
  }
}
