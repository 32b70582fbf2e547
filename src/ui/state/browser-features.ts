import { Observable } from './observable.ts';
import { WASM_FEATURES } from './wasm-features.ts';

/** `untold`: a page cannot find out. */
export type Presence = 'yes' | 'no' | 'untold';

/** One thing that a browser may have, and what it is to Swerve. */
export interface Feature {
  name: string;
  presence: Presence;
  /** Without it nothing runs, or only some things do. */
  isNeeded: boolean;
  /** What Swerve does with it. */
  use: string;
  /** What becomes of Swerve without it: what is lost, and what still works. */
  without: string;
}

/** Features that belong together. */
export interface FeatureGroup {
  title: string;
  about: string;
  features: Feature[];
}

/** What this browser has of what Swerve can use, found by asking for each feature, never by the browser's name. */
export class BrowserFeatures extends Observable {
  #groups: FeatureGroup[] = [];

  /** Empty until they are measured. */
  get groups(): FeatureGroup[] {
    return this.#groups;
  }

  async measure(): Promise<void> {
    const [serving, keeping] = await Promise.all([measureServing(), measureKeeping()]);
    this.#groups = [
      { title: 'Serving', about: 'How requests come to your Apps and answers leave them.', features: serving },
      { title: 'Keeping', about: 'Where modules, Apps and cookies are stored, and for how long.', features: keeping },
      { title: 'WebAssembly', about: 'What modules may be built with.', features: measureWasm() },
      { title: 'Being an app', about: 'How the panel fits into the system. Apps serve without any of it.', features: measureApp() },
    ];
    this.changed();
  }
}

function feature(name: string, presence: boolean | 'untold', use: string, without: string, isNeeded = false): Feature {
  return { name, presence: presence === 'untold' ? 'untold' : presence ? 'yes' : 'no', isNeeded, use, without };
}

async function measureServing(): Promise<Feature[]> {
  return [
    feature('Service worker', 'serviceWorker' in navigator, 'Takes every request for this site and hands it to an App.', 'Nothing can answer.', true),
    feature(
      'JSPI',
      'Suspending' in WebAssembly,
      'Lets a guest wait, for a body that is still arriving or a timer, while its worker serves others.',
      'A guest that waits keeps its worker to itself, so an App takes fewer requests at once.',
    ),
    feature(
      'Web Locks',
      'locks' in navigator,
      'Tell at once that a tab is gone, so that its requests are taken elsewhere, and pick the tab that leads.',
      'Tabs cannot serve as hosts.',
      true,
    ),
    feature('Transferable streams', canTransferStreams(), 'Not used: Swerve sends bodies in frames of its own, which every browser takes.', 'Nothing is lost.'),
    feature(
      'Request bodies as streams',
      'body' in Request.prototype,
      'An upload reaches the guest while it is still being sent.',
      'An upload is read whole before the guest gets it. Large ones take memory.',
    ),
    feature(
      'Static routing',
      'workerFinalSourceType' in PerformanceResourceTiming.prototype || 'workerFinalRouterSource' in PerformanceResourceTiming.prototype ? true : 'untold',
      'Files of the panel itself pass the service worker by.',
      'They pass through it, which costs a millisecond or two each.',
    ),
    feature('Broadcast channel', 'BroadcastChannel' in globalThis, 'Tabs tell each other that one of them updates.', 'The panel does not start.', true),
  ];
}

async function measureKeeping(): Promise<Feature[]> {
  return [
    feature('IndexedDB', await canOpenDatabase(), 'The disk of the cluster: modules, Apps, logs, cookies.', 'Nothing can be kept, so nothing can run.', true),
    feature(
      'Persistent storage',
      await isPersistent(),
      'The browser keeps what is stored until you delete it.',
      'It may be thrown away when the disk runs low. Swerve asks when you add a file; installing or bookmarking this site helps.',
    ),
    feature(
      'Storage estimate',
      typeof navigator.storage?.estimate === 'function',
      'Shows how much space is used and left.',
      'How much is left cannot be shown. A full disk is still told.',
    ),
    feature(
      'Cookie Store',
      'cookieStore' in globalThis,
      'Cookies of Apps and cookies of the browser follow each other.',
      'Apps keep their cookies, but scripts in their pages do not see them.',
    ),
    feature(
      'Private file system',
      typeof navigator.storage?.getDirectory === 'function',
      'Not used: modules and Apps are kept in IndexedDB.',
      'Nothing is lost.',
    ),
  ];
}

function measureWasm(): Feature[] {
  const hasWasm = typeof WebAssembly === 'object';
  return [
    feature('WebAssembly', hasWasm, 'Runs modules.', 'Nothing can run. Lockdown modes and some policies switch it off.', true),
    ...WASM_FEATURES.map(({ name, bytes, use }) =>
      feature(
        name,
        hasWasm && WebAssembly.validate(new Uint8Array(bytes)),
        use,
        'A module that was built with it is refused. Build it without, or use another browser.',
      ),
    ),
    feature(
      'Shared memory and threads',
      crossOriginIsolated,
      'Not used: a guest has one thread.',
      'Nothing is lost. It would need headers that keep other sites from being embedded in pages of Apps.',
    ),
  ];
}

function measureApp(): Feature[] {
  const isInstalled = matchMedia('(display-mode: standalone)').matches;
  return [
    feature(
      'Installed',
      isInstalled ? true : 'onbeforeinstallprompt' in globalThis ? false : 'untold',
      'The panel has a window and an icon of its own, and its storage is kept more readily.',
      'The panel works in a tab all the same. The browser’s menu may offer to install it.',
    ),
    feature(
      'Opens .wasm files',
      'launchQueue' in globalThis,
      'Once installed, the system can open .wasm files with Swerve.',
      'Drop them on the panel, or choose them.',
    ),
    feature('Clipboard', typeof navigator.clipboard?.writeText === 'function', 'Copies addresses and commands.', 'Select the text and copy it yourself.'),
    feature('Badge', 'setAppBadge' in navigator, 'The icon of the installed panel shows that an App is in trouble.', 'Only the panel shows it.'),
  ];
}

function canTransferStreams(): boolean {
  try {
    const stream = new ReadableStream();
    structuredClone(stream, { transfer: [stream] });
    return true;
  } catch {
    // DataCloneError: that is the answer.
    return false;
  }
}

/** Private windows of some browsers have the interface, and refuse to open anything. */
function canOpenDatabase(): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open('swerve-probe');
      request.onerror = () => resolve(false);
      request.onsuccess = () => {
        request.result.close();
        indexedDB.deleteDatabase('swerve-probe');
        resolve(true);
      };
    } catch {
      // Absent, or forbidden on this page.
      resolve(false);
    }
  });
}

async function isPersistent(): Promise<boolean | 'untold'> {
  return navigator.storage?.persisted === undefined ? 'untold' : navigator.storage.persisted();
}
