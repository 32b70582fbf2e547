import { CHANGES_CHANNEL, type ChangeMessage, isChangeMessage } from '../protocol/broadcast.ts';

/** Hints that stored state changed, from whichever realm changed it. */
export interface ChangeFeed {
  /** Calls `listener` for every hint; returns the function that ends it. */
  subscribe(listener: (message: ChangeMessage) => void): () => void;
}

/** The feed of this origin. Each subscription has a channel of its own, so that it also hears writes of its own realm. */
export const originChangeFeed: ChangeFeed = {
  subscribe(listener) {
    const channel = new BroadcastChannel(CHANGES_CHANNEL);
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (isChangeMessage(data)) listener(data);
    });
    return () => channel.close();
  },
};
