/**
 * Writes the mark of Swerve into public/_swerve/: the SVGs from the shape below, the PNGs by rendering those in Chromium.
 * Run it after changing the shape and commit what it writes: `node scripts/make-icons.mjs`.
 *
 * The mark is a road that swerves between two fields. It runs off the tile at top and bottom, so the same drawing fills
 * a rounded tile, a maskable icon and a home screen; the bend, which tells it apart, lies within the maskable safe zone
 * (a circle of 40 % of the width, W3C manifest "Icon masks and safe zone").
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { findChromium } from './find-chromium.mjs';

const SIZE = 512;
const COLOURS = { field: '#2a2168', accent: '#ff8a3d', road: '#ffe2c7' };

/** The middle of the road, from the bottom edge to the top edge; symmetric about the centre of the tile. */
const BEND = 'C152 328 204 288 256 256S360 184 360 96';
const BEND_BACK = 'C360 184 308 224 256 256S152 328 152 416';

/**
 * The fields meet under the road and nowhere else, and no shape is clipped: two colours that share a rounded corner
 * would fringe there.
 * @param {{ cornerRadius: number, roadWidth: number }} style
 */
function markSvg({ cornerRadius: r, roadWidth }) {
  const corner = (/** @type {string} */ to) => (r === 0 ? '' : `A${r} ${r} 0 0 1 ${to}`);
  const far = SIZE - r;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE} ${SIZE}">
  <title>Swerve</title>
  <path fill="${COLOURS.field}" d="M152 ${SIZE}H${r}${corner(`0 ${far}`)}V${r}${corner(`${r} 0`)}H360V96${BEND_BACK}Z"/>
  <path fill="${COLOURS.accent}" d="M360 0H${far}${corner(`${SIZE} ${r}`)}V${far}${corner(`${far} ${SIZE}`)}H152V416${BEND}Z"/>
  <path fill="none" stroke="${COLOURS.road}" stroke-width="${roadWidth}" d="M152 ${SIZE}V416${BEND}V0"/>
</svg>
`;
}

const tile = markSvg({ cornerRadius: 116, roadWidth: 64 });
/** For 16 to 32 px: a broader road, or it would be less than two pixels. */
const favicon = markSvg({ cornerRadius: 104, roadWidth: 84 });
/** The same with a dot that says that something is wrong; the rim keeps the dot apart from the field under it. */
const faviconTrouble = favicon.replace('</svg>', '  <circle cx="388" cy="388" r="104" fill="#d92d20" stroke="#fff" stroke-width="32"/>\n</svg>');
/** Platforms cut these to their own shape. */
const fullBleed = markSvg({ cornerRadius: 0, roadWidth: 64 });

/**
 * The icon of a shortcut: a plain sign on the field's colour, drawn in a box of 24.
 * @param {string} strokes
 */
const sign = (strokes) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -8 40 40">
  <rect x="-8" y="-8" width="40" height="40" rx="9" fill="${COLOURS.field}"/>
  <g fill="none" stroke="${COLOURS.road}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${strokes}</g>
</svg>
`;
const SHORTCUTS = {
  apps: sign(
    '<rect x="3" y="3" width="7" height="7" rx="1.5"/><rect x="14" y="3" width="7" height="7" rx="1.5"/><rect x="3" y="14" width="7" height="7" rx="1.5"/><rect x="14" y="14" width="7" height="7" rx="1.5"/>',
  ),
  console: sign('<rect x="2" y="3.5" width="20" height="17" rx="2.5"/><path d="m6.5 9 3 3-3 3M12.5 15.5h5"/>'),
  cluster: sign(
    '<rect x="8.5" y="2.5" width="7" height="6" rx="1.5"/><rect x="2" y="15.5" width="7" height="6" rx="1.5"/><rect x="15" y="15.5" width="7" height="6" rx="1.5"/><path d="M12 8.5V12M5.5 15.5V12h13v3.5"/>',
  ),
};

const directory = new URL('../public/_swerve/', import.meta.url);
/** @param {string} name @param {string | Uint8Array} contents */
const write = (name, contents) => writeFile(fileURLToPath(new URL(name, directory)), contents);

await mkdir(directory, { recursive: true });
await write('icon.svg', tile);
await write('favicon.svg', favicon);
await write('favicon-trouble.svg', faviconTrouble);

const browser = await chromium.launch({
  executablePath: await findChromium(),
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--force-color-profile=srgb'],
});
try {
  const renders = /** @type {const} */ ([
    ['icon-192.png', tile, 192],
    ['icon-512.png', tile, 512],
    ['icon-maskable-512.png', fullBleed, 512],
    ['apple-touch-icon.png', fullBleed, 180],
    ['shortcut-apps.png', SHORTCUTS.apps, 96],
    ['shortcut-console.png', SHORTCUTS.console, 96],
    ['shortcut-cluster.png', SHORTCUTS.cluster, 96],
  ]);
  for (const [name, svg, sizePx] of renders) {
    const page = await browser.newPage({ viewport: { width: sizePx, height: sizePx } });
    await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${svg}`);
    await write(name, await page.screenshot({ omitBackground: true }));
    await page.close();
  }
} finally {
  await browser.close();
}
