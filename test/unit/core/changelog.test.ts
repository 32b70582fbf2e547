import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { changesBetween, parseChangelog, type Release } from '../../../src/core/changelog.ts';

const TEXT = `# Changelog

Words before the first release, with a list:

- that is no entry

## [Unreleased]

### Added

- One thing that goes on
  in the next line.
- Another, with \`code\`.

## [0.2.0] - 2026-11-21

### Fixed

- A hole.

[Unreleased]: https://example.org
`;

describe('parseChangelog', () => {
  it('reads releases, their sections and entries over several lines', () => {
    expect(parseChangelog(TEXT)).toEqual([
      { version: 'Unreleased', date: null, sections: [{ title: 'Added', items: ['One thing that goes on in the next line.', 'Another, with `code`.'] }] },
      { version: '0.2.0', date: '2026-11-21', sections: [{ title: 'Fixed', items: ['A hole.'] }] },
    ]);
  });

  it('reads nothing from what is no changelog', () => expect(parseChangelog('# Title\n\n- item\n')).toEqual([]));

  it('finds entries under every section of the one of this repository', () => {
    const releases = parseChangelog(readFileSync(new URL('../../../CHANGELOG.md', import.meta.url), 'utf8'));
    expect(releases.length).toBeGreaterThan(0);
    for (const { version, date, sections } of releases) {
      expect(date === null).toBe(version === 'Unreleased');
      for (const { items } of sections) expect(items.length).toBeGreaterThan(0);
    }
  });
});

describe('changesBetween', () => {
  const release = (version: string, ...items: string[]): Release => ({ version, date: null, sections: [{ title: 'Added', items }] });

  it('is what the running build does not list', () => {
    expect(changesBetween([release('0.1.0', 'a')], [release('0.2.0', 'b'), release('0.1.0', 'a')])).toEqual([release('0.2.0', 'b')]);
  });

  it('does not repeat what was unreleased in the running build', () => {
    expect(changesBetween([release('Unreleased', 'a')], [release('0.2.0', 'a', 'b')])).toEqual([release('0.2.0', 'b')]);
  });

  it('is everything for a build that lists nothing, and nothing for the same build', () => {
    const next = [release('0.2.0', 'a')];
    expect(changesBetween([], next)).toEqual(next);
    expect(changesBetween(next, next)).toEqual([]);
  });
});
