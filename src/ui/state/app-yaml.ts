/**
 * Apps as YAML, by the library's Document, which keeps comments and knows where each field stands. The only module of the
 * panel that loads the library: import it lazily.
 */
import {
  Document,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { App } from '../../core/app.ts';
import { equalJson } from './json-changes.ts';

/** What a person may change of an App; without what the server owns. */
export interface AppManifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: App['spec'];
}

/** Something that is wrong at a place of the text. Line and column count from 1. */
export interface YamlMark {
  line: number;
  column: number;
  message: string;
}

/** A text that could be read. */
export interface ParsedYaml {
  readonly value: unknown;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
}

/** No line is ever folded: what a person typed on one line stays on it. */
const STYLE = { lineWidth: 0, flowCollectionPadding: true } as const;

const SHOWN_PROBLEMS = 3;

/** The part of `app` that the settings show and write. */
export function manifestOf({ apiVersion, kind, metadata, spec }: App): AppManifest {
  const { name, namespace, labels, annotations } = metadata;
  return { apiVersion, kind, metadata: { name, namespace, ...(labels && { labels }), ...(annotations && { annotations }) }, spec };
}

/** Any plain data as YAML: a whole App with its status, or its manifest. */
export function toYaml(value: unknown): string {
  // What JSON leaves out, such as undefined members, is left out here too.
  return new Document(JSON.parse(JSON.stringify(value)), { aliasDuplicateObjects: false }).toString(STYLE);
}

/** Reads `text`: plain data and the places of its fields, or what is wrong with it and where. */
export function parseYaml(text: string): ParsedYaml | { problems: YamlMark[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const found = document.errors.map(({ message, pos: [start] }) => ({ ...place(lines, start), message: inPlainWords(message) }));
  // One mistake is often found again and again on its way through the line.
  const problems = found.filter(({ line }, index) => found.findIndex((other) => other.line === line) === index).slice(0, SHOWN_PROBLEMS);
  if (problems.length > 0) return { problems };
  try {
    const value: unknown = document.toJS();
    if (isCollection(document.contents) && isMap(document.contents)) return { value, document, lines };
    return { problems: [{ line: 1, column: 1, message: 'An App is expected here: apiVersion, kind, metadata and spec.' }] };
  } catch (error) {
    // Aliases without an anchor, or so many that they would fill the memory.
    return { problems: [{ line: 1, column: 1, message: inPlainWords(error instanceof Error ? error.message : String(error)) }] };
  }
}

/** Where `field` (`spec.routes[0].path`, `spec.env[A.B]`) stands in the text; where its nearest parent stands when it is not there itself. */
export function positionOf({ document, lines }: ParsedYaml, field: string): { line: number; column: number } {
  let node: unknown = document.contents;
  let at = startOf(node);
  for (const key of keysOfField(field)) {
    const next = childOf(document, node, key);
    if (next === null) break;
    at = next.start;
    node = next.node;
  }
  return place(lines, at);
}

/** The keys of a field path: `spec.env[A.B]` becomes `spec`, `env`, `A.B`. */
export function keysOfField(field: string): string[] {
  return Array.from(field.matchAll(/\[([^\]]*)\]|[^.[\]]+/g), ([whole, bracketed]) => bracketed ?? whole);
}

/** `text` with `value` in the place of all that it says, comments and the order of fields kept. `text` must be one that can be read. */
export function withValue(text: string, value: unknown): string {
  const parsed = parseYaml(text);
  if ('problems' in parsed) return toYaml(value);
  if (equalJson(parsed.value, value)) return text;
  const { document } = parsed;
  try {
    document.contents = merged(document, document.contents, value) as typeof document.contents;
    const next = document.toString(STYLE);
    const read = parseYaml(next);
    if ('value' in read && equalJson(read.value, value)) return next;
  } catch {
    // An alias whose anchor went: such a document cannot be written. Its comments are the price.
  }
  return toYaml(value);
}

/** `node` made to say `value`; what says it already stays untouched. */
function merged(document: Document, node: unknown, value: unknown): Node {
  if (isMap(node) && typeof value === 'object' && value !== null && !Array.isArray(value)) return mergeMap(document, node, value as Record<string, unknown>);
  if (isSeq(node) && Array.isArray(value)) return mergeList(document, node, value);
  if (isScalar(node) && (typeof value !== 'object' || value === null)) {
    if (node.value === value) return node;
    const next = new Scalar(value);
    copyComments(node, next);
    // Quotes stay when a text takes the place of a text; a block of lines becomes one only where there are lines.
    if (typeof value === 'string' && typeof node.value === 'string' && node.type?.startsWith('QUOTE')) next.type = node.type;
    return next;
  }
  const next = document.createNode(value);
  copyComments(node, next);
  return next;
}

function mergeMap(document: Document, map: YAMLMap, value: Record<string, unknown>): YAMLMap {
  if (map.items.length === 0) map.flow = false;
  map.items = map.items.filter((pair) => value[keyText(pair)] !== undefined);
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    const pair = map.items.find((candidate) => keyText(candidate) === key);
    if (pair === undefined) map.add(document.createPair(key, item));
    else pair.value = merged(document, pair.value, item);
  }
  if (map.items.length === 0) map.flow = true;
  return map;
}

/** Items that are still there keep their comments, wherever they moved; one that changed in its place keeps them too. */
function mergeList(document: Document, list: YAMLSeq, value: readonly unknown[]): YAMLSeq {
  if (list.items.length === 0) list.flow = false;
  const old = list.items.map((node) => ({ node, value: isNode(node) ? node.toJS(document) : node, isUsed: false }));
  const kept = value.map((item) => {
    const same = old.find((candidate) => !candidate.isUsed && equalJson(candidate.value, item));
    if (same !== undefined) same.isUsed = true;
    return same;
  });
  list.items = value.map((item, index) => {
    const same = kept[index];
    if (same !== undefined) return same.node;
    const inPlace = old[index];
    if (inPlace === undefined || inPlace.isUsed) return document.createNode(item);
    inPlace.isUsed = true;
    return merged(document, inPlace.node, item);
  });
  if (list.items.length === 0) list.flow = true;
  return list;
}

function copyComments(from: unknown, to: Node): void {
  if (!isNode(from)) return;
  if (from.comment != null) to.comment = from.comment;
  if (from.commentBefore != null) to.commentBefore = from.commentBefore;
  if (from.spaceBefore !== undefined) to.spaceBefore = from.spaceBefore;
}

function isNode(value: unknown): value is Node {
  return isCollection(value) || isScalar(value) || (typeof value === 'object' && value !== null && 'toJS' in value);
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

/** The node behind `key` and where the eye should go: to the key of a field, to the item of a list. */
function childOf(document: Document, node: unknown, key: string): { node: unknown; start: number } | null {
  const target = isCollection(node) || !isNode(node) ? node : resolved(document, node);
  if (isSeq(target)) {
    const item = target.items[Number(key)];
    return item === undefined ? null : { node: isPair(item) ? item.value : item, start: startOf(item) };
  }
  if (!isMap(target)) return null;
  const pair = target.items.find((candidate) => keyText(candidate) === key);
  return pair === undefined ? null : { node: pair.value, start: startOf(pair.key) };
}

/** What an alias stands for. */
function resolved(document: Document, node: Node): unknown {
  return 'resolve' in node && typeof node.resolve === 'function' ? node.resolve(document) : node;
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : isPair(node) ? startOf(node.key) : 0;
}

function place(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function inPlainWords(message: string): string {
  const text = message.replace(/\s+at line \d+, column \d+:?[\s\S]*$/, '').trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
