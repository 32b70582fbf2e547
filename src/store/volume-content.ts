import { FileError } from '../core/file-error.ts';
import type { StoredVolume, StoredVolumeNode } from './schema.ts';
import { issue, type VolumeTransaction } from './volume-transaction.ts';

/** Bytes of a file in one record: pieces of 4 to 64 KiB, as programs read and write them, cost least so; from 64 KiB on Chromium keeps a value in a file of its own (decision 0021). */
export const CHUNK_BYTES = 32_768;
const MAX_FILE_BYTES = 2 ** 40;

const NOTHING = new Uint8Array(0);

/** Where a node is: its volume and its number there. */
export interface NodeKey {
  readonly volume: number;
  readonly inode: number;
}

/** The node of `key`. @throws FileError `no-entry` when it is no more, or its volume is not */
export async function readNode(transaction: VolumeTransaction, { volume, inode }: NodeKey): Promise<StoredVolumeNode> {
  const node = await transaction.objectStore('volumeNodes').get([volume, inode]);
  if (!node) throw new FileError('no-entry');
  return node;
}

/** @throws FileError `no-entry` when it was deleted */
export async function readVolume(transaction: VolumeTransaction, id: number): Promise<StoredVolume> {
  const volume = await transaction.objectStore('volumes').get(id);
  if (!volume) throw new FileError('no-entry');
  return volume;
}

/** Up to `maxBytes` from `offset`, fewer only at the end. @throws FileError `no-entry` */
export async function readContent(transaction: VolumeTransaction, key: NodeKey, offset: number, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  if (maxBytes === 0) return NOTHING;
  const first = Math.floor(offset / CHUNK_BYTES);
  const last = Math.floor((offset + maxBytes - 1) / CHUNK_BYTES);
  const [{ sizeBytes }, chunks] = await Promise.all([readNode(transaction, key), transaction.objectStore('volumeChunks').getAll(chunkRange(key, first, last))]);
  const end = Math.min(offset + maxBytes, sizeBytes);
  if (offset >= end) return NOTHING;
  const [only] = chunks;
  if (only && first === last && end <= first * CHUNK_BYTES + only.bytes.byteLength) {
    return new Uint8Array(only.bytes, offset - first * CHUNK_BYTES, end - offset);
  }
  const content = new Uint8Array(end - offset);
  for (const { index, bytes } of chunks) {
    const start = index * CHUNK_BYTES;
    const from = Math.max(offset, start);
    const to = Math.min(end, start + bytes.byteLength);
    if (from < to) content.set(new Uint8Array(bytes, from - start, to - from), from - offset);
  }
  return content;
}

/** Puts `bytes` at `offset`, or at `end`, wherever that is now; the offset after them. @throws FileError `no-entry`, `file-too-large` */
export async function writeContent(transaction: VolumeTransaction, key: NodeKey, offset: number | 'end', bytes: Uint8Array, nowNs: bigint): Promise<number> {
  const chunks = transaction.objectStore('volumeChunks');
  const readChunk = (index: number) => chunks.get([key.volume, key.inode, index]);
  // All at once, for each wait is a round trip to another process; where the first chunk is whole it was asked for in vain.
  const guess = offset === 'end' || offset % CHUNK_BYTES === 0 ? undefined : readChunk(Math.floor(offset / CHUNK_BYTES));
  const [node, volume, guessed] = await Promise.all([readNode(transaction, key), readVolume(transaction, key.volume), guess]);
  const start = offset === 'end' ? node.sizeBytes : offset;
  const end = start + bytes.length;
  if (bytes.length === 0) return start;
  if (end > MAX_FILE_BYTES) throw new FileError('file-too-large');
  const first = Math.floor(start / CHUNK_BYTES);
  const last = Math.floor((end - 1) / CHUNK_BYTES);
  const pieces = Array.from({ length: last - first + 1 }, (_, at) => pieceOf(first + at, start, end, node.sizeBytes));
  // Only the first and the last may be written in part.
  const before = await Promise.all(pieces.map(({ index, isWhole }) => (isWhole ? undefined : index === first && guess ? guessed : readChunk(index))));
  pieces.forEach(({ index, from, to }, at) => {
    const part = bytes.subarray(index * CHUNK_BYTES + from - start, index * CHUNK_BYTES + to - start);
    issue(chunks.put({ volume: key.volume, inode: key.inode, index, bytes: patched(before[at]?.bytes, from, part) }));
  });
  const growthBytes = Math.max(0, end - node.sizeBytes);
  issue(transaction.objectStore('volumeNodes').put({ ...node, sizeBytes: node.sizeBytes + growthBytes, modifiedNs: nowNs, changedNs: nowNs }));
  if (growthBytes > 0) issue(transaction.objectStore('volumes').put({ ...volume, sizeBytes: volume.sizeBytes + growthBytes }));
  return end;
}

/** Cuts the file or fills it up with zeros. @throws FileError `no-entry`, `file-too-large` */
export async function resizeContent(transaction: VolumeTransaction, key: NodeKey, sizeBytes: number, nowNs: bigint): Promise<void> {
  if (sizeBytes > MAX_FILE_BYTES) throw new FileError('file-too-large');
  const node = await readNode(transaction, key);
  if (sizeBytes < node.sizeBytes) {
    const chunks = transaction.objectStore('volumeChunks');
    const kept = Math.ceil(sizeBytes / CHUNK_BYTES);
    issue(chunks.delete(chunkRange(key, kept, Number.POSITIVE_INFINITY)));
    const lastBytes = sizeBytes - (kept - 1) * CHUNK_BYTES;
    const last = lastBytes === CHUNK_BYTES || kept === 0 ? undefined : await chunks.get([key.volume, key.inode, kept - 1]);
    // What is cut off must not come back when the file grows again.
    if (last && last.bytes.byteLength > lastBytes) issue(chunks.put({ ...last, bytes: last.bytes.slice(0, lastBytes) }));
  }
  issue(transaction.objectStore('volumeNodes').put({ ...node, sizeBytes, modifiedNs: nowNs, changedNs: nowNs }));
  if (sizeBytes !== node.sizeBytes) await addSize(transaction, key.volume, sizeBytes - node.sizeBytes);
}

/** Erases a node that has no name, and its content. False: it has one again, or was erased already. */
export async function eraseNode(transaction: VolumeTransaction, key: NodeKey): Promise<boolean> {
  const nodes = transaction.objectStore('volumeNodes');
  const node = await nodes.get([key.volume, key.inode]);
  if (!node || node.links > 0) return false;
  issue(nodes.delete([key.volume, key.inode]));
  issue(transaction.objectStore('volumeChunks').delete(chunkRange(key, 0, Number.POSITIVE_INFINITY)));
  const volume = await readVolume(transaction, key.volume);
  issue(transaction.objectStore('volumes').put({ ...volume, sizeBytes: volume.sizeBytes - node.sizeBytes, files: volume.files - 1 }));
  return true;
}

function chunkRange({ volume, inode }: NodeKey, first: number, last: number): IDBKeyRange {
  return IDBKeyRange.bound([volume, inode, first], [volume, inode, last]);
}

/** What of chunk `index` a write of `start` to `end` covers, as offsets in it; `isWhole`: nothing of what it holds stays. */
function pieceOf(index: number, start: number, end: number, sizeBytes: number): { index: number; from: number; to: number; isWhole: boolean } {
  const base = index * CHUNK_BYTES;
  const from = Math.max(0, start - base);
  const to = Math.min(CHUNK_BYTES, end - base);
  return { index, from, to, isWhole: base >= sizeBytes || (from === 0 && base + to >= Math.min(sizeBytes, base + CHUNK_BYTES)) };
}

/** `before` with `part` at `from`, in a buffer of its own: a record that holds a view keeps the whole memory that it is a view of. */
function patched(before: ArrayBuffer | undefined, from: number, part: Uint8Array): ArrayBuffer {
  const bytes = new Uint8Array(Math.max(before?.byteLength ?? 0, from + part.length));
  if (before) bytes.set(new Uint8Array(before));
  bytes.set(part, from);
  return bytes.buffer;
}

async function addSize(transaction: VolumeTransaction, id: number, bytes: number): Promise<void> {
  const volume = await readVolume(transaction, id);
  issue(transaction.objectStore('volumes').put({ ...volume, sizeBytes: volume.sizeBytes + bytes }));
}
