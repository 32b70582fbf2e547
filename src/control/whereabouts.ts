import type { App } from '../core/app.ts';
import { appAddresses } from '../core/app-address.ts';
import { type AppPlace, type OriginMode, type OriginRecord, placeOf } from '../core/app-origin.ts';
import type { Store } from '../store/store.ts';

/** Where one App is, as its status tells it. */
export interface Whereabouts {
  place: AppPlace;
  /** What to open; null: it is nowhere. */
  address: string | null;
  /** What is known of the origin that it has; null: nothing, or that it was another App's. */
  record: OriginRecord | null;
}

/** As far as it is stored. @throws RuntimeError `storage-failed` */
export async function findWhereabouts(app: App, origins: Pick<Store['origins'], 'mode' | 'get'>, base: URL): Promise<Whereabouts> {
  const place = placeOf(app, base, await origins.mode());
  return whereaboutsOf(app, place, place.at === 'own' ? await origins.get(place.origin) : null, base);
}

/** Of an App at `place` whose origin has `record`. */
export function whereaboutsOf(app: App, place: AppPlace, record: OriginRecord | null, base: URL): Whereabouts {
  return { place, address: appAddresses(app, place, base)[0] ?? null, record: record?.uid === app.metadata.uid ? record : null };
}

/** Follows what is stored of origins, and tells whom it concerns. */
export class OriginChanges {
  readonly #origins: Pick<Store['origins'], 'mode' | 'list'>;
  #mode: OriginMode | null = null;
  #records = new Map<string, OriginRecord>();

  constructor(origins: Pick<Store['origins'], 'mode' | 'list'>) {
    this.#origins = origins;
  }

  /** Names of the Apps (`namespace/name`) whose origin has another state than at the last call; `all`: Apps are served in another way. @throws RuntimeError `storage-failed` */
  async next(): Promise<Set<string> | 'all'> {
    const [mode, list] = await Promise.all([this.#origins.mode(), this.#origins.list()]);
    const before = this.#records;
    this.#records = new Map(list.map((record) => [record.origin, record]));
    const hasMoved = textOf(mode) !== textOf(this.#mode);
    this.#mode = mode;
    if (hasMoved) return 'all';
    const changed = new Set<string>();
    for (const origin of new Set([...before.keys(), ...this.#records.keys()])) {
      const [old, current] = [before.get(origin), this.#records.get(origin)];
      if (old?.atMs === current?.atMs && old?.state === current?.state && old?.uid === current?.uid) continue;
      for (const record of [old, current]) if (record !== undefined) changed.add(`${record.namespace}/${record.app}`);
    }
    return changed;
  }
}

/** When it was looked at changes no App. */
function textOf(mode: OriginMode | null): string {
  return mode === null ? '' : mode.mode === 'own' ? 'own' : mode.reason;
}
