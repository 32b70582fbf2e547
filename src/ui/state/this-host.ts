import { hostLockName } from '../../protocol/sw-host.ts';

const PROBE_PREFIX = 'panel/';

/**
 * The id of the host that runs in this very tab, or null while it has not announced itself. Realms do not import each
 * other, so the tab is recognised by what the Web Locks of the origin have in common: the host's lock (sw-host.ts) and a
 * lock taken here are held by the same client.
 */
export async function findThisHost(): Promise<string | null> {
  if (!('locks' in navigator)) return null;
  const probe = `${PROBE_PREFIX}${crypto.randomUUID()}`;
  return navigator.locks.request(probe, async () => {
    const held = (await navigator.locks.query()).held ?? [];
    const clientId = held.find(({ name }) => name === probe)?.clientId;
    const prefix = hostLockName('');
    const lock = held.find((candidate) => candidate.clientId === clientId && candidate.name?.startsWith(prefix));
    return lock?.name?.slice(prefix.length) ?? null;
  });
}
