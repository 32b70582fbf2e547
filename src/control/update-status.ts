import { RuntimeError } from '../core/errors.ts';
import type { Resource } from '../core/resource.ts';
import { equalJson } from '../store/equal-json.ts';
import type { ResourceKey, ResourceRepository } from '../store/resources.ts';

const ATTEMPTS = 10;

/**
 * Writes the status that `next` makes of the stored resource, reading again and asking `next` again whenever another
 * realm was faster. Resolves to the resource as stored; null when it is gone, or when `next` answered null (nothing to
 * write). `next` must be pure. @throws RuntimeError `resource-conflict` after 10 lost races, `storage-full`, `storage-failed`
 */
export async function updateStatus<T extends Resource>(
  resources: Pick<ResourceRepository, 'get' | 'updateStatus'>,
  key: ResourceKey,
  next: (current: T) => NonNullable<T['status']> | null,
): Promise<T | null> {
  for (let attempt = 1; ; attempt += 1) {
    const current = await resources.get<T>(key);
    if (current === null) return null;
    const status = next(current);
    if (status === null) return null;
    // A transaction that may write keeps every other write waiting, also when it finds that there is nothing to write.
    if (equalJson(current.status, status)) return current;
    const { uid, resourceVersion } = current.metadata;
    try {
      return await resources.updateStatus<T>(key, status, { uid, resourceVersion });
    } catch (error) {
      if (error instanceof RuntimeError && error.code === 'resource-not-found') return null;
      if (!(error instanceof RuntimeError) || error.code !== 'resource-conflict' || attempt >= ATTEMPTS) throw error;
    }
  }
}
