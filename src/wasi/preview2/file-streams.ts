import type { ByteSink, ByteSource } from '../bytes.ts';
import type { FileRef, FileSystem } from '../file-system.ts';
import { MAX_READ_BYTES } from './input-stream.ts';

/** What is fetched for a guest that waits for a stream before it says how much it wants. */
const UNASKED_BYTES = 65_536;

const NOTHING = new Uint8Array(0);

/** The content of `file` from `position` on. Where the file system waits, a read that finds nothing has asked for it. */
export function fileSource(files: FileSystem, file: FileRef, position: number): ByteSource {
  let fetched: Uint8Array | null = NOTHING;
  let fetching: Promise<void> | null = null;
  let failure: unknown = null;
  const isReady = () => !files.mayWait || failure !== null || fetched === null || fetched.length > 0;

  const fetch = (maxBytes: number): Promise<void> => {
    const read = async () => {
      try {
        const bytes = await files.read(file, position, maxBytes);
        position += bytes.length;
        if (fetched !== null) fetched = bytes.length > 0 ? bytes : null;
      } catch (error) {
        failure = error;
      }
      fetching = null;
    };
    fetching ??= read();
    return fetching;
  };

  return {
    isReady,
    read(maxBytes) {
      if (failure !== null) throw failure;
      if (fetched === null) return null;
      if (!files.mayWait) {
        const bytes = files.read(file, position, maxBytes) as Uint8Array;
        position += bytes.length;
        return bytes.length > 0 || maxBytes === 0 ? bytes : null;
      }
      if (fetched.length === 0 && maxBytes > 0) void fetch(maxBytes);
      const bytes = fetched.subarray(0, maxBytes);
      fetched = fetched.subarray(bytes.length);
      return bytes;
    },
    ready: () => (isReady() ? Promise.resolve() : fetch(UNASKED_BYTES)),
    cancel() {
      fetched = null;
    },
  };
}

/** Writes to `file` from `position` on, or at its `end`, wherever that is by then. Where the file system waits, it takes no more until the last piece is kept: a flush waits for that. */
export function fileSink(files: FileSystem, file: FileRef, position: number | 'end'): ByteSink {
  let writing: Promise<void> | null = null;
  let failure: unknown = null;

  const keep = async (kept: Promise<number>) => {
    try {
      const end = await kept;
      if (position !== 'end') position = end;
    } catch (error) {
      failure = error;
    }
    writing = null;
  };

  return {
    capacity() {
      if (failure !== null) throw failure;
      return writing ? 0 : MAX_READ_BYTES;
    },
    write(bytes, isOwned) {
      const written = files.write(file, position, files.mayWait && !isOwned ? bytes.slice() : bytes);
      if (written instanceof Promise) writing = keep(written);
      else if (position !== 'end') position = written;
    },
    ready: () => writing ?? Promise.resolve(),
    close() {},
    abort() {},
  };
}
