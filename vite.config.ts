import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { parseChangelog } from './src/core/changelog.ts';

/** As many as a panel that was not updated for a while wants to be told of; the changelog itself only grows. */
const RELEASES_BUILT_IN = 5;
const releases = parseChangelog(readFileSync(fileURLToPath(new URL('CHANGELOG.md', import.meta.url)), 'utf8')).slice(0, RELEASES_BUILT_IN);

/** The pictures of the panel that the manifest shows to who is about to install it. */
const SCREENS = ['overview-light.png', 'overview-phone.png'];

/** Written before the service worker's precache list is made. */
function screenshots(): Plugin {
  let outDir = 'dist';
  return {
    name: 'screenshots',
    configResolved(config) {
      outDir = config.build.outDir;
    },
    async writeBundle() {
      for (const screen of SCREENS) await cp(fileURLToPath(new URL(`docs/screens/${screen}`, import.meta.url)), join(outDir, '_swerve/screens', screen));
    },
  };
}

/** The panel is also at `<base>_swerve/`, for an App may claim `<base>` itself. Written before the service worker's precache list is made. */
function panelUnderSystemPrefix(): Plugin {
  let outDir = 'dist';
  return {
    name: 'panel-under-system-prefix',
    configResolved(config) {
      outDir = config.build.outDir;
    },
    async writeBundle() {
      const html = await readFile(join(outDir, 'index.html'), 'utf8');
      await writeFile(join(outDir, '_swerve/index.html'), html.replaceAll('"./_swerve/', '"./').replaceAll('"_swerve/', '"./'));
    },
  };
}

const alias = { tldts: fileURLToPath(new URL('src/http/no-public-suffixes.ts', import.meta.url)) };

/** One entry as one script: what an App's own origin loads must not be spread over files that the origin would have to store. */
async function bundleOne(source: string, format: 'es' | 'iife', define: Record<string, string> = {}): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    define,
    resolve: { alias },
    publicDir: false,
    build: {
      write: false,
      target: 'es2024',
      modulePreload: { polyfill: false },
      rollupOptions: { input: fileURLToPath(new URL(source, import.meta.url)), output: { format, codeSplitting: false } },
    },
  });
  const [bundle] = Array.isArray(result) ? result : [result];
  if (!bundle || !('output' in bundle) || bundle.output.length !== 1) throw new Error(`${source} was not built into one file`);
  return bundle.output[0].code;
}

/** The two scripts of Apps' own origins: their service worker, and what it adds to their pages. Written before the precache list is made. */
function appOrigin(): Plugin {
  let outDir = 'dist';
  return {
    name: 'app-origin',
    apply: 'build',
    configResolved(config) {
      outDir = config.build.outDir;
    },
    async writeBundle() {
      const page = await bundleOne('src/host/app-page.ts', 'es');
      await writeFile(join(outDir, '_swerve/page.js'), page);
      const html = await readFile(fileURLToPath(new URL('public/_swerve/app.html', import.meta.url)));
      // The service worker stores both, and has to be another when they are.
      const name = createHash('sha256').update(page).update(html).digest('hex').slice(0, 8);
      await writeFile(join(outDir, 'app-sw.js'), await bundleOne('src/sw/app-sw.ts', 'iife', { __SWERVE_PAGE_BUILD__: JSON.stringify(name) }));
    },
  };
}

/**
 * lit-html 3.3.1 and later leave a comment in the document for each item that `repeat` takes out (lit/lit#5298): a list
 * that is scrolled far has tens of thousands, and each removal grows dearer with them. To be deleted with the fix
 * (lit/lit#5299); the build fails when the code is another.
 */
function litEndMarkers(): Plugin {
  const leaking = 'o._$AR(),o._$AA.remove()';
  return {
    name: 'lit-end-markers',
    apply: 'build',
    transform(code, id) {
      if (!id.endsWith('/lit-html/directive-helpers.js')) return null;
      if (!code.includes(leaking)) this.error('lit-html removes parts in another way than before: is lit/lit#5298 fixed? Then delete this plugin.');
      return { code: code.replace(leaking, 'o._$AR(),o._$AB?.remove(),o._$AA.remove()'), map: null };
    },
  };
}

/** What is stored before the service worker answers for the first time, beside what the panel and the host script import at once. */
const STORED_FIRST = [
  /\.html$/,
  /\.webmanifest$/,
  /\/(icon|favicon|favicon-trouble)\.svg$/,
  /\/assets\/instance-[\w-]+\.js$/,
  /\/assets\/request-story-(?!dialog)[\w-]+\.js$/,
];
/** What follows in the background: the views, the gallery, the transpiler, pictures. The first that fits counts. */
const LATER = [/\/assets\/(?!transpiler-)[^/]+\.js$/, /\/assets\/samples\//, /\/assets\//, /./];

/** Tells of each file of the service worker's list whether a stranger waits for it (src/sw/assets.ts), and sorts them. */
function storedFirst() {
  const files = new Set<string>();
  const plugin: Plugin = {
    name: 'stored-first',
    generateBundle(_, bundle) {
      const follow = (fileName: string): void => {
        const chunk = bundle[fileName];
        if (files.has(fileName) || chunk?.type !== 'chunk') return;
        files.add(fileName);
        chunk.imports.forEach(follow);
      };
      for (const chunk of Object.values(bundle)) if (chunk.type === 'chunk' && chunk.isEntry) follow(chunk.fileName);
    },
  };
  const rankOf = (url: string): number => (files.has(url) || STORED_FIRST.some((rule) => rule.test(url)) ? -1 : LATER.findIndex((rule) => rule.test(url)));
  const mark = async <T extends { url: string }>(entries: T[]): Promise<{ manifest: (T & { isLater?: true })[]; warnings: string[] }> => {
    if (files.size === 0 || !entries.some(({ url }) => /\/instance-/.test(url)))
      throw new Error('the build has no entry or no instance worker: was it renamed?');
    const manifest = entries.map((entry) => (rankOf(entry.url) < 0 ? entry : { ...entry, isLater: true as const }));
    return { manifest: manifest.sort((a, b) => rankOf(a.url) - rankOf(b.url)), warnings: [] };
  };
  return { plugin, mark };
}
const buildOrder = storedFirst();

export default defineConfig({
  // Relative: the build works at the root of an origin and under any path of it.
  base: './',
  define: { __SWERVE_RELEASES__: JSON.stringify(releases) },
  resolve: { alias },
  build: {
    target: 'es2024',
    assetsDir: '_swerve/assets',
    // The host script runs in documents of Apps: no preload helper that would touch them.
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { panel: 'index.html', host: 'src/host/main.ts' },
      output: {
        // Stable, because the service worker writes its address into documents of Apps.
        entryFileNames: (chunk) => (chunk.name === 'host' ? '_swerve/host.js' : '_swerve/assets/[name]-[hash].js'),
        chunkFileNames: '_swerve/assets/[name]-[hash].js',
        // The gallery's guests (src/ui/samples.ts) in a folder of their own, so that scripts/check-size.mjs can tell them apart.
        assetFileNames: ({ originalFileNames: [source] }) => `_swerve/assets/${source?.startsWith('examples/') ? 'samples/' : ''}[name]-[hash][extname]`,
        // What the panel and the controllers share must not land in the panel's entry: the host script would run the panel.
        codeSplitting: { groups: [{ name: 'shared', test: /src\/(core|protocol)\/|node_modules\/valibot\//, minShareCount: 2 }] },
      },
    },
  },
  worker: {
    format: 'es',
    // Both workers' entries are called main.ts: named for their realm.
    rollupOptions: {
      output: {
        entryFileNames: (chunk) => `_swerve/assets/${basename(dirname(chunk.facadeModuleId ?? ''))}-[hash].js`,
        chunkFileNames: '_swerve/assets/[name]-[hash].js',
      },
    },
  },
  plugins: [
    litEndMarkers(),
    buildOrder.plugin,
    panelUnderSystemPrefix(),
    screenshots(),
    appOrigin(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/sw',
      filename: 'sw.ts',
      injectRegister: false,
      manifest: false,
      injectManifest: {
        globPatterns: ['**/*.{js,css,html,svg,png,wasm,webmanifest}'],
        maximumFileSizeToCacheInBytes: 16 * 1024 * 1024,
        dontCacheBustURLsMatching: /^_swerve\/assets\//,
        sourcemap: false,
        // Of Apps' own origins, whose service worker stores what it needs.
        globIgnores: ['app-sw.js', '_swerve/app.html', '_swerve/page.js'],
        manifestTransforms: [buildOrder.mark],
      },
    }),
  ],
});
