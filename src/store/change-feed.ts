import { CHANGES_CHANNEL, type ChangeMessage } from '../protocol/broadcast.ts';

/** Hints that stored state changed, from whichever realm changed it. */
export interface ChangeFeed {
  /** Calls `listener` for every hint; returns the function that ends it. */
  subscribe(listener: (message: ChangeMessage) => void): () => void;
}

/** The feed of this origin. Each subscription has a channel of its own, so that it also hears writes of its own realm. */
export const originChangeFeed: ChangeFeed = {
  subscribe(listener) {
    const channel = new BroadcastChannel(CHANGES_CHANNEL);
    channel.addEventListener('message', (event: MessageEvent<ChangeMessage>) => listener(event.data));
    return () => channel.close();
  },
};
