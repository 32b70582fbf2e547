/**
 * Panel -> any service worker of its registration, the waiting one too, by `ServiceWorker.postMessage`; the answer comes
 * over the MessagePort that is transferred with it. Not part of the hosts' protocol and its version: the two ends are
 * different builds by nature, and one that does not know the question does not answer it.
 */
import type { Release } from '../core/changelog.ts';

export type FromPanel =
  /** What are you? Answered with one {@link BuildNews}. */
  | { type: 'changes' }
  /** Is all of you stored? What is missing is fetched. Answered with {@link BuildStored}: whether it is, and once more when it came to be or failed. */
  | { type: 'complete' };

/** How much of a build is stored. `partial`: the rest is being fetched. `failed`: it is not, for now. */
export interface BuildStored {
  state: 'whole' | 'partial' | 'failed';
}

/** What a build says of itself. */
export interface BuildNews {
  version: string;
  /** The newest entries of its changelog, newest first. */
  releases: readonly Release[];
}

/** Something that the system's share sheet handed to Swerve and that the panel has not yet taken. */
export interface Share {
  id: string;
  /** The link that was shared; null: none. */
  url: string | null;
  /** Their bytes are at `share/<id>/<index>`. */
  files: { name: string; type: string; sizeBytes: number }[];
}
