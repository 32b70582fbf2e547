import type { App } from '../../core/app.ts';

/** The file that an export writes and an import reads: a zip archive of these parts. */
export const APPS_FILE = 'swerve.yaml';
export const INFO_FILE = 'swerve-export.json';
/** Raised when an older Swerve could not read the new form. */
export const ARCHIVE_FORMAT = 2;
/** Of an archive without volumes: every Swerve can read it. */
export const ARCHIVE_FORMAT_WITHOUT_VOLUMES = 1;

const MIB = 1_048_576;
/** What an import takes; an export makes no more. A zip archive is read from its end, so it is held in memory as a whole. */
export const ARCHIVE_LIMITS = {
  archiveBytes: 1024 * MIB,
  /** All parts together, unpacked. */
  unpackedBytes: 3072 * MIB,
  /** As `POST _swerve/modules`. */
  moduleBytes: 512 * MIB,
  appsBytes: 64 * MIB,
  infoBytes: MIB,
  entries: 10_000,
  apps: 2_000,
  volumes: 200,
} as const;

/** `swerve-export.json`. */
export interface ArchiveInfo {
  format: number;
  /** RFC 3339. */
  createdAt: string;
  /** Version of Swerve that wrote it. */
  swerve: string;
  counts: { apps: number; modules: number; logs: number; volumes?: number };
}

/** What an archive keeps of an App: what a person wrote, not what the server made of it. */
export interface ArchivedApp {
  namespace: string;
  name: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Not checked: the server does that. */
  spec: Record<string, unknown>;
}

export function archivedApp({ metadata, spec }: Pick<App, 'metadata' | 'spec'>): ArchivedApp {
  const { namespace, name, labels = {}, annotations = {} } = metadata;
  return { namespace, name, labels, annotations, spec };
}

export function keyOfApp({ namespace, name }: { namespace: string; name: string }): string {
  return `${namespace}/${name}`;
}
