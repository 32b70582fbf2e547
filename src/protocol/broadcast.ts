/** BroadcastChannel of the origin: tells every realm that stored state changed. A hint, never the state itself: receivers read the store. */
export const CHANGES_CHANNEL = 'swerve/changes';

export type ChangeMessage =
  /** Resources were written; `resourceVersion` is the newest. */
  { type: 'resources'; resourceVersion: string } | { type: 'modules' } | { type: 'logs'; namespace: string; app: string };
