import type { Database } from './database.ts';
import { eraseNode, type NodeKey } from './volume-content.ts';
import { readVolumes, writeVolumes } from './volume-transaction.ts';

/**
 * What was removed lives on while somebody has it open, in whichever tab. Who opens a node holds a shared Web Lock of it,
 * which the browser releases with its worker; who gets the lock exclusively erases what has no name any more.
 */

/**
 * An opener asks for its lock in the turn in which it learned of the node. By then another may have removed the name, and
 * must not find the lock free before that request has arrived.
 */
export const ORPHAN_GRACE_MS = 2_000;

/** Holds `key` until the function that it answers is called. Does not wait for the lock. */
export function holdNode(key: NodeKey): () => void {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  // Refused only where locks are, in documents of opaque origin: nothing of volumes is there either.
  void navigator.locks.request(lockName(key), { mode: 'shared' }, () => released).catch(() => {});
  return release;
}

/** Erases `key` when it has no name and nobody holds it. */
export async function eraseUnheld(database: Database, key: NodeKey): Promise<void> {
  await navigator.locks.request(lockName(key), { ifAvailable: true }, async (lock) => {
    if (lock) await writeVolumes(database, 'a removed file', false, (transaction) => eraseNode(transaction, key));
  });
}

/** Erases what lost its name in `volume` longer ago than the grace and is held by nobody: what tabs that were closed left behind. */
export async function sweepOrphans(database: Database, volume: number, nowMs: number): Promise<void> {
  const range = IDBKeyRange.bound([volume, 0], [volume, nowMs - ORPHAN_GRACE_MS]);
  const keys = await readVolumes(database, 'removed files', (transaction) => transaction.objectStore('volumeNodes').index('orphans').getAllKeys(range));
  for (const [, inode] of keys) await eraseUnheld(database, { volume, inode });
}

function lockName({ volume, inode }: NodeKey): string {
  return `swerve/volume/${volume}/${inode}`;
}
