import { LineCounter, parseAllDocuments } from 'yaml';
import { positionOf } from './app-yaml.ts';
import { APPS_FILE } from './archive.ts';
import { refusal } from './bundle-parts.ts';

/** One document of `swerve.yaml`. */
export interface ManifestEntry {
  value: unknown;
  /** Where a field stands, or its nearest parent: `swerve.yaml, line 12`. */
  placeOf(field: string): string;
}

/** The documents of `swerve.yaml` that are not empty. @throws RuntimeError `request-invalid` that names the line */
export function readManifest(text: string): ManifestEntry[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const entries: ManifestEntry[] = [];
  for (const document of 'empty' in documents ? [] : documents) {
    const lineAt = (offset: number): string => `${APPS_FILE}, line ${Math.max(1, lines.linePos(offset).line)}`;
    const [error] = document.errors;
    if (error !== undefined) throw refusal(`${lineAt(error.pos[0])}: ${error.message}`);
    let value: unknown;
    try {
      // Bounds how often anchors are repeated: a few lines can stand for gigabytes.
      value = document.toJS({ maxAliasCount: 100 });
    } catch (cause) {
      const start = lineAt(document.contents?.range?.[0] ?? document.range[0]);
      throw refusal(`${start}: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
    }
    if (value === null) continue;
    entries.push({ value, placeOf: (field) => `${APPS_FILE}, line ${positionOf({ value, document, lines }, field).line}` });
  }
  return entries;
}
