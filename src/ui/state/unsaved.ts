import { Observable } from './observable.ts';

/**
 * What a person has typed in this tab and not yet saved. While there is any, a new version of Swerve must wait, and the
 * browser asks before the page goes.
 */
export class Unsaved extends Observable {
  readonly #texts = new Map<string, string>();

  get isAny(): boolean {
    return this.#texts.size > 0;
  }

  /** What it is, in words: "the settings of hello". */
  get items(): string[] {
    return [...this.#texts.values()];
  }

  /** `key` names the form, `text` is what a person would call it. */
  set(key: string, text: string): void {
    if (this.#texts.get(key) === text) return;
    this.#texts.set(key, text);
    this.changed();
  }

  delete(key: string): void {
    if (this.#texts.delete(key)) this.changed();
  }

  /** All of it may go: a person has said so. */
  clear(): void {
    this.#texts.clear();
    this.changed();
  }
}
