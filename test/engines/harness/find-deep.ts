/** Runs in pages: what a person finds on the screen, shadow roots included. */
import { waitFor } from '../../browser/harness/wait.ts';
import type { Tab } from './engine.ts';

/** Presses the first button or link whose text or label is `name`, once it is there. */
export async function press(tab: Tab, name: string): Promise<void> {
  await waitFor(`the button ${name}`, () =>
    tab.evaluate((name) => {
      const find = (root: Document | ShadowRoot | Element): HTMLElement | null => {
        for (const element of root.querySelectorAll<HTMLElement>('*')) {
          const isControl = element.matches('button, a[href], [role=button], wa-button');
          const text = element.getAttribute('aria-label') ?? element.textContent?.trim();
          if (isControl && text === name && !element.matches(':disabled') && element.checkVisibility()) return element;
          const inner = element.shadowRoot && find(element.shadowRoot);
          if (inner) return inner;
        }
        return null;
      };
      const control = find(document);
      control?.click();
      return control !== null;
    }, name),
  );
}

/** All text that `tab` shows, shadow roots included. */
export function textOf(tab: Tab): Promise<string> {
  return tab.evaluate(() => {
    const read = (node: Node): string => {
      if (node instanceof Element && (node.matches('style, script, template') || !node.checkVisibility())) return '';
      if (node.nodeType === Node.TEXT_NODE) return node.textContent ?? '';
      const within = node instanceof HTMLSlotElement ? node.assignedNodes() : [...((node as Element).shadowRoot ?? node).childNodes];
      return within.map(read).join(' ');
    };
    return document.body ? read(document.body) : (document.documentElement.textContent ?? '');
  });
}
