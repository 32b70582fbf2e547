import { RuntimeError } from '../core/errors.ts';

/** What a transaction was about, for the message of its failure. */
export interface StorageSubject {
  /** For example `module sha256:… ` or `resource App default/hello`. */
  what: string;
  sizeBytes?: number;
}

interface StorageEstimateNumbers {
  usageBytes: number;
  quotaBytes: number;
}

/**
 * The RuntimeError for a failed IndexedDB operation: `storage-full` when the browser refused for space (with the
 * origin's usage and quota where the browser tells them), else `storage-failed`. A RuntimeError passes unchanged.
 */
export async function toStorageError(error: unknown, subject: StorageSubject): Promise<RuntimeError> {
  if (error instanceof RuntimeError) return error;
  const size = subject.sizeBytes === undefined ? {} : { sizeBytes: subject.sizeBytes };
  if (nameOf(error) !== 'QuotaExceededError') {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return new RuntimeError('storage-failed', `could not read or write ${subject.what}: ${reason}`, { details: { what: subject.what, ...size }, cause: error });
  }
  const estimate = await estimateStorage();
  const sized = subject.sizeBytes === undefined ? '' : ` (${subject.sizeBytes} bytes)`;
  const room = estimate === null ? '' : `: ${estimate.usageBytes} of ${estimate.quotaBytes} bytes are in use`;
  return new RuntimeError(
    'storage-full',
    `the browser has no room to store ${subject.what}${sized}${room}; nothing of it was stored. Delete modules that no App uses, or free disk space`,
    { details: { what: subject.what, ...size, ...estimate }, cause: error },
  );
}

function nameOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : '';
}

async function estimateStorage(): Promise<StorageEstimateNumbers | null> {
  try {
    const { usage, quota } = await navigator.storage.estimate();
    return usage === undefined || quota === undefined ? null : { usageBytes: usage, quotaBytes: quota };
  } catch {
    // Absent outside secure contexts and in old engines: the numbers only adorn the message.
    return null;
  }
}
