import { ERRNO, WasiError } from './errno.ts';

/** A piece of guest memory, as an `iovec` or `ciovec` names it. */
export interface Iovec {
  readonly pointer: number;
  readonly length: number;
}

/** `iovec` arrays longer than this are refused (POSIX `IOV_MAX`), so that a guest cannot make the host build endless lists. */
const MAX_IOVECS = 1024;
const IOVEC_BYTES = 8;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A guest's linear memory as host functions use it. Pointers and lengths arrive as the signed numbers that wasm passes;
 * whatever lies outside the memory is answered with EFAULT. Views are taken anew after the memory has grown.
 */
export class GuestMemory {
  readonly #memory: WebAssembly.Memory;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer as ArrayBuffer);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get sizeBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** A view of `length` bytes, valid until the guest runs again. @throws WasiError EFAULT */
  bytes(pointer: number, length: number): Uint8Array<ArrayBuffer> {
    const start = this.#locate(pointer, length);
    return this.#bytes.subarray(start, start + toUnsigned(length));
  }

  /** @throws WasiError EFAULT, EILSEQ when it is not UTF-8 */
  text(pointer: number, length: number): string {
    try {
      return decoder.decode(this.bytes(pointer, length));
    } catch (error) {
      if (error instanceof WasiError) throw error;
      throw new WasiError(ERRNO.ilseq, { cause: error });
    }
  }

  /** @throws WasiError EFAULT, EINVAL when there are more than 1024 */
  iovecs(pointer: number, count: number): Iovec[] {
    const total = count >>> 0;
    if (total > MAX_IOVECS) throw new WasiError(ERRNO.inval);
    const start = this.#locate(pointer, total * IOVEC_BYTES);
    const iovecs: Iovec[] = [];
    for (let at = start; at < start + total * IOVEC_BYTES; at += IOVEC_BYTES) {
      const iovec = { pointer: this.#view.getUint32(at, true), length: this.#view.getUint32(at + 4, true) };
      this.#locate(iovec.pointer, iovec.length);
      iovecs.push(iovec);
    }
    return iovecs;
  }

  /**
   * Finds a bad result pointer before bytes are moved that would then be lost. Nothing may be written there that early: a
   * result may lie within the bytes that are still to be read, as in WAGI's own hello world. @throws WasiError EFAULT
   */
  assertHolds(pointer: number, length: number): void {
    this.#locate(pointer, length);
  }

  setBytes(pointer: number, bytes: Uint8Array): void {
    const start = this.#locate(pointer, bytes.length);
    this.#bytes.set(bytes, start);
  }

  u8(pointer: number): number {
    return this.#view.getUint8(this.#locate(pointer, 1));
  }

  u16(pointer: number): number {
    const start = this.#locate(pointer, 2);
    return this.#view.getUint16(start, true);
  }

  u32(pointer: number): number {
    const start = this.#locate(pointer, 4);
    return this.#view.getUint32(start, true);
  }

  u64(pointer: number): bigint {
    const start = this.#locate(pointer, 8);
    return this.#view.getBigUint64(start, true);
  }

  setU8(pointer: number, value: number): void {
    const start = this.#locate(pointer, 1);
    this.#view.setUint8(start, value);
  }

  setU16(pointer: number, value: number): void {
    const start = this.#locate(pointer, 2);
    this.#view.setUint16(start, value, true);
  }

  setU32(pointer: number, value: number): void {
    const start = this.#locate(pointer, 4);
    this.#view.setUint32(start, value, true);
  }

  setU64(pointer: number, value: bigint): void {
    const start = this.#locate(pointer, 8);
    this.#view.setBigUint64(start, value, true);
  }

  /** The unsigned offset of `length` bytes that lie within the memory as it is now. */
  #locate(pointer: number, length: number): number {
    if (this.#bytes.buffer !== this.#memory.buffer) {
      this.#bytes = new Uint8Array(this.#memory.buffer as ArrayBuffer);
      this.#view = new DataView(this.#bytes.buffer);
    }
    const start = toUnsigned(pointer);
    if (start + toUnsigned(length) > this.#bytes.length) throw new WasiError(ERRNO.fault);
    return start;
  }
}

/** Not `>>> 0` for every number: sums and products that the host has computed may be over 32 bits, and must not wrap round into the memory. */
function toUnsigned(number: number): number {
  return number < 0 ? number >>> 0 : number;
}
