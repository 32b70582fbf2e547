import { html, type TemplateResult } from 'lit';

/** Every icon as strokes on a square of 20: 1.5 wide, round ends, corners of 1.5. A line of no length is a dot. */
const STROKES = {
  app: 'M5.5 3h9A2.5 2.5 0 0 1 17 5.5v9a2.5 2.5 0 0 1-2.5 2.5h-9A2.5 2.5 0 0 1 3 14.5v-9A2.5 2.5 0 0 1 5.5 3ZM7.5 17v-2c0-2.8 5-3.4 5-6.5V3',
  requests: 'M3 6.5h13M13 3.5l3 3-3 3M17 13.5H4M7 10.5l-3 3 3 3',
  logs: 'M4 5h12M4 10h7.5M4 15h10',
  terminal: 'M4.5 3.5h11A1.5 1.5 0 0 1 17 5v10a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 15V5a1.5 1.5 0 0 1 1.5-1.5ZM6.5 8 9 10.5 6.5 13M11 13h2.5',
  cluster:
    'M10 2.75a2 2 0 1 1 0 4 2 2 0 0 1 0-4ZM4.5 13a2 2 0 1 1 0 4 2 2 0 0 1 0-4ZM15.5 13a2 2 0 1 1 0 4 2 2 0 0 1 0-4ZM9 6.5l-3.5 6.75M11 6.5l3.5 6.75M6.5 15h7',
  storage: 'M10 3c3.6 0 6 1 6 2.5S13.6 8 10 8 4 7 4 5.5 6.4 3 10 3ZM4 5.5v9C4 16 6.4 17 10 17s6-1 6-2.5v-9M4 10c0 1.5 2.4 2.5 6 2.5s6-1 6-2.5',
  browser: 'M4.5 3.5h11A1.5 1.5 0 0 1 17 5v10a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 15V5a1.5 1.5 0 0 1 1.5-1.5ZM3 7.5h14M5.75 5.5h0M8 5.5h0',
  module: 'M10 2.75 16.5 6.4v7.2L10 17.25 3.5 13.6V6.4ZM3.5 6.4 10 10l6.5-3.6M10 10v7.25',
  search: 'M9 3.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM13 13l4 4',
  filter: 'M3.5 5.5h13M6 10h8M8.5 14.5h3',
  plus: 'M10 4v12M4 10h12',
  minus: 'M4 10h12',
  play: 'M6.5 4.25v11.5L15.5 10Z',
  pause: 'M7 4.5v11M13 4.5v11',
  stop: 'M6 5h8a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1Z',
  restart: 'M16 10a6 6 0 1 1-1.9-4.4L16 7.25M16 3.5v3.75h-3.75',
  copy: 'M8.5 7h7A1.5 1.5 0 0 1 17 8.5v7a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 7 15.5v-7A1.5 1.5 0 0 1 8.5 7ZM13 4.5A1.5 1.5 0 0 0 11.5 3h-7A1.5 1.5 0 0 0 3 4.5v7A1.5 1.5 0 0 0 4.5 13',
  link: 'M8.5 11.5a3 3 0 0 0 4.2 0l2.9-2.9a3 3 0 0 0-4.2-4.2l-1 1M11.5 8.5a3 3 0 0 0-4.2 0l-2.9 2.9a3 3 0 0 0 4.2 4.2l1-1',
  download: 'M10 3v9M6.5 8.5 10 12l3.5-3.5M4 16.5h12',
  upload: 'M10 12.5v-9M6.5 7 10 3.5 13.5 7M4 16.5h12',
  trash: 'M3.5 5.5h13M8 5.5v-2h4v2M5 5.5l.7 10.1A1.5 1.5 0 0 0 7.2 17h5.6a1.5 1.5 0 0 0 1.5-1.4L15 5.5M8.5 9v4.5M11.5 9v4.5',
  undo: 'M7 4 3.5 7.5 7 11M3.5 7.5H12a4.5 4.5 0 0 1 0 9H8',
  check: 'M4 10.5l4 4 8-9',
  warning: 'M10 3.25 17.5 16.5h-15ZM10 8.5v3.25M10 14h0',
  error: 'M7 2.75h6L17.25 7v6L13 17.25H7L2.75 13V7ZM10 6.25v4.5M10 13.5h0',
  info: 'M10 2.75a7.25 7.25 0 1 1 0 14.5 7.25 7.25 0 0 1 0-14.5ZM10 9.5v4M10 6.5h0',
  help: 'M10 2.75a7.25 7.25 0 1 1 0 14.5 7.25 7.25 0 0 1 0-14.5ZM7.75 8a2.25 2.25 0 1 1 3.4 1.9c-.75.45-1.15.85-1.15 1.6M10 14h0',
  clock: 'M10 2.75a7.25 7.25 0 1 1 0 14.5 7.25 7.25 0 0 1 0-14.5ZM10 6v4.25l2.75 1.5',
  close: 'M5 5l10 10M15 5 5 15',
  gauge: 'M4.2 15.5a7.25 7.25 0 1 1 11.6 0M10 11.25l3.5-4M10 11.25h0',
  'chevron-down': 'M5 7.5l5 5 5-5',
  'chevron-up': 'M5 12.5l5-5 5 5',
  'chevron-right': 'M7.5 5l5 5-5 5',
  'chevron-left': 'M12.5 5l-5 5 5 5',
  external: 'M11.5 3.5h5v5M16.5 3.5 9.5 10.5M14 12v2.5a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 4 14.5v-7A1.5 1.5 0 0 1 5.5 6H8',
  settings: 'M3.5 6H11M15 6h1.5M3.5 14H5M9 14h7.5M13 4a2 2 0 1 1 0 4 2 2 0 0 1 0-4ZM7 12a2 2 0 1 1 0 4 2 2 0 0 1 0-4Z',
  sun: 'M10 6.75a3.25 3.25 0 1 1 0 6.5 3.25 3.25 0 0 1 0-6.5ZM10 2.5v1.25M10 16.25v1.25M2.5 10h1.25M16.25 10h1.25M4.7 4.7l.9.9M14.4 14.4l.9.9M4.7 15.3l.9-.9M14.4 5.6l.9-.9',
  moon: 'M16.5 11.6A6.75 6.75 0 1 1 8.4 3.5a5.25 5.25 0 0 0 8.1 8.1Z',
  display: 'M4.5 4h11A1.5 1.5 0 0 1 17 5.5v6a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 11.5v-6A1.5 1.5 0 0 1 4.5 4ZM7.5 16.5h5M10 13v3.5',
  keyboard:
    'M3.5 5h13A1.5 1.5 0 0 1 18 6.5v7a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 2 13.5v-7A1.5 1.5 0 0 1 3.5 5ZM5.5 8.5h0M8.5 8.5h0M11.5 8.5h0M14.5 8.5h0M7 12h6',
  offline:
    'M3 3l14 14M5.6 10.6A6.3 6.3 0 0 1 8 9.2M2.8 7.6a10.2 10.2 0 0 1 3-1.9M9.3 4.6a10.3 10.3 0 0 1 7.9 3M12.4 9.4c.7.3 1.4.7 2 1.2M8.2 13.4a2.8 2.8 0 0 1 3.6 0M10 16h0',
  more: 'M4.5 10h0M10 10h0M15.5 10h0',
} as const;

export type IconName = keyof typeof STROKES;

/** Names that the library's own components ask for, where ours are called otherwise. */
const ALIASES: Readonly<Record<string, IconName>> = {
  xmark: 'close',
  'circle-xmark': 'close',
  ellipsis: 'more',
  bars: 'logs',
  'grip-vertical': 'more',
  'circle-question': 'help',
  'circle-info': 'info',
  'triangle-exclamation': 'warning',
};

/** Strokes of dots are this much wider: a dot of 1.5 is lost beside a line. */
const DOTTED: ReadonlySet<string> = new Set<IconName>(['more']);

/** A decoration beside a text, in the text's colour and 1.25 of its size. What stands alone needs a label on its control. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 20 20" width="20" height="20" fill="none" stroke="currentColor" stroke-width=${widthOf(name)} stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"><path d=${STROKES[name]}></path></svg>`;
}

/** The icon as an address that needs no network; of a name that nobody drew, an empty square. */
export function iconAddress(name: string): string {
  const known = name in STROKES ? (name as IconName) : ALIASES[name];
  const path = known === undefined ? '' : `<path d="${STROKES[known]}"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="${widthOf(known ?? '')}" stroke-linecap="round" stroke-linejoin="round">${path}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

function widthOf(name: string): number {
  return DOTTED.has(name) ? 2.25 : 1.5;
}
