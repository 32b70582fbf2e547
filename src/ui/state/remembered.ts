/** What the panel remembers for this browser beyond its tab, by name: preferences and what was seen, never anything of worth. */
const PREFIX = 'swerve.';

/** What was remembered under `name`; null: nothing, or nothing that can be read. The caller checks its shape. */
export function recall(name: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name) ?? 'null');
  } catch {
    // Storage is blocked, or a page of an App has written there: the panel does without.
    return null;
  }
}

export function remember(name: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Blocked or full: the panel forgets with its tab.
  }
}

/** Calls `listener` when another tab has remembered something else under `name`. */
export function onRemembered(name: string, listener: () => void, signal: AbortSignal): void {
  addEventListener('storage', (event: StorageEvent) => event.key === PREFIX + name && listener(), { signal });
}
