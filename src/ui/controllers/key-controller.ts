import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Commands } from '../state/commands.ts';

/** The second key of two must follow the first within this. */
const SEQUENCE_MS = 1_500;
const TYPING =
  'input, textarea, select, [contenteditable], [role="textbox"], [role="combobox"], [role="menu"], [role="listbox"], [role="tree"], dialog, wa-dialog';

interface KeyOptions {
  commands: () => Commands | undefined;
  /** Ctrl-K and Cmd-K: the only keys that work while somebody types. */
  showPalette: () => void;
}

/** Runs commands by single keys, as long as nobody types and no dialog is open. */
export class KeyController implements ReactiveController {
  readonly #options: KeyOptions;
  #begun = '';
  #begunAtMs = 0;

  constructor(host: ReactiveControllerHost, options: KeyOptions) {
    this.#options = options;
    host.addController(this);
  }

  hostConnected(): void {
    addEventListener('keydown', this.#onKey);
  }

  hostDisconnected(): void {
    removeEventListener('keydown', this.#onKey);
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      if (hasModal(document)) return;
      event.preventDefault();
      this.#options.showPalette();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.key.length !== 1) return;
    const commands = this.#options.commands();
    if (commands === undefined || isTyping(event)) return;
    const isFollowing = this.#begun !== '' && event.timeStamp - this.#begunAtMs < SEQUENCE_MS;
    const key = event.key.toLowerCase();
    const keys = isFollowing ? `${this.#begun} ${key}` : key;
    this.#begun = '';
    if (commands.isBegun(keys)) {
      this.#begun = keys;
      this.#begunAtMs = event.timeStamp;
      return;
    }
    const command = commands.withKeys(keys);
    if (command === undefined || hasModal(document)) return;
    event.preventDefault();
    void commands.run(command);
  };
}

function isTyping(event: KeyboardEvent): boolean {
  return event.composedPath().some((target) => target instanceof Element && target.matches(TYPING));
}

/** A dialog without the focus is rare, but a key must not reach past it. Shadow roots hide theirs, so each is searched. */
function hasModal(root: ParentNode): boolean {
  if (root.querySelector(':modal') !== null) return true;
  for (const element of root.querySelectorAll('*')) if (element.shadowRoot !== null && hasModal(element.shadowRoot)) return true;
  return false;
}
