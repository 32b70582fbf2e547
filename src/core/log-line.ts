/** One line that a guest or its supervisor wrote. */
export interface LogLine {
  /** Unix epoch, milliseconds. */
  atMs: number;
  /** `stderr` and `stdout` are the guest's own words, `system` is Swerve's. */
  stream: 'stdout' | 'stderr' | 'system';
  /** Without its line end; at most 16 KiB, longer lines are cut and say so. */
  text: string;
  /** The instance that wrote it; empty for lines about the App as a whole. */
  instance: string;
}
