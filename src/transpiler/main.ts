/**
 * The transpiler: a dedicated worker that makes components runnable. A window spawns it when a component arrives
 * that nobody has transpiled yet, and may terminate it at any time; it keeps nothing between calls. Its bundle holds jco
 * (about 0.9 MB compressed), which is why it is a realm of its own, loaded only when first needed.
 *
 * Spoken to by comlink. Calls are serial and can take seconds; the caller sets the deadline and terminates the worker past it.
 */
import { expose, transfer } from 'comlink';
import { installErrorTransfer } from '../protocol/comlink-errors.ts';
import type { TranspilerApi } from '../protocol/transpiler.ts';
import { prepareTranspiler, transpileComponent } from './transpile.ts';

const api: TranspilerApi = {
  prepare: prepareTranspiler,
  // The core modules are transferred, not copied.
  async transpile(bytes, options) {
    const artifact = await transpileComponent(bytes, options);
    return transfer(
      artifact,
      artifact.cores.map(({ bytes: core }) => core.buffer),
    );
  },
};

installErrorTransfer();
expose(api);
