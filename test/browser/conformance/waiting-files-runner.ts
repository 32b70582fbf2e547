/**
 * What the conformance tests need inside a page to run the preview 1 guest over files that answer later, as a volume will:
 * the host functions themselves, for no App has such files yet. Built for the tests alone.
 */
import { emptySource } from '../../../src/wasi/bytes.ts';
import { FileTree } from '../../../src/wasi/files.ts';
import { createLineLog } from '../../../src/wasi/line-log.ts';
import { createCommand } from '../../../src/wasi/preview1/command.ts';
import type { GuestEnd } from '../../../src/wasi/preview1/program.ts';
import { slowFiles } from '../../unit/wasi/slow-files.ts';

interface SlowRun {
  module: Uint8Array<ArrayBuffer>;
  args: readonly string[];
  root: readonly { readonly path: string; readonly text: string }[];
  maxBytes: number;
}

async function runOnSlowFiles({ module, args, root, maxBytes }: SlowRun): Promise<{ outcome: GuestEnd; lines: string[] }> {
  const lines: string[] = [];
  const command = createCommand(await WebAssembly.compile(module), { canSuspend: true, forFiles: true });
  const outcome = await command.instantiate().run({
    args,
    env: [],
    stdin: emptySource,
    stdout: createLineLog((line) => lines.push(line)),
    stderr: createLineLog((line) => lines.push(line)),
    preopens: [{ name: '/', files: slowFiles(FileTree.fromFiles(root, { isWritable: true, maxBytes })) }],
    signal: new AbortController().signal,
    report: () => {},
  });
  return { outcome, lines };
}

declare global {
  var runOnWaitingFiles: (run: Omit<SlowRun, 'module'> & { moduleBase64: string }) => Promise<{ outcome: GuestEnd; lines: string[] }>;
}
globalThis.runOnWaitingFiles = async ({ moduleBase64, ...run }) => {
  const response = await fetch(`data:application/wasm;base64,${moduleBase64}`);
  return runOnSlowFiles({ ...run, module: new Uint8Array(await response.arrayBuffer()) });
};
