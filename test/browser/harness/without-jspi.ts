import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** As an engine that never had them. Chromium 156 has no flag left that switches JSPI off. */
const WITHOUT_JSPI = 'delete WebAssembly.Suspending;delete WebAssembly.promising;delete WebAssembly.SuspendError;';

/** Has every script of the build in `folder` find an engine without JSPI: it is taken away before the script's own first line. */
export async function withoutJspi(folder: string): Promise<void> {
  for (const file of await readdir(folder, { recursive: true })) {
    if (!file.endsWith('.js')) continue;
    const path = join(folder, file);
    await writeFile(path, `${WITHOUT_JSPI}${await readFile(path, 'utf8')}`);
  }
}
