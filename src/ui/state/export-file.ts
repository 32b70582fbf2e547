import type { App } from '../../core/app.ts';
import { saveFile } from '../save-file.ts';
import type { PanelStore } from './panel-store.ts';

/** Exports one App, or everything for null, into a file that the browser saves; says so, or why not. */
export async function exportToFile(
  { exports, toasts }: Pick<PanelStore, 'exports' | 'toasts'>,
  app: Pick<App['metadata'], 'namespace' | 'name'> | null,
): Promise<void> {
  const subject = app === null ? 'Everything' : app.name;
  const file = await (app === null ? exports.exportEverything() : exports.exportApps([`${app.namespace}/${app.name}`]));
  if (file !== null) {
    saveFile(file);
    toasts.show({ text: `${subject} is in ${file.name}.` });
    return;
  }
  const why = exports.progress === null ? exports.error?.message : 'another export is under way.';
  // Neither: it was cancelled, which needs no word.
  if (why !== undefined) toasts.show({ text: `${subject} was not exported: ${why}`, tone: 'bad' });
}
