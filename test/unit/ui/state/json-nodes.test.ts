import { describe, expect, it } from 'vitest';
import { type JsonNode, jsonNode, PART_SIZE } from '../../../../src/ui/state/json-nodes.ts';

const shown = ({ name, text }: JsonNode) => `${name}: ${text}`;

describe('jsonNode', () => {
  it('tells each kind of value in a few characters', () => {
    const root = jsonNode({ text: 'a"b', number: 1.5, yes: true, none: null, list: [1], object: {}, empty: [] });
    expect(root.text).toBe('7 members');
    expect(root.children?.().map(shown)).toEqual([
      'text: "a\\"b"',
      'number: 1.5',
      'yes: true',
      'none: null',
      'list: 1 item',
      'object: no members',
      'empty: no items',
    ]);
    expect(root.children?.().map(({ kind }) => kind)).toEqual(['text', 'number', 'literal', 'literal', 'list', 'object', 'list']);
    expect(root.children?.().map(({ children }) => children === null)).toEqual([true, true, true, true, false, true, true]);
  });

  it('cuts a long text', () => {
    expect(jsonNode('x'.repeat(1_000)).text).toMatch(/^"x+…$/);
    expect(jsonNode('x'.repeat(1_000)).text.length).toBeLessThan(410);
  });

  it('opens a long list part by part, and each of its items is in one of them', () => {
    const length = 2 * PART_SIZE + 1;
    const parts = jsonNode(Array.from({ length }, (_, index) => index)).children?.() ?? [];
    expect(parts.map(({ name }) => name)).toEqual(['0 … 99', '100 … 199', '200 … 200']);
    const items = parts.flatMap((part) => part.children?.() ?? []);
    expect(items.map(({ text }) => Number(text))).toEqual(Array.from({ length }, (_, index) => index));
    expect(new Set([...parts, ...items].map(({ path }) => path)).size).toBe(parts.length + items.length);
  });
});
