import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { type IconName, icon } from '../icons.ts';
import { hrefOfHome, hrefOfView, type View } from '../links.ts';
import './theme-switch.ts';

const ITEMS: readonly { label: string; icon: IconName; href: string; views: readonly View['name'][] }[] = [
  { label: 'Apps', icon: 'app', href: hrefOfHome(), views: ['home', 'app'] },
  { label: 'Console', icon: 'terminal', href: hrefOfView('console'), views: ['console'] },
  { label: 'Cluster', icon: 'cluster', href: hrefOfView('cluster'), views: ['cluster'] },
  { label: 'Storage', icon: 'storage', href: hrefOfView('storage'), views: ['storage', 'volume'] },
  { label: 'Browser', icon: 'browser', href: hrefOfView('browser'), views: ['browser', 'benchmark'] },
];
/** Where the bend is when no item is the current one: out of sight. */
const NOWHERE = -40;

/**
 * The way between the views: a rail at the side, a bar at the bottom of a narrow window. Its edge is the road of the mark:
 * it runs straight between the night field and the page, and swerves around where you are.
 */
export class NavRail extends LitElement {
  static override properties = { view: { type: String } };
  static override styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        --rail: light-dark(#221a56, #0b0915);
        --seam: light-dark(#4a3f8f, #2d293c);
        --bend: light-dark(#ff8a3d, #ff9a52);
        --accent: #cfc8ff;
        /* Room above the first item, for the bend around it. */
        --lead: 1rem;
        position: relative;
        display: flex;
        flex-direction: column;
        justify-content: space-between;
        height: 100%;
        color: #f4f1ff;
        background: var(--rail);
      }
      nav {
        position: relative;
        padding-block-start: var(--lead);
      }
      a {
        position: relative;
        z-index: 1;
        display: flex;
        align-items: center;
        gap: var(--space-3);
        height: 2.5rem;
        margin-inline: var(--space-3) 1.625rem;
        padding-inline: var(--space-3);
        color: #c9c2ee;
        font-weight: 500;
        text-decoration: none;
        border-radius: var(--radius-small);
        transition: color var(--quick), background var(--quick);
      }
      a:hover {
        color: #fff;
        background: rgb(255 255 255 / 8%);
      }
      a[aria-current] {
        color: #fff;
        font-weight: 620;
        background: rgb(255 255 255 / 10%);
      }
      .icon {
        width: 1.25rem;
        height: 1.25rem;
      }
      /* As tall as one item: a step of the road is a step of the list. */
      .road {
        position: absolute;
        inset: var(--lead) 0 auto auto;
        width: 24px;
        height: 2.5rem;
        translate: 0 calc(var(--at) * 100%);
        transition: translate calc(var(--quick) * 2) cubic-bezier(0.3, 0.9, 0.3, 1);
        pointer-events: none;
      }
      .road svg {
        position: absolute;
        inset-block-start: calc(50% - 2000px);
        inset-inline-end: 0;
        width: 24px;
        height: 4000px;
      }
      .clip {
        position: absolute;
        inset: 0;
        overflow: clip;
        pointer-events: none;
      }
      .across {
        display: none;
      }
      .page {
        fill: var(--paper);
      }
      .foot {
        display: grid;
        justify-items: start;
        gap: var(--space-3);
        padding: var(--space-4);
        color-scheme: dark;
      }
      .foot swerve-theme-switch {
        --line: rgb(255 255 255 / 16%);
        --sunken: rgb(0 0 0 / 22%);
        --surface: rgb(255 255 255 / 16%);
        --ink: #fff;
        --ink-soft: #c9c2ee;
      }
      @media (max-width: 63.99rem) {
        .foot {
          display: none;
        }
        a {
          flex-direction: column;
          justify-content: center;
          gap: 0.125rem;
          height: 3.5rem;
          margin-inline: 0.25rem 0.75rem;
          padding-inline: 0;
          font-size: 0.75rem;
          line-height: 1.1;
          text-align: center;
        }
        .road {
          height: 3.5rem;
        }
      }
      @media (max-width: 47.99rem) {
        :host {
          --lead: 0px;
          padding-block-end: env(safe-area-inset-bottom);
        }
        ul {
          display: grid;
          grid-template-columns: repeat(5, 1fr);
        }
        a {
          height: 3.75rem;
          margin: 0;
          padding-block-start: 0.375rem;
          font-size: 0.6875rem;
          border-radius: 0;
        }
        a,
        a:hover,
        a[aria-current] {
          background: none;
        }
        a:focus-visible {
          outline-offset: -4px;
        }
        .road {
          inset: 0 auto auto 0;
          width: 20%;
          height: 16px;
          translate: calc(var(--at) * 100%);
        }
        .road svg {
          display: none;
        }
        .road svg.across {
          display: block;
          inset: 0 auto auto calc(50% - 2000px);
          width: 4000px;
          height: 16px;
        }
      }
    `,
  ];

  declare view: View['name'];

  constructor() {
    super();
    this.view = 'home';
  }

  override render(): TemplateResult {
    const current = ITEMS.findIndex(({ views }) => views.includes(this.view));
    return html`<div class="clip" aria-hidden="true">${renderRoad(current)}</div>
      <nav aria-label="Views">
        <ul>
          ${ITEMS.map(({ label, icon: name, href }, index) => html`<li><a href=${href} aria-current=${index === current ? 'page' : nothing}>${icon(name)}${label}</a></li>`)}
        </ul>
      </nav>
      <section class="foot" aria-label="Appearance"><swerve-theme-switch></swerve-theme-switch></section>`;
  }
}

/** Far longer than any window, so that only its place changes and never its shape. */
function renderRoad(at: number): TemplateResult {
  const down = 'M23 0V1962C23 1982 10 1976 10 1991V2009C10 2024 23 2018 23 2038V4000';
  const along = 'M0 1H1948C1972 1 1966 10 1982 10H2018C2034 10 2028 1 2052 1H4000';
  return html`<div class="road" style="--at:${at === -1 ? NOWHERE : at}">
    <svg viewBox="0 0 24 4000">
      <defs>
        <linearGradient id="down" gradientUnits="userSpaceOnUse" x1="0" y1="1950" x2="0" y2="2050">
          <stop offset="0" stop-color="var(--seam)" /><stop offset="0.28" stop-color="var(--bend)" /><stop offset="0.72" stop-color="var(--bend)" /><stop offset="1" stop-color="var(--seam)" />
        </linearGradient>
      </defs>
      <path class="page" d="${down}H24V0Z" /><path d=${down} fill="none" stroke="url(#down)" stroke-width="2" />
    </svg>
    <svg class="across" viewBox="0 0 4000 16">
      <defs>
        <linearGradient id="along" gradientUnits="userSpaceOnUse" x1="1940" y1="0" x2="2060" y2="0">
          <stop offset="0" stop-color="var(--seam)" /><stop offset="0.28" stop-color="var(--bend)" /><stop offset="0.72" stop-color="var(--bend)" /><stop offset="1" stop-color="var(--seam)" />
        </linearGradient>
      </defs>
      <path class="page" d="${along}V0H0Z" /><path d=${along} fill="none" stroke="url(#along)" stroke-width="2" />
    </svg>
  </div>`;
}

customElements.define('swerve-nav-rail', NavRail);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-nav-rail': NavRail;
  }
}
