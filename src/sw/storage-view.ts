/// <reference lib="webworker" />
import type { StorageView } from '../control/storage-report.ts';

/** Chromium tells what the usage is made of; no standard, so not in TypeScript's libraries. */
interface DetailedEstimate extends StorageEstimate {
  usageDetails?: { caches?: number };
}

/** What the browser says of this origin's storage. */
export async function viewStorage(): Promise<StorageView> {
  const [estimate, persisted]: [DetailedEstimate, boolean] = await Promise.all([navigator.storage.estimate(), navigator.storage.persisted()]);
  const { usage = null, quota = null, usageDetails } = estimate;
  return { usageBytes: usage, quotaBytes: quota, persisted, cacheBytes: usageDetails?.caches ?? null };
}
