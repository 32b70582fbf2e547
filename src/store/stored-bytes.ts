/** Bytes as a record holds them: a Blob, which is read only when it is asked for, or a buffer where the browser keeps no Blobs (platform facts, "Blobs in IndexedDB"). */
export type StoredBytes = Blob | ArrayBuffer;

export function sizeOf(bytes: StoredBytes): number {
  return bytes instanceof Blob ? bytes.size : bytes.byteLength;
}

export async function toBuffer(bytes: StoredBytes): Promise<ArrayBuffer> {
  return bytes instanceof Blob ? bytes.arrayBuffer() : bytes;
}

export function toBlob(bytes: StoredBytes, type = ''): Blob {
  return bytes instanceof Blob ? bytes : new Blob([bytes], { type });
}
