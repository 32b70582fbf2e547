import type { IconName } from '../icons.ts';
import { fuzzyScore } from './fuzzy.ts';
import { Observable } from './observable.ts';
import { recall, remember } from './remembered.ts';

/** Something that a person can do from the keyboard, wherever they are. */
export interface Command {
  /** Stays the same over reloads: what was used lately is remembered by it. */
  id: string;
  title: string;
  /** Heading that it stands under. */
  group: string;
  icon: IconName;
  /** Said softly beside the title: a state, an address. */
  detail?: string;
  /** More words that find it. */
  words?: string;
  /** Keys that run it from anywhere, one after the other: `g a`, `/`. */
  keys?: string;
  /** Offered only to who searches for it, so that a cluster of many Apps does not bury the rest. */
  isDeep?: boolean;
  /** Ends something. Of commands that fit as well it comes last, so that it is not run by a hasty Enter. */
  isDestructive?: boolean;
  run: () => void | Promise<void>;
}

/** Gives the commands that there are now; asked whenever they are needed. */
export type CommandSource = () => readonly Command[];

const RECENT = 'recent-commands';
const RECENT_KEPT = 6;
/** Group of what was used lately. */
export const RECENT_GROUP = 'Recent';
const MOST_FOUND = 40;

/** The registry of commands. Any part of the panel adds a source, and takes it away when it goes. */
export class Commands extends Observable {
  #sources: readonly CommandSource[] = [];
  #recent: readonly string[] = recalled();

  /** Returns the way to take the source away again. */
  add(source: CommandSource): () => void {
    this.#sources = [...this.#sources, source];
    this.changed();
    return () => {
      this.#sources = this.#sources.filter((other) => other !== source);
      this.changed();
    };
  }

  all(): Command[] {
    return this.#sources.flatMap((source) => source());
  }

  /** What `keys` run; of two that want the same keys, the one that was added later. */
  withKeys(keys: string): Command | undefined {
    return this.all().findLast((command) => command.keys === keys);
  }

  /** Whether more keys may follow `keys`. */
  isBegun(keys: string): boolean {
    return this.all().some((command) => command.keys?.startsWith(`${keys} `));
  }

  /** The commands that fit, best first. Without a query: what was used lately in its own group, then the rest in their order. */
  find(query: string): Command[] {
    return query.trim() === '' ? this.#everyday() : this.#matching(query);
  }

  /** Runs it, and remembers that. */
  run(command: Command): void | Promise<void> {
    this.#recent = [command.id, ...this.#recent.filter((id) => id !== command.id)].slice(0, RECENT_KEPT);
    remember(RECENT, this.#recent);
    return command.run();
  }

  #everyday(): Command[] {
    const all = this.all();
    const recent = this.#recent.flatMap((id) => all.find((command) => command.id === id) ?? []);
    const rest = all.filter((command) => command.isDeep !== true && !recent.includes(command));
    return [...recent.map((command) => ({ ...command, group: RECENT_GROUP })), ...rest];
  }

  #matching(query: string): Command[] {
    const scored = this.all().flatMap((command) => {
      const inTitle = fuzzyScore(query, command.title);
      const anywhere = fuzzyScore(query, `${command.title} ${command.detail ?? ''} ${command.words ?? ''} ${command.group}`);
      if (inTitle === null && anywhere === null) return [];
      const recency = this.#recent.indexOf(command.id);
      return [{ command, score: Math.max((inTitle ?? -Infinity) + 4, anywhere ?? -Infinity) + (recency === -1 ? 0 : 3) - (command.isDestructive ? 6 : 0) }];
    });
    return scored
      .sort((a, b) => b.score - a.score)
      .slice(0, MOST_FOUND)
      .map(({ command }) => command);
  }
}

function recalled(): string[] {
  const known = recall(RECENT);
  return Array.isArray(known) ? known.filter((id) => typeof id === 'string') : [];
}
