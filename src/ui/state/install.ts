import { Observable } from './observable.ts';
import { recall, remember } from './remembered.ts';
import type { Traffic } from './traffic.ts';

/** https://wicg.github.io/manifest-incubations/#beforeinstallpromptevent-interface, not in TypeScript's libraries. */
interface BeforeInstallPromptEvent extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

/** What it hears and remembers by. */
export interface InstallPlace {
  /** Where the browser tells of installation. */
  events: EventTarget;
  /** The page is in a window of the installed app. */
  isStandalone: boolean;
  recall(name: string): unknown;
  remember(name: string, value: unknown): void;
}

function thisWindow(): InstallPlace {
  const isStandalone = matchMedia('(display-mode: standalone)').matches || (navigator as { standalone?: boolean }).standalone === true;
  return { events: globalThis as unknown as EventTarget, isStandalone, recall, remember };
}

const ANSWERED = 'app-answered';
const DISMISSED = 'install-dismissed';

/** How to install where the browser has no button that a page could press. Each browser's own menu, by the names that it has there. */
export const INSTALL_BY_HAND: readonly { where: string; how: string }[] = [
  { where: 'Chrome, Edge', how: 'the install icon at the end of the address bar, or Install in the menu' },
  { where: 'Safari on a Mac', how: 'File, Add to Dock' },
  { where: 'iPhone and iPad', how: 'Share, Add to Home Screen' },
  { where: 'Firefox on Android', how: 'Add app to Home screen in the menu' },
  { where: 'Firefox on Windows', how: 'the icon for web apps in the address bar, where it is shown' },
];

/** Whether Swerve is an app of this system, could become one, and when to say so. */
export class Installation extends Observable {
  readonly #place: InstallPlace;
  #event: BeforeInstallPromptEvent | null = null;
  #isInstalled: boolean;
  #isDismissed: boolean;
  #hasAnswered: boolean;

  constructor(traffic: Traffic, place: InstallPlace = thisWindow()) {
    super();
    this.#place = place;
    this.#isInstalled = place.isStandalone;
    this.#isDismissed = place.recall(DISMISSED) === true;
    this.#hasAnswered = place.recall(ANSWERED) === true;
    place.events.addEventListener('beforeinstallprompt', (event) => {
      // The browser's own bar would come at a moment of its choice.
      event.preventDefault();
      this.#event = event as BeforeInstallPromptEvent;
      this.changed();
    });
    place.events.addEventListener('appinstalled', () => {
      this.#isInstalled = true;
      this.#event = null;
      this.changed();
    });
    const unlisten = traffic.listen(({ apps }) => apps.some(({ requests, errors }) => requests > errors) && noteAnswer());
    const noteAnswer = (): void => {
      unlisten();
      if (this.#hasAnswered) return;
      this.#hasAnswered = true;
      place.remember(ANSWERED, true);
      this.changed();
    };
  }

  /** This window is the installed app, or it was installed from it. A tab beside the installed app is not told. */
  get isInstalled(): boolean {
    return this.#isInstalled;
  }

  /** The browser lets this page ask: {@link install} works. */
  get canInstall(): boolean {
    return this.#event !== null && !this.#isInstalled;
  }

  /** True when it is time to offer it unasked: an App has answered here, and the person has not said no. */
  get isOfferDue(): boolean {
    return this.canInstall && this.#hasAnswered && !this.#isDismissed;
  }

  /** Asks, in the browser's own dialog. Call from a click. Who says no there is not asked again unless they come here themselves. */
  async install(): Promise<void> {
    const event = this.#event;
    if (event === null) return;
    // An event prompts once; the browser fires another where it may be asked again.
    this.#event = null;
    const { outcome } = await event.prompt();
    if (outcome === 'dismissed') this.dismiss();
    else this.changed();
  }

  /** Never offers it again by itself. */
  dismiss(): void {
    this.#isDismissed = true;
    this.#place.remember(DISMISSED, true);
    this.changed();
  }
}
