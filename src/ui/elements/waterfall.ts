import { css, html, type TemplateResult } from 'lit';
import type { RequestPhases } from '../../core/traffic.ts';
import { describePhases, durationOf, formatMs, PHASES, segmentsOf } from '../state/waterfall.ts';

/** Styles of {@link renderBar}, {@link renderLegend} and {@link renderTimings}. */
export const waterfallStyles = css`
  .bar {
    position: relative;
    display: block;
    height: 0.5rem;
    border-radius: 2px;
    background: var(--sunken);
    overflow: clip;
  }
  .bar i {
    position: absolute;
    inset-block: 0;
  }
  .queue {
    background: var(--line-strong);
  }
  .start {
    background: var(--busy);
  }
  .guest {
    background: var(--accent);
  }
  .body {
    background: var(--good);
  }
  .bar[data-over]::after {
    content: '';
    position: absolute;
    inset-block: 0;
    inset-inline-end: 0;
    width: 0.375rem;
    background: repeating-linear-gradient(115deg, var(--surface) 0 2px, transparent 2px 4px);
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-1) var(--space-4);
    font-size: var(--text-small);
    color: var(--ink-soft);
  }
  .legend li {
    display: inline-flex;
    align-items: center;
    gap: 0.4em;
  }
  .legend i,
  .timings i.key {
    width: 0.625rem;
    height: 0.625rem;
    border-radius: 2px;
  }
  .timings {
    width: 100%;
    border-collapse: collapse;
    font-size: var(--text-small);
    font-variant-numeric: tabular-nums;
  }
  .timings th {
    text-align: start;
    font-weight: 400;
    white-space: nowrap;
    padding: 0.25rem var(--space-3) 0.25rem 0;
  }
  .timings th span {
    display: inline-flex;
    align-items: center;
    gap: 0.5em;
  }
  .timings td {
    padding-block: 0.25rem;
  }
  .timings td:last-child {
    text-align: end;
    white-space: nowrap;
    padding-inline-start: var(--space-3);
  }
  .timings .track {
    width: 100%;
  }
  .timings tr:last-child th,
  .timings tr:last-child td {
    border-block-start: 1px solid var(--line);
    font-weight: 550;
  }
`;

/** All parts of a request in one bar, on a scale of `scaleMs`; hatched at its end when the request took longer. */
export function renderBar(phases: RequestPhases, scaleMs: number): TemplateResult {
  return html`<span class="bar" role="img" aria-label=${describePhases(phases)} ?data-over=${durationOf(phases) > scaleMs * 1.001}>${segmentsOf(
    phases,
    scaleMs,
  ).map(({ phase, startPercent, widthPercent }) => html`<i class=${phase} style="left:${startPercent}%;width:${widthPercent}%"></i>`)}</span>`;
}

/** What the colours of a bar mean, and how long the whole of it is. */
export function renderLegend(scaleMs: number): TemplateResult {
  return html`<ul class="legend" aria-label="Timing bars">
    ${PHASES.map(({ phase, label, explanation }) => html`<li title=${explanation}><i class=${phase}></i>${label}</li>`)}
    <li>whole bar: ${formatMs(scaleMs)}</li>
  </ul>`;
}

/** The parts of one request below each other, each where it began, with numbers. */
export function renderTimings(phases: RequestPhases): TemplateResult {
  const wholeMs = durationOf(phases);
  const segments = segmentsOf(phases, Math.max(wholeMs, 0.001));
  return html`<table class="timings" aria-label="Timings">
    ${PHASES.map(({ phase, key, label, explanation }) => {
      const segment = segments.find((candidate) => candidate.phase === phase);
      const ms = phases[key];
      return html`<tr>
        <th scope="row" title=${explanation}><span><i class="key ${phase}"></i>${label}</span></th>
        <td class="track"><span class="bar" aria-hidden="true">${segment === undefined ? '' : html`<i class=${phase} style="left:${segment.startPercent}%;width:${segment.widthPercent}%"></i>`}</span></td>
        <td>${ms === null ? html`<span class="soft">not reached</span>` : formatMs(ms)}</td>
      </tr>`;
    })}
    <tr>
      <th scope="row">Whole</th>
      <td></td>
      <td>${formatMs(wholeMs)}</td>
    </tr>
  </table>`;
}
