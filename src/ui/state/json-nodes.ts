/** One line of a JSON tree. */
export interface JsonNode {
  /** Its own among all nodes of the tree. */
  path: string;
  /** The member's name or the item's index; a range for a part of a long list; empty for the root. */
  name: string;
  /** The value in a few characters; of an object or a list, how much is in it. */
  text: string;
  kind: 'object' | 'list' | 'text' | 'number' | 'literal';
  /** Null for what has nothing in it. */
  children: (() => JsonNode[]) | null;
}

/** Lists and objects with more than this are opened part by part. */
export const PART_SIZE = 100;
const TEXT_MAX = 400;

/** The root of the tree for `value`. Children are made when they are asked for. */
export function jsonNode(value: unknown, name = '', path = '$'): JsonNode {
  if (Array.isArray(value)) {
    const entries = value.map((item, index): [string, unknown] => [String(index), item]);
    return { path, name, kind: 'list', text: countOf(value.length, 'item'), children: childrenOf(entries, path) };
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    return { path, name, kind: 'object', text: countOf(entries.length, 'member'), children: childrenOf(entries, path) };
  }
  const text = JSON.stringify(value) ?? String(value);
  const kind = typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'literal';
  return { path, name, kind, text: text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text, children: null };
}

function childrenOf(entries: readonly [string, unknown][], path: string): (() => JsonNode[]) | null {
  if (entries.length === 0) return null;
  const nodes = (part: readonly [string, unknown][]) => part.map(([key, item]) => jsonNode(item, key, `${path}/${key}`));
  if (entries.length <= PART_SIZE) return () => nodes(entries);
  return () =>
    Array.from({ length: Math.ceil(entries.length / PART_SIZE) }, (_, index) => {
      const part = entries.slice(index * PART_SIZE, (index + 1) * PART_SIZE);
      const [first, last] = [part[0]?.[0] ?? '', part.at(-1)?.[0] ?? ''];
      return { path: `${path}#${index}`, name: `${first} … ${last}`, kind: 'list', text: '', children: () => nodes(part) };
    });
}

function countOf(count: number, noun: string): string {
  if (count === 0) return `no ${noun}s`;
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
