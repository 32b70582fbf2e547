import { css } from 'lit';

/** How the shell of the panel lies: a rail and a page side by side, or a page above a bar in a narrow window. */
export const shellStyles = css`
  :host {
    --rail-width: 13.5rem;
    --bar-height: 3.5rem;
  }
  .skip {
    position: fixed;
    inset: var(--space-2) auto auto var(--space-2);
    z-index: 4;
  }
  .skip:not(:focus) {
    inset-inline-start: -100vw;
  }
  .shell {
    display: grid;
    grid-template: var(--bar-height) minmax(calc(100dvh - var(--bar-height)), auto) / var(--rail-width) minmax(0, 1fr);
  }
  header {
    grid-area: 1 / 1 / 2 / -1;
    position: sticky;
    inset-block-start: 0;
    z-index: 2;
    display: grid;
    grid-template-columns: subgrid;
  }
  .mark {
    display: flex;
    align-items: center;
    gap: 0.625rem;
    padding-inline: 1.375rem var(--space-3);
    font-size: var(--text-large);
    font-weight: 700;
    letter-spacing: -0.02em;
    color: #fff;
    text-decoration: none;
    background: light-dark(#221a56, #0b0915);
    border-inline-end: 2px solid light-dark(#4a3f8f, #2d293c);
  }
  .mark:hover {
    color: #fff;
  }
  .mark:focus-visible {
    outline-color: #cfc8ff;
    outline-offset: -4px;
  }
  .bar {
    display: flex;
    align-items: center;
    gap: var(--space-3) var(--space-4);
    padding-inline: clamp(1rem, 3vw, 2rem);
    background: color-mix(in srgb, var(--paper) 92%, transparent);
    border-block-end: 1px solid var(--line);
    backdrop-filter: blur(8px);
  }
  .search {
    justify-content: start;
    min-height: 2.25rem;
    width: 17rem;
    padding-inline: var(--space-3) var(--space-2);
    font-weight: 400;
    color: var(--ink-soft);
    border-color: var(--line);
  }
  .search span {
    margin-inline-end: auto;
  }
  .offline {
    flex: 1;
    min-width: 0;
    display: flex;
    align-items: center;
    gap: var(--space-2);
  }
  .offline:not(:empty) {
    min-width: 5.5rem;
  }
  /* One line, so that the bar stays as high as it is: a part that has no room wraps out of sight. */
  .note {
    display: flex;
    flex-wrap: wrap;
    min-width: 0;
    height: 1lh;
    overflow: hidden;
    white-space: pre;
  }
  swerve-nav-rail {
    grid-area: 2 / 1;
    position: sticky;
    inset-block-start: var(--bar-height);
    z-index: 1;
    height: calc(100dvh - var(--bar-height));
    align-self: start;
  }
  main {
    grid-area: 2 / 2;
    min-width: 0;
  }
  .page {
    max-width: 80rem;
    margin-inline: auto;
    padding: var(--space-5) clamp(1rem, 3vw, 2rem) var(--space-7);
  }
  .loading {
    display: grid;
    gap: var(--space-4);
  }
  .loading > :first-child {
    width: 14rem;
    height: 1.8rem;
  }
  .loading > :last-child {
    height: 16rem;
  }
  .failed {
    display: grid;
    justify-items: start;
    gap: var(--space-4);
    max-width: 44rem;
    padding: var(--space-5);
  }
  .drop {
    position: fixed;
    inset: 0;
    z-index: 3;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: var(--space-2);
    padding: var(--space-5);
    text-align: center;
    pointer-events: none;
    background: color-mix(in oklab, var(--paper) 90%, transparent);
    animation: enter var(--quick) ease-out;
  }
  .drop::before {
    content: '';
    position: absolute;
    inset: var(--space-3);
    border: 3px dashed var(--live);
    border-radius: var(--radius);
  }
  .drop p:first-child {
    font-size: var(--text-display);
    font-weight: 680;
    letter-spacing: -0.02em;
  }
  .messages {
    /* As high as the window, so that nothing in it moves when something comes below. */
    position: fixed;
    inset: var(--bar-height) 0 var(--toast-bottom, 0) auto;
    z-index: 3;
    display: grid;
    align-content: end;
    gap: var(--space-2);
    width: min(28rem, 100%);
    padding: var(--space-4);
    pointer-events: none;
  }
  /* Above the bar that saves the settings. */
  .messages[data-raised] {
    padding-block-end: 5rem;
  }
  .lacking {
    margin-block-end: var(--space-3);
  }
  @media (max-width: 63.99rem) {
    :host {
      --rail-width: 6rem;
    }
    .mark {
      justify-content: center;
      padding: 0;
      font-size: 0;
    }
  }
  @media (max-width: 21rem) {
    .bar > .offline:not(:empty) {
      min-width: 0;
      overflow: clip;
    }
    .note {
      display: none;
    }
  }
  @media (max-width: 47.99rem) {
    :host {
      --toast-bottom: calc(3.75rem + env(safe-area-inset-bottom));
    }
    .messages[data-raised] {
      padding-block-end: 8rem;
    }
    .shell {
      display: block;
      padding-block-end: calc(3.75rem + env(safe-area-inset-bottom));
    }
    header {
      display: flex;
      background: var(--paper);
      border-block-end: 1px solid var(--line);
      min-height: 3.25rem;
    }
    .mark {
      padding-inline: var(--space-4) 0;
      background: none;
      border: 0;
    }
    .mark:focus-visible {
      outline-color: var(--accent);
    }
    .bar {
      flex: 1;
      min-width: 0;
      flex-wrap: nowrap;
      justify-content: end;
      gap: 0 var(--space-2);
      padding: 0.375rem var(--space-3) 0.375rem var(--space-2);
      background: none;
      border: 0;
      backdrop-filter: none;
    }
    .search {
      order: 3;
      width: auto;
      min-height: 2.5rem;
      padding-inline: 0.625rem;
      border-color: transparent;
      background: none;
    }
    .search span {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }
    .search kbd {
      display: none;
    }
    .offline:not(:empty) {
      min-width: 4rem;
      gap: var(--space-1);
    }
    swerve-nav-rail {
      position: fixed;
      inset: auto 0 0;
      height: auto;
    }
    .page {
      padding-block-start: var(--space-4);
    }
  }
`;
