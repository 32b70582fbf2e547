/** Nothing is drawn before this: most answers are there sooner. */
const QUIET_MS = 300;
/** The document is still there this long after it went to its answer: the answer was a download or had no content. */
const STAYED_AFTER_MS = 1_500;

const PHASES = {
  starting: 'Starting the program…',
  running: 'The program is working on its answer…',
  receiving: 'The answer is arriving…',
} as const;

export type BootPhase = keyof typeof PHASES;

/** What the person in front of a boot document sees, and the step to the answer. */
export class BootView {
  readonly #bootUrl: string;
  readonly #publicUrl = location.href;
  #phase: BootPhase = 'starting';
  #text: HTMLElement | null = null;
  #timer: ReturnType<typeof setTimeout>;

  constructor(bootUrl: string) {
    this.#bootUrl = bootUrl;
    this.#timer = setTimeout(() => this.#draw(), QUIET_MS);
  }

  show(phase: BootPhase): void {
    this.#phase = phase;
    if (this.#text) this.#text.textContent = PHASES[phase];
  }

  /** Replaces this document by the kept answer. */
  goToAnswer(): void {
    clearTimeout(this.#timer);
    // The service worker knows this navigation by its referrer; and a new address makes the replacement a real
    // navigation even where the two differ in nothing but a fragment.
    history.replaceState(null, '', this.#bootUrl);
    location.replace(this.#publicUrl);
    setTimeout(() => {
      history.replaceState(null, '', this.#publicUrl);
      this.#draw('This address answered with a download, or with nothing to show.');
    }, STAYED_AFTER_MS);
  }

  #draw(text: string = PHASES[this.#phase]): void {
    if (!this.#text) {
      const style = document.createElement('style');
      style.textContent = `
        body { margin: 0; min-height: 100vh; display: grid; place-content: center; justify-items: center; gap: 1rem; font: 1rem/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText; }
        .bar { inline-size: 10rem; block-size: 3px; border-radius: 2px; overflow: hidden; background: color-mix(in srgb, CanvasText 15%, transparent); }
        .bar::before { content: ''; display: block; inline-size: 40%; block-size: 100%; border-radius: inherit; background: #e8590c; animation: run 1s ease-in-out infinite alternate; }
        @keyframes run { to { transform: translateX(150%); } }
        @media (prefers-reduced-motion: reduce) { .bar::before { animation: none; inline-size: 100%; } }`;
      document.head.append(style);
      const bar = document.createElement('div');
      bar.className = 'bar';
      bar.setAttribute('aria-hidden', 'true');
      this.#text = document.createElement('p');
      this.#text.setAttribute('role', 'status');
      this.#text.style.margin = '0';
      document.body.append(bar, this.#text);
    }
    this.#text.textContent = text;
  }
}
