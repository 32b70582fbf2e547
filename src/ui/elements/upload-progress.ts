import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles } from '../base-styles.ts';
import { PanelController } from '../controllers/panel-controller.ts';
import type { Upload } from '../state/uploads.ts';
import { formatBytes } from '../text.ts';

type Phase = 'fetching' | 'receiving' | 'checking' | 'transpiling' | 'storing';

const PHASES: Readonly<Record<Phase, string>> = {
  fetching: 'Fetching',
  receiving: 'Receiving',
  checking: 'Checking',
  transpiling: 'Translating',
  storing: 'Storing',
};

/** What a file on its way is called to screen readers and in the line below the bar: "Receiving". Empty for one that is not under way. */
export function phaseOf({ step }: Upload): string {
  if (step.name === 'fetching') return PHASES.fetching;
  return step.name === 'sending' ? PHASES[step.phase] : '';
}

/** How far a file has come: a bar with a part for each phase, and the phase in words. */
export class UploadProgressBar extends LitElement {
  static override properties = { upload: { attribute: false } };
  static override styles = [
    baseStyles,
    css`
      .stack {
        gap: var(--space-2);
      }
      .bar {
        display: flex;
        gap: 4px;
      }
      .bar > span {
        flex: 1;
        height: 6px;
        border-radius: 3px;
        background: var(--line);
        overflow: hidden;
      }
      .bar .first {
        flex: 3;
      }
      .bar > span > span {
        display: block;
        height: 100%;
        background: var(--accent);
        transform-origin: 0 50%;
        transition: transform var(--quick) linear;
      }
      .is-now.is-vague > span {
        animation: wait 1200ms ease-in-out infinite alternate;
      }
      @keyframes wait {
        from {
          opacity: 0.35;
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .is-now.is-vague > span {
          animation: none;
          opacity: 0.6;
        }
      }
      .words {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 var(--space-4);
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  declare upload: Upload;
  readonly #panel = new PanelController(this, (store) => [store.platform]);

  override render(): TemplateResult {
    const { upload } = this;
    const phases: Phase[] = [...(upload.address === null ? [] : (['fetching'] as const)), 'receiving', 'checking', 'transpiling', 'storing'];
    const now = upload.step.name === 'fetching' ? 'fetching' : upload.step.name === 'sending' ? upload.step.phase : null;
    const at = now === null ? -1 : phases.indexOf(now);
    const { received, total } = amountOf(upload);
    const part = total === null || total === 0 ? null : Math.min(1, received / total);
    const value = at === -1 ? 0 : (at + (part ?? 0.5)) / phases.length;
    return html`<div class="stack">
      <div
        class="bar"
        role="progressbar"
        aria-label="Progress of ${upload.fileName}"
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${Math.round(value * 100)}
        aria-valuetext=${this.#words(now, received, total)}
      >
        ${phases.map((_, index) => {
          const isNow = index === at;
          const scale = index < at ? 1 : isNow ? (part ?? 1) : 0;
          const state = isNow ? (part === null ? 'is-now is-vague' : 'is-now') : '';
          return html`<span class="${state} ${index === 0 ? 'first' : ''}"><span style="transform: scaleX(${scale})"></span></span>`;
        })}
      </div>
      <p class="words small">
        <span>${this.#words(now, received, total)}</span>
        ${now === 'transpiling' ? html`<span class="soft">Once for each component; large ones take some seconds.</span>` : nothing}
      </p>
    </div>`;
  }

  #words(now: Phase | null, received: number, total: number | null): string {
    if (now === null) return this.#panel.store.platform.worker.name === 'active' ? 'Waiting for the files before it' : 'Waiting for Swerve to start';
    if (now !== 'fetching' && now !== 'receiving') return `${PHASES[now]}…`;
    const amount = received === 0 ? '' : total === null ? `: ${formatBytes(received)}` : `: ${formatBytes(received)} of ${formatBytes(total)}`;
    return `${PHASES[now]}${amount === '' ? '…' : amount}`;
  }
}

/** What has come of the phase that counts bytes. `total`: null when it is not known, or nothing is counted. */
function amountOf({ step, sizeBytes }: Upload): { received: number; total: number | null } {
  if (step.name === 'fetching') return { received: step.receivedBytes, total: step.totalBytes };
  if (step.name === 'sending' && step.phase === 'receiving') return { received: step.receivedBytes, total: sizeBytes > 0 ? sizeBytes : null };
  return { received: 0, total: null };
}

customElements.define('swerve-upload-progress', UploadProgressBar);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-upload-progress': UploadProgressBar;
  }
}
