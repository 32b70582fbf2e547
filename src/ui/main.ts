/**
 * Realm Window: the control panel. Lives as long as its tab; holds only copies of what the API says, so closing it loses
 * nothing but a form that was not sent. It talks to nobody but the REST API under `_swerve/`, and to the service worker
 * only to register it and to let a waiting one take over. The same tab also is a host, which is another realm's script.
 */
import { ApiClient } from './api/client.ts';
import './elements/swerve-app.ts';
import { BASE } from './links.ts';
import { startServiceWorker } from './service-worker.ts';
import { PanelStore } from './state/panel-store.ts';
import { tokens } from './tokens.ts';

if (tokens.styleSheet !== undefined) document.adoptedStyleSheets.push(tokens.styleSheet);

const client = new ApiClient(BASE);
const store = new PanelStore(client);
for (const panel of document.querySelectorAll('swerve-app')) panel.store = store;

const lifetime = new AbortController();
void startServiceWorker(store.platform, client).then(() => store.start(lifetime.signal));
// A page in the back/forward cache must not hold streams open: it would be thrown out of the cache.
addEventListener('pagehide', () => lifetime.abort(), { once: true });
addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
