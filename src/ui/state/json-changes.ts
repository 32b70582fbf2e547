/** Comparing and merging plain data, as JSON has it. A member that is undefined counts as absent. */

type Record_ = Record<string, unknown>;

function isRecord(value: unknown): value is Record_ {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function keysOf(value: Record_): string[] {
  return Object.keys(value).filter((key) => value[key] !== undefined);
}

/** Whether both say the same; the order of members does not count. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => equalJson(item, b[index]));
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = keysOf(a);
  return keys.length === keysOf(b).length && keys.every((key) => Object.hasOwn(b, key) && equalJson(a[key], b[key]));
}

/** Where `a` and `b` differ, as field paths: `spec.limits.queue`, `spec.env[GREETING]`. A list that differs is one path. */
export function changedPaths(a: unknown, b: unknown, at = ''): string[] {
  if (equalJson(a, b)) return [];
  if (!isRecord(a) || !isRecord(b)) return [at];
  return [...new Set([...keysOf(a), ...keysOf(b)])].flatMap((key) => changedPaths(a[key], b[key], pathTo(at, key)));
}

/** `theirs` with everything that `mine` changed of `base`. Lists are taken whole. */
export function mergeChanges(base: unknown, mine: unknown, theirs: unknown): unknown {
  if (equalJson(base, mine)) return theirs;
  if (!isRecord(base) || !isRecord(mine) || !isRecord(theirs)) return mine;
  const merged: Record_ = {};
  for (const key of [...new Set([...keysOf(theirs), ...keysOf(mine)])]) {
    const value = mergeChanges(base[key], mine[key], theirs[key]);
    if (value !== undefined) merged[key] = value;
  }
  return merged;
}

function pathTo(at: string, key: string): string {
  if (at === '') return key;
  return /^[A-Za-z_$][\w$]*$/.test(key) && !/\.(env|labels|annotations)$/.test(at) ? `${at}.${key}` : `${at}[${key}]`;
}
