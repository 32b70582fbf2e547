import { css } from 'lit';
import { MACHINE_HEAD } from '../state/cluster-layout.ts';

/** The picture of the cluster: boxes of HTML at the places that the layout gives them, lines of SVG between. */
export const pictureStyles = css`
  .picture {
    position: relative;
    --glide: calc(var(--quick) * 2) cubic-bezier(0.3, 0, 0.2, 1);
    transition: height var(--glide);
  }
  .picture > *,
  .cell,
  .free {
    position: absolute;
    inset: 0 auto auto 0;
  }
  .picture[data-still],
  .picture[data-still] * {
    transition: none;
  }
  svg {
    overflow: visible;
    pointer-events: none;
  }
  path {
    fill: none;
    stroke: var(--line-strong);
    stroke-width: 1.25;
    stroke-linecap: round;
    opacity: 0.55;
    transition:
      d var(--glide),
      stroke-width var(--glide);
  }
  path[data-live] {
    stroke: var(--live);
    opacity: 1;
  }
  path[data-frozen] {
    stroke-dasharray: 2 5;
  }
  .ingress {
    display: grid;
    grid-template-columns: 1fr auto;
    align-content: center;
    align-items: baseline;
    padding-inline: var(--space-3);
    color: #fff;
    background: light-dark(#221a56, #231d40);
    border: 1px solid light-dark(#221a56, #3d3467);
    border-radius: var(--radius);
    line-height: 18px;
    white-space: nowrap;
  }
  .ingress strong {
    font-weight: 650;
  }
  .ingress small {
    font-size: 0.75rem;
    color: #cfc8ff;
  }
  .ingress b {
    font-weight: 650;
  }
  .ingress > :nth-child(even) {
    text-align: end;
  }
  .machine {
    display: block;
    border-color: color-mix(in oklab, var(--line) 50%, var(--line-strong));
    transition:
      transform var(--glide),
      width var(--glide),
      height var(--glide);
  }
  .machine[data-own] {
    border-color: var(--accent);
    box-shadow: inset 0 0 0 1px var(--accent);
  }
  .machine[data-live] .rate {
    color: var(--live);
  }
  .machine[data-frozen] {
    border-style: dashed;
    background: var(--sunken);
  }
  .machine p {
    display: flex;
    justify-content: space-between;
    gap: var(--space-2);
    padding-inline: 12px;
    line-height: 18px;
    font-size: 0.75rem;
    color: var(--ink-soft);
    white-space: nowrap;
  }
  .machine .title {
    padding-block-start: 10px;
    line-height: 20px;
    font-size: 0.8125rem;
    color: var(--ink);
  }
  .title > :first-child,
  .about > :first-child {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .title > :first-child {
    font-weight: 600;
  }
  .own {
    font-size: 0.75rem;
    font-weight: 550;
    color: var(--accent);
  }
  .rate {
    font-weight: 600;
  }
  .machine .none {
    position: absolute;
    inset: ${MACHINE_HEAD}px 0 auto;
    line-height: 30px;
  }
  .free {
    background: var(--sunken);
    border-radius: var(--radius-small);
    opacity: 0.55;
  }
  .cell {
    display: flex;
    align-items: center;
    gap: 6px;
    padding-inline: 8px 6px;
    font-size: 0.75rem;
    line-height: 1;
    font-weight: 550;
    color: var(--ink);
    text-decoration: none;
    white-space: nowrap;
    background: var(--good-wash);
    border: 1px solid color-mix(in oklab, var(--good) 45%, transparent);
    border-radius: var(--radius-small);
    transition:
      transform var(--glide),
      width var(--glide),
      opacity var(--glide);
  }
  .cell:hover,
  .cell:focus-visible {
    color: var(--ink);
    border-color: currentcolor;
    z-index: 1;
  }
  .cell:focus-visible {
    outline-offset: 1px;
  }
  .cell > span {
    flex: 1;
    min-width: 0;
    /* Room for what hangs below the line. */
    line-height: 1.5;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .cell b {
    flex: none;
    min-width: 18px;
    padding: 3px 5px;
    font-weight: 650;
    text-align: center;
    color: var(--paper);
    background: var(--live);
    border-radius: 9px;
  }
  .mark {
    flex: none;
    width: 7px;
    height: 7px;
    border-radius: 50%;
    background: var(--good);
  }
  .cell[data-tone='busy'] {
    background: var(--busy-wash);
    border-color: color-mix(in oklab, var(--busy) 45%, transparent);
  }
  [data-tone='busy'] > .mark {
    background: transparent;
    border: 2px solid var(--busy);
  }
  .cell[data-tone='bad'],
  .cell[data-gone='broken'] {
    background: var(--bad-wash);
    border-color: color-mix(in oklab, var(--bad) 45%, transparent);
  }
  [data-tone='bad'] > .mark,
  [data-gone='broken'] > .mark {
    background: var(--bad);
    border: 0;
    border-radius: 1px;
    rotate: 45deg;
  }
  .cell[data-tone='quiet'],
  .cell[data-gone='retired'] {
    background: var(--sunken);
    border-color: var(--line);
  }
  [data-tone='quiet'] > .mark,
  [data-gone='retired'] > .mark {
    background: var(--ink-soft);
    border: 0;
  }
  .cell[data-gone] {
    border-style: dashed;
  }
  .cell[data-gone='retired'] {
    opacity: 0.6;
  }
  .dots {
    pointer-events: none;
  }
  .dot {
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: var(--live);
  }
  .dot[data-error] {
    background: var(--bad);
    border-radius: 2px;
  }
  .dots i {
    position: absolute;
    inset: 0 auto auto 0;
  }
  .dots .dot {
    inset: -4px auto auto -4px;
    box-shadow: 0 0 0 2px color-mix(in srgb, var(--surface) 75%, transparent);
  }
  .ring {
    border-radius: var(--radius-small);
    box-shadow:
      0 0 0 2px var(--live),
      0 0 8px color-mix(in srgb, var(--live) 50%, transparent);
  }
  .ring[data-error] {
    box-shadow: 0 0 0 2px var(--bad);
  }
  .tip {
    z-index: 2;
    display: grid;
    gap: 2px;
    width: max-content;
    max-width: 240px;
    padding: var(--space-2) var(--space-3);
    font-size: var(--text-small);
    line-height: 1.4;
    color: var(--ink);
    background: var(--surface);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-small);
    box-shadow: var(--shadow);
    pointer-events: none;
  }
  .tip code {
    color: var(--ink-soft);
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-1) var(--space-4);
    padding-block-start: var(--space-4);
    font-size: var(--text-small);
    color: var(--ink-soft);
  }
  .legend li {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  @media (prefers-reduced-motion: reduce) {
    .legend .moving {
      display: none;
    }
  }
  @media (forced-colors: active) {
    .mark,
    .ring,
    .dot {
      forced-color-adjust: none;
    }
  }
`;
