/**
 * Realm Window: the control panel. Lives as long as its tab; holds only copies of what the API says, so closing it loses
 * nothing but a form that was not sent. It talks to nobody but the REST API under `_swerve/`, to the service worker
 * only to register it and to let a waiting one take over, and to the host script beside it only to look for origins. The same tab also is a host, which is another realm's script.
 */
import { ApiClient } from './api/client.ts';
import { ShareClient } from './api/share-client.ts';
import './elements/swerve-app.ts';
import { libraryTheme } from './library-theme.ts';
import { BASE } from './links.ts';
import { startServiceWorker } from './service-worker.ts';
import { keepBadge } from './state/badge.ts';
import { takeLaunches } from './state/launch.ts';
import { OutsideFiles } from './state/outside-files.ts';
import { PanelStore } from './state/panel-store.ts';
import { SharedIntake } from './state/shared-intake.ts';
import { keepWindowTitle } from './state/window-title.ts';
import { tokens } from './tokens.ts';

for (const { styleSheet } of [tokens, libraryTheme]) if (styleSheet !== undefined) document.adoptedStyleSheets.push(styleSheet);

const client = new ApiClient(BASE);
const store = new PanelStore(client);
for (const panel of document.querySelectorAll('swerve-app')) panel.store = store;

const lifetime = new AbortController();
keepWindowTitle(store.trouble, lifetime.signal);
keepBadge(store.trouble, lifetime.signal);
void startServiceWorker(store.platform, client, store.reloadGuard).then(() => {
  store.start(lifetime.signal);
  const outside = new OutsideFiles(store);
  takeLaunches(outside);
  void new SharedIntake(new ShareClient(BASE), outside).take();
});
// A page in the back/forward cache must not hold streams open: it would be thrown out of the cache.
addEventListener('pagehide', () => lifetime.abort(), { once: true });
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
