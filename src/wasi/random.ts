/** `crypto.getRandomValues` refuses more at once (Web Cryptography API, "getRandomValues"). */
const MAX_PIECE_BYTES = 65_536;

/** Fills `bytes`, of any length, from the platform's cryptographic generator. */
export function fillRandom(bytes: Uint8Array<ArrayBuffer>): void {
  for (let offset = 0; offset < bytes.length; offset += MAX_PIECE_BYTES) {
    crypto.getRandomValues(bytes.subarray(offset, offset + MAX_PIECE_BYTES));
  }
}
