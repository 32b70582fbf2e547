import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** `page.ts` and what it imports, as one script for `page.evaluate`. */
export async function pageScript(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      minify: false,
      lib: { entry: fileURLToPath(new URL('page.ts', import.meta.url)), formats: ['iife'], name: 'hostilePage' },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  const chunk = output && 'output' in output ? output.output[0] : null;
  if (!chunk) throw new Error('the script for the page was not built');
  return chunk.code;
}
