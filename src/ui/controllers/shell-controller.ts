import { html, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { PanelStore } from '../state/panel-store.ts';
import { type ShellActions, shellCommands } from '../state/shell-commands.ts';
import { KeyController } from './key-controller.ts';

/** Their code comes when they are first opened. */
const DIALOGS = {
  palette: () => import('../elements/command-palette.ts'),
  keys: () => import('../elements/keys-dialog.ts'),
};
type DialogName = keyof typeof DIALOGS;

/** The commands and dialogs that are there in every view, and the keys that lead to them. */
export class ShellController implements ReactiveController, ShellActions {
  /** How this system calls the key that goes with K. */
  readonly commandKey: string = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl';
  readonly #host: ReactiveControllerHost;
  readonly #takeFiles: (files: File[]) => void;
  #store: PanelStore | null = null;
  #removeCommands: () => void = () => {};
  readonly #loaded = new Set<DialogName>();
  #dialog: DialogName | null = null;

  constructor(host: ReactiveControllerHost, takeFiles: (files: File[]) => void) {
    this.#host = host;
    this.#takeFiles = takeFiles;
    host.addController(this);
    new KeyController(host, { commands: () => (this.#isActive ? this.#store?.commands : undefined), showPalette: () => this.showPalette() });
  }

  hostConnected(): void {
    // So that the first letters that are typed after Ctrl-K find their field. Safari has no idle callbacks.
    const whenIdle = globalThis.requestIdleCallback ?? ((callback: () => void) => setTimeout(callback, 2_000));
    whenIdle(() => this.#load('palette').catch(() => {}));
  }

  /** Offers the shell's commands for the cluster of `store`. */
  serve(store: PanelStore): void {
    this.#removeCommands();
    this.#store = store;
    this.#removeCommands = store.commands.add(() => shellCommands(store, this));
  }

  /** Opens a dialog; does nothing before the service worker is there, or when its code cannot be had. */
  async open(name: DialogName): Promise<void> {
    if (!this.#isActive) return;
    // At once when it can be: even a promise that is kept would let a key pass by that was meant for the dialog.
    if (this.#loaded.has(name)) {
      this.#show(name);
      return;
    }
    try {
      await this.#load(name);
    } catch {
      this.#store?.toasts.show({ text: 'This part of Swerve did not load. Try again, or reload the page.', tone: 'bad' });
      return;
    }
    this.#show(name);
  }

  showPalette(): void {
    void this.open('palette');
  }

  showKeys(): void {
    void this.open('keys');
  }

  chooseFiles(): void {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.addEventListener('change', () => this.#takeFiles([...(input.files ?? [])]), { once: true });
    input.click();
  }

  renderDialog(): TemplateResult | typeof nothing {
    switch (this.#dialog) {
      case 'palette':
        return html`<swerve-command-palette @swerve-close=${this.#close}></swerve-command-palette>`;
      case 'keys':
        return html`<swerve-keys-dialog commandKey=${this.commandKey} @swerve-close=${this.#close}></swerve-keys-dialog>`;
      case null:
        return nothing;
    }
  }

  async #load(name: DialogName): Promise<void> {
    await DIALOGS[name]();
    this.#loaded.add(name);
  }

  #show(name: DialogName): void {
    this.#dialog = name;
    this.#host.requestUpdate();
  }

  get #isActive(): boolean {
    return this.#store?.platform.worker.name === 'active';
  }

  readonly #close = (): void => {
    this.#dialog = null;
    this.#host.requestUpdate();
  };
}
