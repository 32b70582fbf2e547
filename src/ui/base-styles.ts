import { css } from 'lit';

/** What every element of the panel shares: text, links, buttons, cards. */
export const baseStyles = css`
  :host {
    display: block;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  h1 {
    font-size: var(--text-title);
    line-height: 1.2;
    font-weight: 680;
    letter-spacing: -0.02em;
    text-wrap: balance;
  }
  h2 {
    font-size: var(--text-large);
    line-height: 1.3;
    font-weight: 650;
    letter-spacing: -0.01em;
  }
  h3 {
    font-size: var(--text-body);
    font-weight: 600;
  }
  h1:focus,
  h2:focus {
    outline: none;
  }
  a {
    color: var(--accent);
    text-underline-offset: 0.18em;
    text-decoration-thickness: 1px;
  }
  a:hover {
    color: var(--accent-hover);
    text-decoration-thickness: 2px;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
    border-radius: var(--radius-small);
  }
  code,
  .mono {
    font-family: var(--mono);
    font-size: 0.9em;
  }
  .soft {
    color: var(--ink-soft);
  }
  .small {
    font-size: var(--text-small);
  }
  .wrap {
    overflow-wrap: anywhere;
  }
  .card {
    background: var(--surface);
    border: 1px solid var(--line);
    border-radius: var(--radius);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-3);
  }
  .stack {
    display: grid;
    gap: var(--space-3);
  }
  .grow {
    flex: 1 1 0;
    min-width: 0;
  }
  .error {
    color: var(--bad);
  }
  /* A line of short facts with dots between them, but none at the start or the end of a line where it wraps. */
  .facts {
    overflow: clip;
  }
  .facts > span {
    display: flex;
    flex-wrap: wrap;
    margin-inline-start: -1em;
  }
  .facts > span > span {
    position: relative;
    padding-inline-start: 1em;
  }
  .facts > span > span::before {
    content: '·';
    position: absolute;
    inset-inline-start: 0.375em;
  }
  .notice {
    padding: var(--space-3) var(--space-4);
    border-radius: var(--radius);
    background: var(--busy-wash);
    border: 1px solid color-mix(in oklab, var(--busy) 35%, transparent);
  }
  .notice.bad {
    background: var(--bad-wash);
    border-color: color-mix(in oklab, var(--bad) 35%, transparent);
  }
  .notice.calm {
    background: var(--sunken);
    border-color: var(--line);
  }
  .icon {
    flex: none;
    width: 1.25em;
    height: 1.25em;
    vertical-align: -0.25em;
  }
  /* A row that comes in while somebody looks, and a place that is held until its content is there. */
  .enter {
    animation: enter var(--quick) ease-out;
  }
  @keyframes enter {
    from {
      opacity: 0;
      translate: 0 -0.25rem;
    }
  }
  .skeleton {
    background: var(--sunken);
    border-radius: var(--radius);
  }
  kbd {
    display: inline-block;
    min-width: 1.6em;
    padding: 0 0.375em;
    font: 500 0.75rem / 1.5 var(--sans);
    text-align: center;
    color: var(--ink-soft);
    background: var(--sunken);
    border: 1px solid var(--line);
    border-radius: 4px;
  }
  /* Dots and bars say something by their colour, which a theme of the system would take from them. */
  @media (forced-colors: active) {
    i {
      forced-color-adjust: none;
    }
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

/** Buttons, and links that look like them. */
export const buttonStyles = css`
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.4375em;
    min-height: 2.5rem;
    padding: 0.375rem 0.875rem;
    font: inherit;
    font-weight: 550;
    color: var(--ink);
    background: var(--surface);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-small);
    text-decoration: none;
    cursor: pointer;
    transition: background var(--quick), border-color var(--quick);
  }
  button:hover,
  .button:hover {
    color: var(--ink);
    background: var(--sunken);
    border-color: var(--ink-soft);
  }
  .primary {
    color: var(--on-accent);
    background: var(--accent);
    border-color: var(--accent);
  }
  .primary:hover {
    color: var(--on-accent);
    background: var(--accent-hover);
    border-color: var(--accent-hover);
  }
  .danger {
    color: var(--on-bad);
    background: var(--bad-solid);
    border-color: var(--bad-solid);
  }
  .danger:hover {
    color: var(--on-bad);
    background: color-mix(in oklab, var(--bad-solid) 86%, var(--ink));
    border-color: transparent;
  }
  .quiet {
    background: transparent;
    border-color: transparent;
    color: var(--ink-soft);
  }
  .quiet:hover {
    background: var(--sunken);
    border-color: transparent;
  }
  .tiny {
    min-height: 2rem;
    padding: 0.125rem 0.625rem;
    font-size: var(--text-small);
  }
  button:disabled {
    opacity: 0.6;
    cursor: default;
  }
  @media (pointer: coarse) {
    .tiny {
      min-height: 2.5rem;
    }
  }
`;
