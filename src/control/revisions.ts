import { type App, type AppRevision, type AppStatus, REVISIONS_KEPT } from '../core/app.ts';
import type { Digest } from '../core/ids.ts';

/**
 * The revisions of `app` once it runs `digest`, newest first: those it has when it runs that already. An App that was
 * written before there were revisions gets its module of until now as the first, dated with its creation.
 */
export function revisionsWith(app: App, digest: Digest, { atMs, sizeBytes }: { atMs: number; sizeBytes: number | undefined }): AppRevision[] {
  const known = revisionsOf(app);
  const newest = known[0];
  if (newest?.digest === digest) return known;
  const revision: AppRevision = { revision: (newest?.revision ?? 0) + 1, digest, atMs, ...(sizeBytes === undefined ? {} : { sizeBytes }) };
  return [revision, ...known].slice(0, REVISIONS_KEPT);
}

/** `status` as somebody wrote it, with the revisions that the server keeps of `app`. */
export function keepRevisions(app: App, status: AppStatus): AppStatus {
  const { revisions: _written, ...rest } = status;
  const revisions = app.status?.revisions;
  return revisions === undefined ? rest : { ...rest, revisions };
}

function revisionsOf(app: App): AppRevision[] {
  const { revisions = [] } = app.status ?? {};
  if (revisions.length > 0 || app.metadata.resourceVersion === '') return revisions;
  return [{ revision: 1, digest: app.spec.source.digest, atMs: Date.parse(app.metadata.creationTimestamp) }];
}
