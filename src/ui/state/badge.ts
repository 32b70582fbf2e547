import { type View, viewOfHash } from '../links.ts';
import { onRemembered, recall, remember } from './remembered.ts';
import type { SeenByUid, Trouble } from './trouble.ts';

const SEEN = 'seen-trouble';

/** What was looked at before in this browser. */
export function recallSeen(): SeenByUid {
  const known = recall(SEEN);
  return typeof known === 'object' && known !== null ? (known as SeenByUid) : {};
}

/** What of the Apps `view` shows: one, all (null), or none (undefined). */
export function appsShownBy(view: View): { namespace: string; app: string } | null | undefined {
  if (view.name === 'home') return null;
  return view.name === 'app' ? { namespace: view.namespace, app: view.app } : undefined;
}

/** Keeps the number on the app's icon: Apps that nobody has looked at since they went wrong. Looking at an App, or at the list of all, takes it off again. */
export function keepBadge(trouble: Trouble, signal: AbortSignal): void {
  // What the last visit left there is not known: the first thing that is heard of the Apps sets it right.
  let shown = -1;
  const look = (): void => {
    const looked = document.visibilityState === 'visible' && document.hasFocus() ? appsShownBy(viewOfHash(location.hash)) : undefined;
    if (looked !== undefined && trouble.lookAt(looked)) remember(SEEN, trouble.seen);
  };
  const update = (): void => {
    look();
    if (trouble.unseen === shown) return;
    shown = trouble.unseen;
    show(shown);
  };
  const unsubscribe = trouble.subscribe(update);
  signal.addEventListener('abort', unsubscribe);
  addEventListener('hashchange', update, { signal });
  addEventListener('focus', update, { signal });
  document.addEventListener('visibilitychange', update, { signal });
  onRemembered(SEEN, () => trouble.learnSeen(recallSeen()), signal);
}

function show(count: number): void {
  const set = count > 0 ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.();
  set?.catch(() => {}); // A badge is a courtesy: a system that shows none is no failure.
}
