import { type ByteSink, type ByteSource, emptySource } from '../../../../src/wasi/bytes.ts';
import type { FileSystem } from '../../../../src/wasi/file-system.ts';
import { Guest, type GuestInputs } from '../../../../src/wasi/preview1/guest.ts';
import { createPreview1Imports, linkPreview1, PREVIEW1_FUNCTIONS } from '../../../../src/wasi/preview1/imports.ts';
import { scriptedBlock } from '../scripted-block.ts';

type Call = (...args: (number | bigint)[]) => number;

/** The host functions over a bare memory, called as wasm calls them. */
export interface Host {
  call: Record<keyof typeof PREVIEW1_FUNCTIONS & string, Call>;
  memory: WebAssembly.Memory;
  guest: Guest;
  view(): DataView;
  text(pointer: number, length: number): string;
  /** Puts `value` at `pointer`; its length in bytes. */
  put(pointer: number, value: string): number;
  /** One iovec at `pointer`, naming `length` bytes at `buffer`. */
  putIovec(pointer: number, buffer: number, length: number): void;
}

export function memorySink(capacityBytes = 65_536): ByteSink & { readonly text: string; readonly state: string } {
  const pieces: Uint8Array[] = [];
  let state = 'open';
  return {
    get text() {
      return Buffer.concat(pieces).toString('utf8');
    },
    get state() {
      return state;
    },
    capacity: () => capacityBytes,
    write: (bytes) => void pieces.push(bytes.slice()),
    ready: () => Promise.resolve(),
    close() {
      if (state === 'open') state = 'closed';
    },
    abort() {
      if (state === 'open') state = 'aborted';
    },
  };
}

export function makeHost(options: Partial<GuestInputs> & { tree?: FileSystem; stdin?: ByteSource } = {}): Host {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const guest = new Guest(
    memory,
    {
      args: [],
      env: [],
      stdin: emptySource,
      stdout: memorySink(),
      stderr: memorySink(),
      preopens: options.tree ? [{ name: '/', files: options.tree }] : [],
      signal: new AbortController().signal,
      block: scriptedBlock(),
      report: () => {},
      ...options,
    },
    false,
  );
  const call = createPreview1Imports(linkPreview1(Object.keys(PREVIEW1_FUNCTIONS), { canSuspend: false, forFiles: false }), {
    guest,
  }) as unknown as Host['call'];
  return {
    call,
    memory,
    guest,
    view: () => new DataView(memory.buffer),
    text: (pointer, length) => Buffer.from(memory.buffer, pointer, length).toString('utf8'),
    put(pointer, value) {
      const bytes = Buffer.from(value);
      new Uint8Array(memory.buffer).set(bytes, pointer);
      return bytes.length;
    },
    putIovec(pointer, buffer, length) {
      const view = new DataView(memory.buffer);
      view.setUint32(pointer, buffer, true);
      view.setUint32(pointer + 4, length, true);
    },
  };
}
