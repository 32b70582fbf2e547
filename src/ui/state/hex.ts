/** One line of a hex dump. */
export interface HexRow {
  offset: string;
  /** Two digits each; fewer than `columns` at the end. */
  bytes: string[];
  /** The same bytes as ASCII, a dot for what has no sign. */
  text: string;
}

/** How many rows `sizeBytes` make. */
export function hexRowCount(sizeBytes: number, columns: number): number {
  return Math.ceil(sizeBytes / columns);
}

/** The row at `index`, counted from 0. */
export function hexRow(bytes: Uint8Array, index: number, columns: number): HexRow {
  const start = index * columns;
  const row = [...bytes.subarray(start, start + columns)];
  return {
    offset: start.toString(16).padStart(8, '0'),
    bytes: row.map((byte) => byte.toString(16).padStart(2, '0')),
    text: row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join(''),
  };
}
