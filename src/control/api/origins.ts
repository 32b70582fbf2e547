import { json } from './answers.ts';
import type { ApiContext } from './context.ts';

/** GET `origins`: how Apps are served here (null: nobody has found out yet), and what is known of the origins that they have. @throws RuntimeError `storage-failed` */
export async function getOrigins({ dependencies: { store } }: ApiContext): Promise<Response> {
  const [mode, items] = await Promise.all([store.origins.mode(), store.origins.list()]);
  return json({ mode, items });
}
