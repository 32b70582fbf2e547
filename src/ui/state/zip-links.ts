/** Signatures and fields of APPNOTE.TXT 6.3.10, 4.3.12 and 4.3.16. */
const END = 0x06054b50;
const END_SIZE = 22;
const COMMENT_MAX = 65_535;
const ENTRY = 0x02014b50;
const ENTRY_SIZE = 46;
/** "Version made by", its upper byte: the attributes are those of Unix. */
const UNIX = 3;
const FILE_TYPE = 0xf000;
const SYMLINK = 0xa000;

/**
 * The name of a symbolic link in a zip archive's directory; null: there is none. The zip library does not tell. Looks at
 * an archive that the library has listed already; what it does not find there (a directory of Zip64) has no links that
 * anything would follow: a link unpacks as a text with its target.
 */
export function findSymlink(data: Uint8Array): string | null {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let end = data.length - END_SIZE;
  while (end >= 0 && end >= data.length - END_SIZE - COMMENT_MAX && view.getUint32(end, true) !== END) end -= 1;
  if (end < 0 || view.getUint32(end, true) !== END) return null;
  let at = view.getUint32(end + 16, true);
  while (at + ENTRY_SIZE <= end && view.getUint32(at, true) === ENTRY) {
    const nameLength = view.getUint16(at + 28, true);
    const system = view.getUint8(at + 5);
    const mode = view.getUint16(at + 40, true);
    if (system === UNIX && (mode & FILE_TYPE) === SYMLINK) return new TextDecoder().decode(data.subarray(at + ENTRY_SIZE, at + ENTRY_SIZE + nameLength));
    at += ENTRY_SIZE + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return null;
}
