import type { CDPSession, Page } from 'playwright-core';

/** Files of the disk that are dragged over a window, as the desktop does. */
export class Drag {
  readonly #session: CDPSession;
  readonly #files: string[];

  constructor(session: CDPSession, files: string[]) {
    this.#session = session;
    this.#files = files;
  }

  async send(type: 'dragEnter' | 'dragOver' | 'drop' | 'dragCancel', x = 300, y = 300): Promise<void> {
    await this.#session.send('Input.dispatchDragEvent', { type, x, y, data: { items: [], files: this.#files, dragOperationsMask: 1 } });
  }
}

/** Paths of files and folders, in the hand but not over `page` yet. */
export async function drag(page: Page, ...files: string[]): Promise<Drag> {
  return new Drag(await page.context().newCDPSession(page), files);
}
