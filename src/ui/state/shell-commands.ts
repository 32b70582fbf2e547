import type { App } from '../../core/app.ts';
import type { IconName } from '../icons.ts';
import { APP_TABS, type AppTab, hrefOfApp, hrefOfConsole, hrefOfHome, hrefOfRoute, hrefOfView } from '../links.ts';
import { stateOfApp } from './app-state.ts';
import { copyText } from './clipboard.ts';
import type { Command } from './commands.ts';
import { exportToFile } from './export-file.ts';
import type { PanelStore } from './panel-store.ts';
import { THEMES } from './theme.ts';

/** What only the shell can do: it owns the dialogs and the file input. */
export interface ShellActions {
  chooseFiles(): void;
  showPalette(): void;
  showKeys(): void;
}

const TAB_ICONS: Record<AppTab, IconName> = {
  overview: 'app',
  requests: 'requests',
  logs: 'logs',
  instances: 'cluster',
  settings: 'settings',
  versions: 'clock',
};

const THEME_COMMANDS = {
  system: { title: 'Use the theme of the system', icon: 'display' },
  light: { title: 'Use the light theme', icon: 'sun' },
  dark: { title: 'Use the dark theme', icon: 'moon' },
} as const;

/** The commands that the shell itself has, for the cluster as it is now. */
export function shellCommands(store: PanelStore, actions: ShellActions): Command[] {
  return [
    ...viewCommands(),
    ...store.apps.items.map(openCommand),
    ...actionCommands(store, actions),
    ...store.apps.items.flatMap((app) => appCommands(store, app)),
  ];
}

function viewCommands(): Command[] {
  const go = (id: string, title: string, icon: IconName, keys: string, href: string, words: string): Command => ({
    id: `view/${id}`,
    title,
    group: 'Go to',
    icon,
    keys,
    words,
    run: () => goTo(href),
  });
  return [
    go('apps', 'Apps', 'app', 'g a', hrefOfHome(), 'home overview list'),
    go('console', 'Console', 'terminal', 'g r', hrefOfView('console'), 'request send curl http'),
    go('cluster', 'Cluster', 'cluster', 'g c', hrefOfView('cluster'), 'hosts tabs nodes instances pods'),
    go('storage', 'Storage', 'storage', 'g s', hrefOfView('storage'), 'disk modules quota backup'),
    go('browser', 'This browser', 'browser', 'g b', hrefOfView('browser'), 'features support jspi'),
    go('benchmark', 'Benchmark', 'gauge', 'g m', hrefOfView('benchmark'), 'measure speed performance latency throughput'),
  ];
}

function openCommand(app: App): Command {
  const { namespace, name } = app.metadata;
  return {
    id: `app/${namespace}/${name}`,
    title: name,
    group: 'Apps',
    icon: 'app',
    detail: stateOfApp(app).label,
    words: `app ${app.spec.routes.map(({ path }) => path).join(' ')}`,
    run: () => goTo(hrefOfApp(namespace, name)),
  };
}

function actionCommands(store: PanelStore, actions: ShellActions): Command[] {
  const { platform, theme, toasts } = store;
  const offer = toasts.items.findLast(({ action }) => action !== null);
  const commands: Command[] = [
    { id: 'search', title: 'Search and run', group: 'Actions', icon: 'search', keys: '/', isDeep: true, run: () => actions.showPalette() },
    {
      id: 'upload',
      title: 'Add wasm files',
      group: 'Actions',
      icon: 'upload',
      keys: 'n',
      words: 'upload choose drop new app deploy',
      run: () => actions.chooseFiles(),
    },
    { id: 'export', title: 'Export everything', group: 'Actions', icon: 'download', words: 'backup save archive zip', run: () => exportToFile(store, null) },
    { id: 'keys', title: 'Show keyboard shortcuts', group: 'Actions', icon: 'keyboard', keys: '?', words: 'help', run: () => actions.showKeys() },
    ...THEMES.filter((choice) => choice !== theme.choice).map((choice) => ({
      id: `theme/${choice}`,
      ...THEME_COMMANDS[choice],
      group: 'Actions',
      words: 'appearance colour mode',
      run: () => theme.choose(choice),
    })),
  ];
  if (platform.update === 'waiting') {
    commands.push({
      id: 'update',
      title: 'Update Swerve and reload',
      group: 'Actions',
      icon: 'restart',
      words: 'new version upgrade',
      run: () => platform.takeUpdate(),
    });
  }
  if (offer !== undefined) {
    const { id, text, action } = offer;
    commands.push({ id: 'message', title: `${action?.label}: ${text}`, group: 'Actions', icon: 'undo', keys: 'u', run: () => toasts.act(id) });
  }
  return commands;
}

function appCommands(store: PanelStore, app: App): Command[] {
  const { namespace, name } = app.metadata;
  const [route] = app.spec.routes;
  const base = { group: name, isDeep: true };
  const id = (what: string): string => `app/${namespace}/${name}/${what}`;
  const commands: Command[] = APP_TABS.filter((tab) => tab !== 'overview').map((tab) => ({
    ...base,
    id: id(tab),
    title: `${name}: ${tab}`,
    icon: TAB_ICONS[tab],
    run: () => goTo(hrefOfApp(namespace, name, tab)),
  }));
  if (route !== undefined) {
    const [{ href, text } = { href: hrefOfRoute(route), text: route.path }] = store.origins.addressesOf(app);
    commands.push(
      {
        ...base,
        id: id('open'),
        title: `Open ${name} in a new tab`,
        icon: 'external',
        detail: text,
        words: 'visit browse',
        run: () => void open(href, '_blank', 'noopener'),
      },
      {
        ...base,
        id: id('request'),
        title: `Send a request to ${name}`,
        icon: 'terminal',
        detail: route.path,
        words: 'console',
        run: () => goTo(hrefOfConsole({ path: route.path })),
      },
      {
        ...base,
        id: id('copy'),
        title: `Copy the address of ${name}`,
        icon: 'copy',
        detail: text,
        words: 'url link',
        run: () => copyText(store.toasts, href, `Copied ${href}`),
      },
    );
  }
  commands.push({
    ...base,
    id: id('export'),
    title: `Export ${name}`,
    icon: 'download',
    words: 'backup save archive zip',
    run: () => exportToFile(store, { namespace, name }),
  });
  commands.push({
    ...base,
    id: id('delete'),
    title: `Delete ${name}`,
    icon: 'trash',
    words: 'remove',
    isDestructive: true,
    run: async () => void (await store.deleteAppWithUndo(app)),
  });
  return commands;
}

function goTo(href: string): void {
  location.assign(href);
}
