import { hrefOfAsset, type View, viewOfHash } from '../links.ts';
import type { Trouble } from './trouble.ts';

const APP_NAME = 'Swerve';
const VIEW_NAMES: Readonly<Record<Exclude<View['name'], 'app' | 'volume'>, string>> = {
  home: 'Apps',
  console: 'Request console',
  cluster: 'Cluster',
  storage: 'Storage',
  browser: 'This browser',
  benchmark: 'Benchmark',
  unknown: 'Not found',
};

/** The window's title: `hello · Swerve`, and `(2) hello · Swerve` when something is wrong in two Apps. */
export function titleOf(view: View, troubled: number): string {
  const name = view.name === 'app' ? view.app : view.name === 'volume' ? view.volume : VIEW_NAMES[view.name];
  return `${troubled > 0 ? `(${troubled}) ` : ''}${name} · ${APP_NAME}`;
}

/** Keeps the panel's title, and its icon, which has a dot while something is wrong. Pages of Apps have their own. */
export function keepWindowTitle(trouble: Trouble, signal: AbortSignal): void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const update = (): void => {
    document.title = titleOf(viewOfHash(location.hash), trouble.count);
    const href = hrefOfAsset(trouble.count > 0 ? 'favicon-trouble.svg' : 'favicon.svg');
    if (icon !== null && icon.href !== href) icon.href = href;
  };
  const unsubscribe = trouble.subscribe(update);
  signal.addEventListener('abort', unsubscribe);
  addEventListener('hashchange', update, { signal });
  update();
}
