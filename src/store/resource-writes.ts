import type { Resource } from '../core/resource.ts';
import { equalJson } from './equal-json.ts';
import type { ChangesHead } from './schema.ts';

/** Changes kept for watches: a watch that starts before the oldest of them must list again. */
export const CHANGES_KEPT = 2_000;
/** Together with {@link CHANGES_KEPT}: Apps may carry whole files, and every change holds its object. */
export const CHANGES_KEPT_BYTES = 16_777_216;

export const EMPTY_CHANGES_HEAD: ChangesHead = { key: 'changes', resourceVersion: 0, oldest: 0, sizeBytes: 0 };

/**
 * `next` as it will be stored over `current`: uid and creationTimestamp stay, `generation` rises when `spec` differs.
 * Callers that must know the generation before they write use this too.
 */
export function prepareReplace<T extends Resource>(current: T, next: T): T {
  const specChanged = !equalJson(current.spec, next.spec);
  const { uid, creationTimestamp, generation } = current.metadata;
  return { ...next, metadata: { ...next.metadata, uid, creationTimestamp, generation: specChanged ? generation + 1 : generation } };
}

/** True when writing `next` over `current` would change nothing but `resourceVersion`. */
export function isUnchanged(current: Resource, next: Resource): boolean {
  const { resourceVersion: _current, ...currentMetadata } = current.metadata;
  const { resourceVersion: _next, ...nextMetadata } = next.metadata;
  return equalJson({ ...current, metadata: currentMetadata }, { ...next, metadata: nextMetadata });
}

/** True when the ring described by `head` holds every change after `resourceVersion`. A version from the future is one of a database that was cleared since. */
export function canWatchFrom(head: ChangesHead, resourceVersion: number): boolean {
  if (resourceVersion === head.resourceVersion) return true;
  return resourceVersion < head.resourceVersion && head.oldest > 0 && resourceVersion >= head.oldest - 1;
}
