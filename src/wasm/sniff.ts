import { RuntimeError } from '../core/errors.ts';
import { PREAMBLE_LENGTH, WASM_MAGIC } from './binary.ts';
import { sniffComponent } from './component.ts';
import { sniffCore } from './core-module.ts';
import type { ImportJudge, SniffedModule } from './import-judge.ts';
import { identifyOther } from './other-files.ts';
import { refusalError } from './refusal.ts';

const REBUILD = 'Rebuild the module with a current toolchain.';

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

/**
 * What `bytes` are and what Swerve makes of them, told by their contents alone. The module is validated whole: core
 * modules by the engine, components by their structure, imports, exports and every core module inside; types and
 * canonical definitions are left to the transpiler. Imports without a host are no error: they are in the report as
 * `unknown`. An import module has one entry for each way in which its items are served. At most 1,000 exports are listed.
 * @throws RuntimeError `module-invalid` for everything that cannot serve requests, with `details` of `{ found, runs, fix, offset? }`;
 * `engine-unsupported` when this browser refuses a valid module
 */
export async function sniffModule(bytes: Uint8Array<ArrayBuffer>, judge: ImportJudge): Promise<SniffedModule> {
  if (!WASM_MAGIC.every((byte, index) => bytes[index] === byte)) throw refusalError(identifyOther(bytes));
  if (bytes.length < PREAMBLE_LENGTH) {
    throw refusalError({
      found: `This is the beginning of a WebAssembly file, cut short after ${bytes.length} bytes.`,
      fix: 'Build or download it again.',
      offset: bytes.length,
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, PREAMBLE_LENGTH);
  const version = view.getUint16(4, true);
  const layer = view.getUint16(6, true);
  try {
    if (layer === 0 && version === 1) return await sniffCore(bytes, judge);
    if (layer === 1 && version === 0x0d) return await sniffComponent(bytes, judge);
  } catch (error) {
    // A reader's own error names the byte; what the file is and the way out are added here.
    if (!(error instanceof RuntimeError) || error.code !== 'module-invalid' || 'found' in error.details) throw error;
    const offset = error.details.offset;
    throw refusalError({
      found: `This WebAssembly ${layer === 1 ? 'component' : 'module'} is not valid: ${error.message}.`,
      fix: `If the file was cut or changed on the way, build or download it again. ${REBUILD}`,
      ...(typeof offset === 'number' ? { offset } : {}),
      cause: error,
    });
  }
  if (layer === 1) {
    throw refusalError({
      found: `This is a WebAssembly component in the unfinished binary format ${hex(version)}; the current one is 0xd.`,
      fix: 'Rebuild it with a toolchain for WASI 0.2.',
      offset: 4,
    });
  }
  throw refusalError({
    found: `This begins like WebAssembly, but with version ${version} and layer ${layer}, which no specification has defined.`,
    fix: REBUILD,
    offset: 4,
  });
}
