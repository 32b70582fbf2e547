/** BroadcastChannel of the origin: tells every realm that stored state changed. A hint, never the state itself: receivers read the store. */
export const CHANGES_CHANNEL = 'swerve/changes';

export type ChangeMessage =
  /** Resources were written; `resourceVersion` is the newest. */
  | { type: 'resources'; resourceVersion: string }
  | { type: 'modules' }
  | { type: 'logs'; namespace: string; app: string }
  /** A volume was made or deleted, or its files were changed by the API; what guests write is not told. */
  | { type: 'volumes' }
  /** How Apps are served here, or what is known of the origin of one. */
  | { type: 'origins' };

/** Whether `data` is one of those: pages that Apps serve can post to the channel as well, and anything at all. */
export function isChangeMessage(data: unknown): data is ChangeMessage {
  if (typeof data !== 'object' || data === null || !('type' in data)) return false;
  if (data.type === 'resources') return 'resourceVersion' in data && typeof data.resourceVersion === 'string';
  if (data.type === 'logs') return 'namespace' in data && typeof data.namespace === 'string' && 'app' in data && typeof data.app === 'string';
  return data.type === 'modules' || data.type === 'origins' || data.type === 'volumes';
}
