import type { ToastSink } from './undo.ts';

/** Puts `text` on the clipboard and says so: `told` is what was copied, as in "Copied the address.". */
export async function copyText(toasts: ToastSink, text: string, told: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toasts.show({ text: told });
  } catch {
    // Refused by the browser: a page that is not in front, or a permission that was taken away.
    toasts.show({ text: 'The browser did not let Swerve copy. Click into the page and try again.', tone: 'bad' });
  }
}
