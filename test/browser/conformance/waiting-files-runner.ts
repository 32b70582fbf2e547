/**
 * What the conformance tests need inside a page to run the preview 1 guest over files that answer later: the tree in memory
 * made slow, and a volume on the page's own IndexedDB. Built for the tests alone.
 */
import { Database } from '../../../src/store/database.ts';
import { VolumeRepository } from '../../../src/store/volumes.ts';
import { emptySource } from '../../../src/wasi/bytes.ts';
import type { FileSystem } from '../../../src/wasi/file-system.ts';
import { FileTree } from '../../../src/wasi/files.ts';
import { createLineLog } from '../../../src/wasi/line-log.ts';
import { createCommand } from '../../../src/wasi/preview1/command.ts';
import type { GuestEnd } from '../../../src/wasi/preview1/program.ts';
import { VolumeFiles } from '../../../src/wasi/volume-files.ts';
import { slowFiles } from '../../unit/wasi/slow-files.ts';

interface WaitingRun {
  module: Uint8Array<ArrayBuffer>;
  args: readonly string[];
  root: readonly { readonly path: string; readonly text: string }[];
  maxBytes: number;
}

async function run({ module, args }: Pick<WaitingRun, 'module' | 'args'>, files: FileSystem): Promise<{ outcome: GuestEnd; lines: string[] }> {
  const lines: string[] = [];
  const command = createCommand(await WebAssembly.compile(module), { canSuspend: true, forFiles: true });
  const outcome = await command.instantiate().run({
    args,
    env: [],
    stdin: emptySource,
    stdout: createLineLog((line) => lines.push(line)),
    stderr: createLineLog((line) => lines.push(line)),
    preopens: [{ name: '/', files }],
    signal: new AbortController().signal,
    report: () => {},
  });
  return { outcome, lines };
}

async function volumeWith(root: WaitingRun['root']): Promise<FileSystem> {
  const database = new Database({ name: 'waiting-files' });
  const key = { namespace: 'default', name: crypto.randomUUID() };
  const volumes = new VolumeRepository(database);
  await volumes.ensure(key);
  await volumes.writeFiles(
    key,
    root.map(({ path, text }) => ({ path, bytes: new TextEncoder().encode(text) })),
  );
  return new VolumeFiles(database, key);
}

declare global {
  var runOnWaitingFiles: (run: Omit<WaitingRun, 'module'> & { moduleBase64: string; on: 'slow' | 'volume' }) => Promise<{ outcome: GuestEnd; lines: string[] }>;
}
globalThis.runOnWaitingFiles = async ({ moduleBase64, on, ...rest }) => {
  const response = await fetch(`data:application/wasm;base64,${moduleBase64}`);
  const files = on === 'volume' ? await volumeWith(rest.root) : slowFiles(FileTree.fromFiles(rest.root, { isWritable: true, maxBytes: rest.maxBytes }));
  return run({ ...rest, module: new Uint8Array(await response.arrayBuffer()) }, files);
};
