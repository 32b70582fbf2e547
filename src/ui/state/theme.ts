import { Observable } from './observable.ts';
import { recall, remember } from './remembered.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEMES)[number];

/** Also read by the script in index.html that paints the first frame. */
const REMEMBERED = 'theme';

/** Light, dark, or as the system has it. The tokens are `light-dark()` values, so the document's color-scheme decides. */
export class Theme extends Observable {
  #choice: ThemeChoice = choiceOf(recall(REMEMBERED));

  constructor() {
    super();
    this.#apply();
    // Chosen in another tab.
    addEventListener('storage', () => this.#take(choiceOf(recall(REMEMBERED))));
  }

  get choice(): ThemeChoice {
    return this.#choice;
  }

  choose(choice: ThemeChoice): void {
    remember(REMEMBERED, choice);
    this.#take(choice);
  }

  #take(choice: ThemeChoice): void {
    if (choice === this.#choice) return;
    this.#choice = choice;
    this.#apply();
    this.changed();
  }

  #apply(): void {
    document.documentElement.style.colorScheme = this.#choice === 'system' ? '' : this.#choice;
    // The browser's own frame around an installed panel.
    for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
      const own = meta.media.includes('dark') || meta.dataset['scheme'] === 'dark' ? 'dark' : 'light';
      meta.dataset['scheme'] = own;
      meta.media = this.#choice === 'system' ? `(prefers-color-scheme: ${own})` : this.#choice === own ? 'all' : 'not all';
    }
  }
}

function choiceOf(kept: unknown): ThemeChoice {
  return THEMES.find((theme) => theme === kept) ?? 'system';
}
