import { FileError } from './file-error.ts';

/** As Linux has them. */
const MAX_LINKS_FOLLOWED = 40;
const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 4096;

const encoder = new TextEncoder();

/**
 * The way of a guest's path from a directory, name by name, links followed: a path never leads out of the directory that it starts
 * from. Whoever walks looks each name up and says what it found; `D` is how they know a directory.
 */
export class PathWalk<D> {
  readonly #way: D[];
  /** Names still to walk, the next one last. */
  readonly #pending: string[] = [];
  #directory: D;
  #mustBeDirectory = false;
  #linksFollowed = 0;

  /** @throws FileError `no-entry`, `invalid`, `name-too-long`, `not-permitted` for a path that no file can have */
  constructor(base: D, path: string) {
    if (path === '') throw new FileError('no-entry');
    if (path.includes('\0')) throw new FileError('invalid');
    if (path.length > MAX_PATH_BYTES) throw new FileError('name-too-long');
    this.#way = [base];
    this.#directory = base;
    this.#push(path);
  }

  /** Where the next name is to be looked up. */
  get directory(): D {
    return this.#directory;
  }

  /** The name that was given last is the last of the path. */
  get isLast(): boolean {
    return this.#pending.length === 0;
  }

  /** The path says of its end that it is a directory. */
  get mustBeDirectory(): boolean {
    return this.#mustBeDirectory;
  }

  /** What the name that was given last leads to has to be a directory. */
  get needsDirectory(): boolean {
    return !this.isLast || this.#mustBeDirectory;
  }

  /** The next name; null: the path ends at `directory` itself. @throws FileError `not-permitted`, `name-too-long` */
  next(): string | null {
    for (let name = this.#pending.pop(); name !== undefined; name = this.#pending.pop()) {
      if (name !== '..') {
        // No character takes more than three bytes of UTF-8 for each of its code units.
        if (name.length > MAX_NAME_BYTES / 3 && encoder.encode(name).length > MAX_NAME_BYTES) throw new FileError('name-too-long');
        return name;
      }
      this.#way.pop();
      const above = this.#way.at(-1);
      if (above === undefined) throw new FileError('not-permitted');
      this.#directory = above;
    }
    return null;
  }

  /** The name is that of `directory`. */
  enter(directory: D): void {
    this.#way.push(directory);
    this.#directory = directory;
  }

  /** The name is that of a link to `target`, which is to be followed. @throws FileError `loop`, `not-permitted` */
  follow(target: string): void {
    this.#linksFollowed += 1;
    if (this.#linksFollowed > MAX_LINKS_FOLLOWED) throw new FileError('loop');
    this.#push(target);
  }

  #push(text: string): void {
    if (text.startsWith('/')) throw new FileError('not-permitted');
    const names = text.split('/');
    const last = names.at(-1);
    if (this.isLast && (last === '' || last === '.' || last === '..')) this.#mustBeDirectory = true;
    for (const name of names.reverse()) {
      if (name !== '' && name !== '.') this.#pending.push(name);
    }
  }
}
