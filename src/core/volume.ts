/** A named, persisted file tree of a namespace, which Apps mount. */
export interface Volume {
  namespace: string;
  name: string;
  /** Another one for each volume that ever had the name. */
  uid: string;
  /** Unix epoch, milliseconds. */
  createdAtMs: number;
  /** Of the content of its files, those included that were removed and are still open somewhere. */
  sizeBytes: number;
  /** Files, directories and links, without the root. */
  files: number;
}

/** A file, directory or symbolic link of a volume. */
export interface VolumeFile {
  /** From the root, with `/` at its start and none at its end; the root itself is `/`. */
  path: string;
  kind: 'regular-file' | 'directory' | 'symbolic-link';
  /** Of a symbolic link the length of its text, of a directory 0. */
  sizeBytes: number;
  /** Unix epoch, milliseconds. */
  modifiedAtMs: number;
  /** Text of a symbolic link. */
  target?: string;
}
