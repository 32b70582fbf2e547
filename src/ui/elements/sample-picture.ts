import { css, html, LitElement, svg, type TemplateResult } from 'lit';
import { baseStyles } from '../base-styles.ts';

/** A drawing for a sample, until its own answer can be shown in its place. Decoration: nothing for screen readers. */
export class SamplePicture extends LitElement {
  static override properties = { name: { type: String } };
  static override styles = [
    baseStyles,
    css`
      svg {
        display: block;
        width: 100%;
        height: 100%;
      }
      .ground {
        fill: color-mix(in oklab, var(--accent-wash) 70%, var(--surface));
      }
      g.pale {
        fill: color-mix(in oklab, var(--accent) 11%, var(--surface));
      }
      .a {
        fill: color-mix(in oklab, var(--accent) 22%, var(--surface));
      }
      .b {
        fill: color-mix(in oklab, var(--accent) 45%, var(--surface));
      }
      .c {
        fill: var(--accent);
      }
      .spot {
        fill: var(--good);
      }
      .face {
        fill: var(--surface);
        stroke: var(--line-strong);
      }
      .line {
        fill: none;
        stroke: var(--accent);
        stroke-width: 3;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
      .thin {
        stroke: var(--line-strong);
        stroke-width: 1.5;
      }
      .line.pale {
        stroke: color-mix(in oklab, var(--accent) 35%, var(--surface));
      }
      .hot {
        stroke: color-mix(in oklab, var(--bad) 80%, var(--surface));
        stroke-width: 2;
      }
      text {
        font: 600 13px var(--mono);
        fill: var(--ink);
      }
      .quiet {
        fill: var(--ink-soft);
        font-weight: 400;
      }
      .key {
        fill: var(--accent);
      }
    `,
  ];

  declare name: string;

  constructor() {
    super();
    this.name = '';
  }

  override render(): TemplateResult {
    return html`<svg viewBox="0 0 240 108" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <rect class="ground" width="240" height="108" />
      ${(DRAWINGS[this.name] ?? DRAWINGS['hello-c'])?.()}
    </svg>`;
  }
}

const DRAWINGS: Readonly<Record<string, () => TemplateResult>> = {
  fractal: () => svg`
    ${[50, 39, 28].map((grow, index) => svg`<g class=${['pale', 'a', 'b'][index] ?? 'a'}>${bulbs(grow)}</g>`)}
    <g class="c">${bulbs(18)}</g>`,
  clock: () => svg`
    <circle class="face" cx="120" cy="54" r="42" stroke-width="2" />
    ${Array.from({ length: 12 }, (_, hour) => svg`<path class="line thin" d="M120 17v5" transform="rotate(${hour * 30} 120 54)" />`)}
    <path class="line" stroke-width="4" d="M120 54L103 44" /><path class="line" d="M120 54L140 33" />
    <path class="line hot" d="M120 62V26" />`,
  qr: () => svg`<g transform="translate(78 12) scale(4)" class="c" shape-rendering="crispEdges">
    <rect class="face" x="-1.5" y="-1.5" width="24" height="24" rx="1.5" stroke="none" stroke-width="0" />
    ${[0, 14].flatMap((x) => [0, 14].map((y) => (x === 14 && y === 14 ? '' : svg`<path d="M${x} ${y}h7v7h-7zm1 1v5h5v-5z" fill-rule="evenodd" /><path d="M${x + 2} ${y + 2}h3v3h-3z" />`)))}
    ${QR_ROWS.flatMap((row, y) => [...row].map((cell, x) => (cell === '#' ? svg`<path d="M${x} ${y}h1v1h-1z" />` : '')))}
  </g>`,
  stream: () => svg`
    ${[28, 46, 64, 82].map((y, index) => svg`<path class="line ${index % 2 === 0 ? '' : 'pale'}" d="M-10 ${y}c30 -18 50 18 80 0s50 18 80 0 50 18 80 0 30 -9 30 -9" />`)}
    <circle class="spot" cx="66" cy="30" r="6" /><circle class="c" cx="152" cy="62" r="6" /><circle class="spot" cx="196" cy="83" r="6" />`,
  files: () => svg`
    <path class="a" d="M72 30h30l9 11h57v43a7 7 0 0 1-7 7H79a7 7 0 0 1-7-7z" />
    <path class="face" d="M88 14h46l16 16v40H88z" stroke-width="1.5" /><path class="line thin" d="M134 14v16h16M100 36h34M100 46h34" />
    <path class="b" d="M72 54h96v30a7 7 0 0 1-7 7H79a7 7 0 0 1-7-7z" />`,
  'hello-c': () => svg`
    <text x="58" y="38"><tspan class="key">int</tspan> main() {</text>
    <text x="74" y="60">puts(<tspan class="key">"Hello"</tspan>);</text><text x="58" y="82">}</text>`,
  'hello-rust': () => svg`
    <text x="50" y="38"><tspan class="key">fn</tspan> main() {</text>
    <text x="66" y="60">println!(<tspan class="key">"Hello"</tspan>);</text><text x="50" y="82">}</text>`,
};

/** 21 by 21, without the three corners. */
const QR_ROWS = [
  '        # #  ',
  '         ##  ',
  '        ## # ',
  '         # # ',
  '        #  # ',
  '        ## # ',
  '        # #  ',
  '         ##   ',
  '# # ## ## # #  ## # #',
  ' ## #   # ## # # ## #',
  '#  # ##  ## #  # #  #',
  '# ## #  #  ### #  ## ',
  '  #  ## # #  # ## # #',
  '         # ## # # #  ',
  '        ## # ##  # ##',
  '         #  # # ##  #',
  '        # ##  ## # # ',
  '         ## #  # ##  ',
  '        #  ## ##  # #',
  '         # #   # ## #',
  '        ## # # #  #  ',
];

/** The set's largest parts, `grow` around them. */
function bulbs(grow: number): TemplateResult {
  const parts = [
    [140, 54, 24],
    [152, 40, 14],
    [152, 68, 14],
    [98, 54, 13],
    [76, 54, 4],
    [136, 22, 4],
    [136, 86, 4],
  ] as const;
  return svg`${parts.map(([x, y, radius]) => svg`<circle cx=${x} cy=${y} r=${radius + (grow - 18) * (0.45 + radius / 60)} />`)}`;
}

customElements.define('swerve-sample-picture', SamplePicture);

declare global {
  interface HTMLElementTagNameMap {
    'swerve-sample-picture': SamplePicture;
  }
}
