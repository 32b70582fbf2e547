import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { STORY, type StoryMove, type StoryPart, type StoryStep } from './request-story-steps.ts';

/** The drawing of {@link STORY}, with what travels above the wires and windows and below what it goes into: one browser with its tabs, its service worker and its storage, and the server outside. 440 by 400 units. */
export function renderScene(index: number): TemplateResult {
  const step = STORY[index] as StoryStep;
  const lit = (part: StoryPart): string => (step.lit.includes(part) ? 'is-lit' : '');
  return html`<svg class="scene ${step.isAlone ? 'is-alone' : ''} ${step.isHostLost ? 'is-host-lost' : ''}" viewBox="0 0 440 400" aria-hidden="true">
    ${renderServer()}
    <rect class="browser" x="8" y="84" width="424" height="308" rx="16" />
    <text x="24" y="107">this browser</text>
    ${renderWires(lit)} ${renderTab(lit)} ${renderServiceWorker(lit)} ${renderHost('a', 116, lit)} ${renderHost('b', 252, lit)} ${renderStorage(lit)}
    ${keyed(index, svg`<g class="moves">${step.moves.map(renderMove)}</g>`)}
    ${renderRoutes(lit)} ${renderGuest('a', 116, lit)} ${renderGuest('b', 252, lit)}
  </svg>`;
}

type Lit = (part: StoryPart) => string;

function renderServer(): TemplateResult {
  return svg`<g class="server">
      <path class="cable" d="M220 50V84" />
      <rect class="box" x="164" y="8" width="112" height="42" rx="10" />
      <circle class="lamp" cx="182" cy="29" r="4" />
      <text class="strong" x="196" y="34">server</text>
    </g>
    <g class="gone"><path class="cross" d="M211 58l18 18m0 -18l-18 18" /><text x="242" y="72">stopped, offline</text></g>
    <text class="once" x="236" y="72">only for the first visit</text>`;
}

function renderWires(lit: Lit): TemplateResult {
  const isThroughB = lit('host-b') !== '';
  return svg`<g class="wires">
    <path class=${lit('worker') && lit('tab')} d="M128 205H172" />
    <path class=${lit('host-a') && lit('worker')} d="M256 163C274 163 276 168 300 168" />
    <path class=${isThroughB ? 'is-lit' : ''} d="M256 186C290 190 262 304 300 304" />
    <path class="dashed ${lit('storage')}" d="M112 346C200 346 230 322 300 318" />
  </g>`;
}

function renderTab(lit: Lit): TemplateResult {
  return svg`<g class="window ${lit('tab')}">
      <rect class="box" x="24" y="146" width="104" height="112" rx="10" />
      <path class="rule" d="M24 168H128" />${renderDots(36, 157)}
    </g>
    <g class="page ${lit('page')}"><path d="M38 212H114" /><path d="M38 226H100" /><path d="M38 240H108" /></g>
    <text class="label" x="76" y="278">a page</text>`;
}

function renderServiceWorker(lit: Lit): TemplateResult {
  return svg`<g class="window ${lit('worker')}"><rect class="box" x="172" y="130" width="84" height="150" rx="12" /></g>
    <text class="label" x="214" y="300">service worker</text>`;
}

/** The pills that hold an address: the page's, and one for each route. */
function renderRoutes(lit: Lit): TemplateResult {
  return svg`<rect class="address" x="34" y="174" width="84" height="22" rx="11" /><text class="code" x="46" y="190">/hello</text>
    <g class="route ${lit('route')}"><rect class="box" x="182" y="150" width="64" height="26" rx="7" /><text class="code" x="214" y="168">/hello</text></g>
    <g class="route"><rect class="box" x="182" y="218" width="64" height="22" rx="7" /><text class="code" x="214" y="234">/map</text></g>
    <g class="route"><rect class="box" x="182" y="246" width="64" height="22" rx="7" /><text class="code" x="214" y="262">/qr</text></g>`;
}

function renderHost(name: 'a' | 'b', y: number, lit: Lit): TemplateResult {
  return svg`<g class="host host-${name}">
    <g class="window ${lit(`host-${name}`)}">
      <rect class="box" x="300" y=${y} width="116" height="104" rx="10" /><path class="rule" d="M300 ${y + 20}H416" />${renderDots(312, y + 10)}
    </g>
    <text class="label" x="358" y=${y + 97}>${name === 'a' ? 'host tab' : 'another tab'}</text>
  </g>`;
}

function renderGuest(name: 'a' | 'b', y: number, lit: Lit): TemplateResult {
  return svg`<g class="host host-${name}">
    <g class="guest ${lit(`guest-${name}`)}">
      <rect class="halo" x="324" y=${y + 26} width="68" height="56" rx="14" />
      <rect class="box" x="330" y=${y + 32} width="56" height="44" rx="9" />
      <text class="code" x="358" y=${y + 59}>wasm</text>
    </g>
    ${name === 'a' ? svg`<path class="cross" d="M340 ${y + 36}l36 36m0 -36l-36 36" />` : nothing}
  </g>`;
}

function renderStorage(lit: Lit): TemplateResult {
  return svg`<g class="storage ${lit('storage')}">
      <path class="box" d="M44 330v32c0 6 15 11 34 11s34 -5 34 -11v-32" /><ellipse class="box" cx="78" cy="330" rx="34" ry="11" />
    </g>
    <text class="label" x="150" y="374">storage</text>`;
}

function renderDots(x: number, y: number): TemplateResult {
  return svg`${[0, 9, 18].map((offset) => svg`<circle class="dot" cx=${x + offset} cy=${y} r="2.5" />`)}`;
}

function renderMove({ kind, path, delayMs, durationMs }: StoryMove): TemplateResult {
  return svg`<g class="move ${kind}" style="offset-path: path('${path}'); animation-delay: ${delayMs}ms; animation-duration: ${durationMs}ms">
    ${kind === 'request' ? svg`<circle class="glow" r="12" /><circle r="7" />` : svg`<rect x="-5.5" y="-5.5" width="11" height="11" rx="3" />`}
  </g>`;
}

/** Styles of the drawing. `[data-frozen]` on its parent stops all motion where it is. */
export const sceneStyles = css`
  .scene {
    display: block;
    width: 100%;
    height: auto;
    overflow: visible;
  }
  .scene * {
    transition: opacity 400ms, fill 300ms, stroke 300ms;
  }
  .scene text {
    font: 500 14.5px var(--sans);
    fill: var(--ink-soft);
  }
  .scene .code {
    font: 600 13.5px var(--mono);
    fill: var(--ink);
  }
  .scene .strong {
    font-weight: 600;
    fill: var(--ink);
  }
  .scene .label,
  .route text,
  .guest text {
    text-anchor: middle;
  }
  .browser {
    fill: var(--surface);
    stroke: var(--line);
    stroke-width: 1.5;
  }
  .box {
    fill: var(--paper);
    stroke: var(--line-strong);
    stroke-width: 1.5;
  }
  .rule {
    stroke: var(--line-strong);
    stroke-width: 1;
  }
  .dot {
    fill: var(--line-strong);
  }
  .address {
    fill: var(--surface);
    stroke: var(--line);
  }
  .is-lit > .box {
    stroke: var(--accent);
    stroke-width: 2;
    fill: color-mix(in oklab, var(--accent-wash) 55%, var(--surface));
  }
  .is-lit > .rule {
    stroke: var(--accent);
  }
  .route.is-lit > .box,
  .guest.is-lit > .box {
    fill: var(--accent);
  }
  .route.is-lit text,
  .guest.is-lit text {
    fill: var(--on-accent);
  }
  .wires path {
    fill: none;
    stroke: var(--line-strong);
    stroke-width: 1.5;
  }
  .wires .dashed {
    stroke-dasharray: 3 5;
  }
  .wires .is-lit {
    stroke: var(--accent);
    stroke-width: 2;
  }
  .cable {
    stroke: var(--line-strong);
    stroke-width: 1.5;
    stroke-dasharray: 3 5;
  }
  .lamp {
    fill: var(--good);
  }
  .gone,
  .cross {
    opacity: 0;
  }
  .cross {
    fill: none;
    stroke: var(--bad);
    stroke-width: 3.5;
    stroke-linecap: round;
  }
  .is-alone .server {
    opacity: 0.35;
  }
  .is-alone .lamp {
    fill: var(--line-strong);
  }
  .is-alone .once {
    opacity: 0;
  }
  .is-alone .gone,
  .is-alone .gone .cross {
    opacity: 1;
  }
  .scene .gone text {
    fill: var(--bad);
  }
  .host-b {
    opacity: 0.45;
  }
  .is-host-lost .host-b {
    opacity: 1;
  }
  .is-host-lost .host-a > :not(.cross) {
    opacity: 0.3;
  }
  .is-host-lost .host-a .cross {
    opacity: 1;
  }
  .page path {
    stroke: var(--line);
    stroke-width: 6;
    stroke-linecap: round;
  }
  .page.is-lit path {
    stroke: var(--good);
  }
  .halo {
    fill: var(--accent);
    opacity: 0;
  }
  .move {
    offset-rotate: 0deg;
    offset-distance: 100%;
  }
  .request circle {
    fill: var(--accent);
  }
  .request .glow {
    opacity: 0.22;
  }
  .answer rect {
    fill: var(--good);
  }
  .module rect {
    fill: var(--busy);
  }

  @media (prefers-reduced-motion: no-preference) {
    .move {
      animation: travel ease-in-out both;
    }
    .answer,
    .module {
      animation-name: travel-and-land;
    }
    .guest.is-lit .halo {
      animation: breathe 1400ms ease-in-out infinite;
    }
    .page.is-lit path {
      animation: appear 1200ms ease-out both;
    }
    .page.is-lit path:nth-child(2) {
      animation-delay: 300ms;
    }
    .page.is-lit path:nth-child(3) {
      animation-delay: 600ms;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .scene * {
      transition: none;
    }
    /* At rest the pieces of an answer would lie on one another. */
    .answer,
    .module {
      display: none;
    }
  }
  [data-frozen] .scene * {
    animation-play-state: paused;
  }
  @keyframes travel {
    from {
      offset-distance: 0%;
      opacity: 0;
    }
    12% {
      opacity: 1;
    }
  }
  @keyframes travel-and-land {
    0% {
      offset-distance: 0%;
      opacity: 0;
    }
    10%,
    88% {
      opacity: 1;
    }
    100% {
      offset-distance: 100%;
      opacity: 0;
    }
  }
  @keyframes breathe {
    50% {
      opacity: 0.3;
    }
  }
  @keyframes appear {
    from {
      stroke: var(--line);
    }
  }
`;
