/** Entries of one kind: "Added", "Fixed". */
export interface ChangeSection {
  title: string;
  /** One line each, as Markdown. */
  items: string[];
}

/** One version in CHANGELOG.md. */
export interface Release {
  /** `Unreleased`, or a version number. */
  version: string;
  /** `2026-11-20`; null: not released. */
  date: string | null;
  sections: ChangeSection[];
}

const RELEASE = /^## \[([^\]]+)\](?: - (\d{4}-\d\d-\d\d))?/;
const SECTION = /^### (.+)/;
const ITEM = /^- (.+)/;
const CONTINUED = /^ {2,}(\S.*)/;

/** The releases of a changelog that is written as https://keepachangelog.com/en/1.1.0/ says, in its order; what stands outside of them is passed over. */
export function parseChangelog(markdown: string): Release[] {
  const releases: Release[] = [];
  for (const line of markdown.split('\n')) {
    const section = releases.at(-1)?.sections.at(-1);
    const [, version, date] = RELEASE.exec(line) ?? [];
    const [, title] = SECTION.exec(line) ?? [];
    const [, item] = ITEM.exec(line) ?? [];
    const [, more] = CONTINUED.exec(line) ?? [];
    if (version !== undefined) releases.push({ version, date: date ?? null, sections: [] });
    else if (title !== undefined) releases.at(-1)?.sections.push({ title: title.trim(), items: [] });
    else if (item !== undefined) section?.items.push(item.trim());
    else if (more !== undefined && section !== undefined && section.items.length > 0) section.items.push(`${section.items.pop()} ${more.trim()}`);
  }
  return releases;
}

/** What `next` lists and `current` does not, by the text of the entries: what was unreleased in one build is under a version in another. */
export function changesBetween(current: readonly Release[], next: readonly Release[]): Release[] {
  const known = new Set(current.flatMap(({ sections }) => sections.flatMap(({ items }) => items)));
  return next
    .map((release) => ({
      ...release,
      sections: release.sections
        .map(({ title, items }) => ({ title, items: items.filter((item) => !known.has(item)) }))
        .filter(({ items }) => items.length > 0),
    }))
    .filter(({ sections }) => sections.length > 0);
}
