import { FileError, type FileErrorCode } from '../../core/file-error.ts';

/** `errno` of wasi_snapshot_preview1, the values this host answers with. Spec: WASI legacy/preview1/docs.md, "errno". */
export const ERRNO = {
  success: 0,
  access: 2,
  again: 6,
  badf: 8,
  busy: 10,
  dquot: 19,
  exist: 20,
  fault: 21,
  fbig: 22,
  ilseq: 25,
  inval: 28,
  io: 29,
  isdir: 31,
  loop: 32,
  mfile: 33,
  nametoolong: 37,
  noent: 44,
  nospc: 51,
  notdir: 54,
  notempty: 55,
  notsock: 57,
  notsup: 58,
  overflow: 61,
  perm: 63,
  pipe: 64,
  rofs: 69,
  spipe: 70,
  xdev: 75,
  notcapable: 76,
} as const;

export type Errno = (typeof ERRNO)[keyof typeof ERRNO];

/** A host function failed; the guest gets `errno`. */
export class WasiError extends Error {
  readonly errno: Errno;

  constructor(errno: Errno, options?: ErrorOptions) {
    super(`errno ${errno}`, options);
    this.name = 'WasiError';
    this.errno = errno;
  }
}

const FROM_FILE_ERROR: Record<FileErrorCode, Errno> = {
  access: ERRNO.access,
  'bad-descriptor': ERRNO.badf,
  busy: ERRNO.busy,
  exist: ERRNO.exist,
  'file-too-large': ERRNO.fbig,
  'insufficient-space': ERRNO.nospc,
  invalid: ERRNO.inval,
  io: ERRNO.io,
  'is-directory': ERRNO.isdir,
  loop: ERRNO.loop,
  'name-too-long': ERRNO.nametoolong,
  'no-entry': ERRNO.noent,
  'not-directory': ERRNO.notdir,
  'not-empty': ERRNO.notempty,
  'not-permitted': ERRNO.perm,
  quota: ERRNO.dquot,
  'read-only': ERRNO.rofs,
  unsupported: ERRNO.notsup,
};

/** The errno for an error that is the guest's to see; every other error is thrown on, so that it unwinds the guest. */
export function toErrno(error: unknown): Errno {
  if (error instanceof WasiError) return error.errno;
  if (error instanceof FileError) return FROM_FILE_ERROR[error.code];
  throw error;
}
