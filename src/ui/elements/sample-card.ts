import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import { hrefOfRoute } from '../links.ts';
import type { Sample } from '../sample.ts';
import type { SampleStep } from '../state/sample-runs.ts';
import './sample-picture.ts';

const ABI_NAMES = { wagi: 'WAGI', 'wasi-http': 'wasi:http' } as const;

/** One guest of the gallery: what it is, "Run", and once it runs its address and what it answered. */
export class SampleCard extends LitElement {
  static override properties = { sample: { attribute: false } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        display: grid;
      }
      .sample {
        display: grid;
        grid-template-rows: 8.5rem 1fr;
        overflow: clip;
        transition: border-color var(--quick);
      }
      .sample:hover,
      .sample:focus-within {
        border-color: var(--line-strong);
      }
      .picture {
        position: relative;
        border-block-end: 1px solid var(--line);
        overflow: clip;
      }
      swerve-sample-picture,
      img {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      img {
        object-fit: cover;
        background: var(--surface);
      }
      /* A code that cannot be read, or a clock without its edge, would be worse than margins. */
      img.whole {
        object-fit: contain;
        padding: var(--space-2);
        background: #fff;
      }
      .about {
        display: grid;
        grid-template-rows: auto 1fr auto;
        gap: var(--space-2);
        padding: var(--space-4);
      }
      .title {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: 0 var(--space-3);
      }
      h3 {
        font-size: var(--text-body);
        font-weight: 650;
      }
      /* As tall with a button as with an answer, so that nothing moves. */
      .action {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-3);
        min-height: 2.5rem;
        margin-block-start: var(--space-1);
      }
      .answer {
        display: grid;
        min-width: 0;
        font-variant-numeric: tabular-nums;
        line-height: 1.3;
      }
      .answer > * {
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .ok {
        color: var(--good);
        font-weight: 600;
      }
      .bad {
        color: var(--bad);
        font-weight: 600;
      }
      .doing {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        color: var(--ink-soft);
      }
      .doing::before {
        content: '';
        width: 0.875rem;
        height: 0.875rem;
        border: 2px solid var(--line);
        border-block-start-color: var(--accent);
        border-radius: 50%;
        animation: turn 900ms linear infinite;
      }
      @keyframes turn {
        to {
          rotate: 1turn;
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .doing::before {
          animation: none;
        }
      }
    `,
  ];

  declare sample: Sample;
  readonly #panel = new PanelController(this, (store) => [store.samples, store.apps, store.origins]);

  override render(): TemplateResult {
    const { title, sentence, language, abi, sizeKiB } = this.sample;
    const step = this.#panel.store.samples.stepOf(this.sample);
    return html`<div class="card sample" role="group" aria-labelledby="title">
      <div class="picture">${this.#renderPicture(step)}</div>
      <div class="about">
        <div class="title"><h3 id="title">${title}</h3><span class="soft small">${language} · ${ABI_NAMES[abi]} · ${sizeKiB} KiB</span></div>
        <p class="soft small">${sentence}</p>
        <div class="action" role="status">${this.#renderAction(step)}</div>
      </div>
    </div>`;
  }

  #renderPicture(step: SampleStep): TemplateResult {
    const { name, picture } = this.sample;
    const [route] = step.name === 'running' ? step.app.spec.routes : [];
    const drawing = html`<swerve-sample-picture name=${name}></swerve-sample-picture>`;
    // Only what this page saw answer is asked for a picture: the gallery must not start every App that it shows.
    if (picture === null || route === undefined || step.name !== 'running' || step.answer?.status !== 200) return drawing;
    return html`${drawing}<img class=${name === 'fractal' ? '' : 'whole'} src=${hrefOfRoute(route) + picture} alt="" />`;
  }

  #renderAction(step: SampleStep): TemplateResult {
    const { title } = this.sample;
    switch (step.name) {
      case 'offered':
        return html`<button type="button" aria-label="Run ${title}" @click=${this.#run}>Run</button>`;
      case 'starting':
        return html`<span class="doing small">${step.doing === 'Waiting' ? 'Waiting for Swerve to start' : step.doing}…</span>`;
      case 'failed':
        return html`<span class="error small wrap">${step.error.message}</span><button type="button" aria-label="Run ${title} again" @click=${this.#run}>Try again</button>`;
      case 'running': {
        const [address] = this.#panel.store.origins.addressesOf(step.app);
        const { answer } = step;
        return html`<span class="answer small">
            ${answer === null ? html`<span class="soft">Running at</span>` : html`<span class=${answer.status < 400 ? 'ok' : 'bad'}>${answer.status} in ${formatMs(answer.durationMs)}</span>`}
            <code title=${address?.href ?? nothing}>${address?.text ?? nothing}</code>
          </span>
          <a class="button" href=${address?.href ?? nothing} target="_blank" rel="noopener" aria-label="Open ${title}">Open</a>`;
      }
    }
  }

  readonly #run = async (): Promise<void> => {
    const hadFocus = (this.renderRoot as ShadowRoot).activeElement !== null;
    await this.#panel.store.samples.start(this.sample);
    await this.updateComplete;
    // The button that had the focus is gone, and the way on stands in its place. A person who has moved on meanwhile is left alone.
    if (hadFocus && document.activeElement === document.body) this.renderRoot.querySelector<HTMLElement>('a.button, button')?.focus();
  };
}

function formatMs(ms: number): string {
  return ms < 1 ? '1 ms' : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

customElements.define('swerve-sample-card', SampleCard);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-sample-card': SampleCard;
  }
}
