import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

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

export default defineConfig({
  // Relative: the build works at the root of an origin and under any path of it.
  base: './',
  resolve: { alias: { tldts: fileURLToPath(new URL('src/http/no-public-suffixes.ts', import.meta.url)) } },
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
    panelUnderSystemPrefix(),
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
      },
    }),
  ],
});
