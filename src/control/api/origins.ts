import { json } from './answers.ts';
import type { ApiContext } from './context.ts';

/** GET `origins/mode`: how Apps are served here, or null. For who asks often: there may be many origins. @throws RuntimeError `storage-failed` */
export async function getOriginMode({ dependencies: { store } }: ApiContext): Promise<Response> {
  return json(await store.origins.mode());
}

/** GET `origins`: how Apps are served here (null: nobody has found out yet), and what is known of the origins that they have. @throws RuntimeError `storage-failed` */
export async function getOrigins({ dependencies: { store } }: ApiContext): Promise<Response> {
  const [mode, items] = await Promise.all([store.origins.mode(), store.origins.list()]);
  return json({ mode, items });
}
