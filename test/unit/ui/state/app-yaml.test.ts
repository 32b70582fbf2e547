import { describe, expect, it } from 'vitest';
import type { App } from '../../../../src/core/app.ts';
import { keysOfField, manifestOf, type ParsedYaml, parseYaml, positionOf, toYaml, withValue } from '../../../../src/ui/state/app-yaml.ts';

function read(text: string): ParsedYaml {
  const parsed = parseYaml(text);
  if ('problems' in parsed) throw new Error(parsed.problems.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return parsed;
}

const app = {
  apiVersion: 'swerve.dev/v1',
  kind: 'App',
  metadata: {
    name: 'hello',
    namespace: 'default',
    uid: 'u',
    resourceVersion: '7',
    generation: 2,
    creationTimestamp: '2026-11-21T12:00:00Z',
    labels: { 'team/x': 'web' },
  },
  spec: {
    source: { digest: `sha256:${'0'.repeat(64)}` },
    routes: [
      { path: '/hello', match: 'prefix' },
      { path: '/b', match: 'exact', methods: ['GET', 'POST'] },
    ],
    env: { GREETING: 'yes', 'A.B': '8080', EMPTY: '' },
    args: [],
    files: [{ path: '/app/index.php', text: '<?php\n\techo "a: b # c";\n\n' }],
    limits: { timeoutMs: 30_000 },
  },
  status: { observedGeneration: 2 },
} as unknown as App;

describe('an App as YAML', () => {
  it('comes back as it was: texts that look like numbers, words of YAML, tabs and trailing lines', () => {
    expect(read(toYaml(app)).value).toEqual(app);
    expect(read(toYaml(manifestOf(app))).value).toEqual(manifestOf(app));
  });

  it('its manifest has no status, nor what the server owns of its metadata', () => {
    expect(Object.keys(manifestOf(app))).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
    expect(manifestOf(app).metadata).toEqual({ name: 'hello', namespace: 'default', labels: { 'team/x': 'web' } });
  });

  it('never folds a long line', () => {
    const text = 'word '.repeat(80);
    expect(toYaml({ text })).toContain(text.trimEnd());
  });
});

describe('what cannot be read', () => {
  it.each([
    ['a: 1\nb: [1, 2\nc: 3\n', 3],
    ['a:\n\tb: 1\n', 2],
    ['a: 1\na: 2\n', 2],
    ['a: "x\n', 2],
    ['a: 1\n---\nb: 2\n', 2],
  ])('%j is told with its line', (text, line) => {
    const parsed = parseYaml(text);
    if (!('problems' in parsed)) throw new Error('was read');
    expect(parsed.problems[0]?.line).toBe(line);
    expect(parsed.problems[0]?.column).toBeGreaterThan(0);
    expect(parsed.problems[0]?.message).toMatch(/[.!?]$/);
    expect(parsed.problems[0]?.message).not.toMatch(/at line/);
  });

  it.each(['', 'hello', '- a', '# only a comment'])('%j is no App', (text) => {
    expect(parseYaml(text)).toEqual({ problems: [{ line: 1, column: 1, message: 'An App is expected here: apiVersion, kind, metadata and spec.' }] });
  });

  it('an alias without an anchor is a problem, not an exception', () => {
    expect(parseYaml('a: *b\n')).toHaveProperty('problems');
  });
});

describe('where a field stands', () => {
  const text = `# The one App.
apiVersion: swerve.dev/v1
spec:
  routes:
    - path: /a

    - path: /b
      methods: [GET, POST]
  env:
    A.B: x
    LIST: { C: 1 }
  limits: &limits
    timeoutMs: 5
  copy: *limits
`;
  const parsed = read(text);
  it.each([
    ['apiVersion', 2, 1],
    ['spec', 3, 1],
    ['spec.routes', 4, 3],
    ['spec.routes[0]', 5, 7],
    ['spec.routes[1].path', 7, 7],
    ['spec.routes[1].methods[1]', 8, 22],
    ['spec.env[A.B]', 10, 5],
    ['spec.env[LIST].C', 11, 13],
    ['spec.limits.timeoutMs', 13, 5],
    ['spec.copy.timeoutMs', 13, 5],
  ])('%s is at %i:%i', (field, line, column) => {
    expect(positionOf(parsed, field)).toEqual({ line, column });
  });

  it('what is not there is where its nearest parent is', () => {
    expect(positionOf(parsed, 'spec.routes[1].rewrite')).toEqual({ line: 7, column: 7 });
    expect(positionOf(parsed, 'spec.source.digest')).toEqual({ line: 3, column: 1 });
    expect(positionOf(parsed, 'spec.routes[7].path').line).toBe(4);
  });

  it('reads the keys of a path, dots in brackets included', () => {
    expect(keysOfField('spec.env[A.B]')).toEqual(['spec', 'env', 'A.B']);
    expect(keysOfField('metadata.labels[team/x]')).toEqual(['metadata', 'labels', 'team/x']);
    expect(keysOfField('spec.routes[10].path')).toEqual(['spec', 'routes', '10', 'path']);
  });
});

describe('writing a value into a text', () => {
  const text = `# Above.
spec:
  # The way in.
  routes:
    - path: /a # first
    # The second one.
    - path: /b
  env:
    # Said to everyone.
    GREETING: "hello"
    PORT: "80" # a text
  args: []
  limits:
    timeoutMs: 5
`;
  interface Spec {
    routes: { path: string }[];
    env: Record<string, string>;
    args: string[];
    limits: Record<string, unknown>;
  }
  const value = () => structuredClone(read(text).value) as { spec: Spec };
  const change = (edit: (spec: Spec) => void): string => {
    const next = value();
    edit(next.spec);
    const written = withValue(text, next);
    expect(read(written).value).toEqual(next);
    return written;
  };

  it('the same value leaves every letter as it was', () => {
    const odd = 'a:   1\nb:    { c:  2 }\n';
    expect(withValue(odd, { a: 1, b: { c: 2 } })).toBe(odd);
  });

  it('a changed text keeps its place, its quotes and all comments', () => {
    expect(
      change((spec) => {
        spec.env['GREETING'] = 'moin';
      }),
    ).toBe(text.replace('"hello"', '"moin"'));
  });

  it('a number takes the place of a number', () => {
    expect(
      change((spec) => {
        spec.limits['timeoutMs'] = 30_000;
      }),
    ).toBe(text.replace('timeoutMs: 5', 'timeoutMs: 30000'));
  });

  it('a text that looks like a number is quoted, and one in the place of a number is one', () => {
    expect(
      change((spec) => {
        spec.env['NEW'] = '1e3';
      }),
    ).toContain('    NEW: "1e3"\n');
    expect(
      change((spec) => {
        spec.limits['timeoutMs'] = 'soon';
      }),
    ).toContain('timeoutMs: soon');
  });

  it('an item that is removed takes only its own comment along', () => {
    const written = change((spec) => spec.routes.shift());
    expect(written).not.toContain('# first');
    expect(written).toMatch(/# The second one\.\n\s+- path: \/b/);
    expect(written).toContain('# The way in.');
  });

  it('items that change places take their comments along', () => {
    const written = change((spec) => spec.routes.reverse());
    expect(written).toMatch(/# The second one\.\n\s+- path: \/b\n\s+- path: \/a # first/);
  });

  it('an item that changes in its place keeps its comment', () => {
    expect(
      change((spec) => {
        spec.routes[0] = { path: '/c' };
      }),
    ).toContain('- path: /c # first');
  });

  it('an empty list is written out in lines once there is something in it, and back', () => {
    expect(change((spec) => spec.args.push('one', 'two'))).toContain('  args:\n    - one\n    - two\n');
    expect(
      change((spec) => {
        spec.routes = [];
      }),
    ).toMatch(/routes:\s+(#.*\n)?\s*\[\]/);
  });

  it('a text of several lines becomes a block', () => {
    expect(
      change((spec) => {
        spec.env['PAGE'] = 'a\nb\n';
      }),
    ).toContain('PAGE: |\n      a\n      b\n');
  });

  it('a field that is undefined goes', () => {
    const next = value();
    next.spec.limits['timeoutMs'] = undefined;
    expect(read(withValue(text, next)).value).toMatchObject({ spec: { limits: {} } });
  });

  it('anchors and aliases are written out where they no longer say the same', () => {
    const anchored = 'a: &x\n  b: 1\nc: *x\n';
    expect(read(withValue(anchored, { a: { b: 1 }, c: { b: 2 } })).value).toEqual({ a: { b: 1 }, c: { b: 2 } });
    expect(read(withValue(anchored, { c: { b: 1 } })).value).toEqual({ c: { b: 1 } });
    expect(read(withValue(anchored, { a: { b: 2 }, c: { b: 1 } })).value).toEqual({ a: { b: 2 }, c: { b: 1 } });
  });
});
