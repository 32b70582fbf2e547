import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { type AppSpec, AppSpecSchema } from '../../../../src/core/app.ts';
import {
  DEFAULTS,
  draftForFile,
  draftOfSpec,
  errorsOfCauses,
  FIELD_PATHS,
  isShownWhole,
  proposeName,
  renameDraft,
  routeDraft,
  SPEC_FIELDS,
  specOfDraft,
  valueAt,
} from '../../../../src/ui/state/app-draft.ts';

const digest = `sha256:${'0'.repeat(64)}` as const;
const none = new Set<string>();

describe('proposeName', () => {
  it.each([
    ['hello.wasm', 'hello'],
    ['My App.wasm', 'my-app'],
    ['Größe (2).WASM', 'gro-e-2'],
    ['fetch.component.wasm', 'fetch'],
    ['__.wasm', 'app'],
    ['.wasm', 'app'],
    ['README', 'readme'],
  ])('makes a DNS label of %s', (fileName, name) => {
    expect(proposeName(fileName, none)).toBe(name);
  });

  it('counts up past names that are taken', () => {
    expect(proposeName('hello.wasm', new Set(['hello', 'hello-2']))).toBe('hello-3');
  });

  it('leaves room for the number in a name of the greatest length', () => {
    const long = proposeName(`${'a'.repeat(80)}.wasm`, none);
    const next = proposeName(`${'a'.repeat(80)}.wasm`, new Set([long]));
    expect(next.length).toBeLessThanOrEqual(63);
    expect(next).toBe(`${long}-2`);
  });
});

describe('renameDraft', () => {
  it('takes the proposed route along, and leaves one that a person wrote', () => {
    const draft = draftForFile('hello.wasm', none);
    expect(renameDraft(draft, 'hi').routes).toEqual([routeDraft('/hi')]);
    expect(renameDraft({ ...draft, routes: [routeDraft('/api')] }, 'hi').routes).toEqual([routeDraft('/api')]);
  });
});

describe('specOfDraft', () => {
  const draft = draftForFile('hello.wasm', none);

  it('reads environment and arguments line by line', () => {
    const { spec, errors } = specOfDraft({ ...draft, env: 'A=1\n\nURL=http://x?a=b', args: 'hello\n--fast' }, digest);
    expect(errors).toEqual({});
    expect(spec.env).toEqual({ A: '1', URL: 'http://x?a=b' });
    expect(spec.args).toEqual(['hello', '--fast']);
  });

  it('has no arguments for an empty field', () => {
    expect(specOfDraft(draft, digest).spec.args).toEqual([]);
  });

  it('names the line that is not NAME=value and the number that is none', () => {
    const { errors } = specOfDraft({ ...draft, env: 'A=1\nB', timeoutMs: '1s' }, digest);
    expect(errors).toEqual({ env: 'Line 2, "B", is not of the form NAME=value.', timeoutMs: '"1s" is not a whole number.' });
  });

  it('keeps what is none of its fields', () => {
    const base = { capabilities: { later: true }, limits: { memoryMiB: 64, later: 1 } } as unknown as AppSpec;
    const { spec } = specOfDraft({ ...draft, memoryMiB: '128' }, digest, base);
    expect(spec).toMatchObject({ capabilities: { later: true }, limits: { memoryMiB: 128, later: 1 } });
  });

  it('an empty number is left to its default', () => {
    const { spec, errors } = specOfDraft({ ...draft, queue: ' ' }, digest);
    expect(errors).toEqual({});
    expect(spec.limits).not.toHaveProperty('queue', expect.anything());
  });
});

const FULL: AppSpec = {
  source: { digest },
  abi: 'wagi',
  reuse: true,
  routes: [
    { path: '/a', match: 'prefix' },
    { path: '/b', match: 'exact', host: 'b.test', methods: ['GET', 'M-SEARCH'], rewrite: '/' },
  ],
  args: ['php-cgi', '', '-d x=y'],
  env: { A: '1', 'B.C': 'http://x?a=b', EMPTY: '' },
  files: [
    { path: '/app/index.php', text: '<?php\n' },
    { path: '/app/logo.png', base64: 'iVBORw0KGg==' },
  ],
  capabilities: {},
  scale: { min: 1, max: 3, concurrency: 4, idleSeconds: 5 },
  limits: { timeoutMs: 11, durationMs: 12, memoryMiB: 13, requestBytes: 14, queue: 15 },
  restart: { policy: 'transient', maxRestarts: 6, windowSeconds: 7 },
  document: { hostScript: false, origin: 'own' },
  bufferRequest: true,
};

describe('a spec as a draft', () => {
  it('every field goes there and back', () => {
    const { spec, errors } = specOfDraft(draftOfSpec(FULL), digest);
    expect(errors).toEqual({});
    expect({ ...spec, capabilities: {} }).toEqual(FULL);
  });

  it('every field of the schema has a place in the form, but the module and what cannot be granted yet', () => {
    const leaves = (value: unknown, at: string[]): string[] =>
      typeof value === 'object' && value !== null && !Array.isArray(value) && at.join() !== 'env'
        ? Object.entries(value).flatMap(([key, item]) => leaves(item, [...at, key]))
        : [at.join('.')];
    const { source: _, capabilities: __, ...rest } = FULL;
    expect(SPEC_FIELDS.map((field) => FIELD_PATHS[field].join('.')).sort()).toEqual(leaves(rest, []).sort());
  });

  it('the defaults that it names are those of the schema', () => {
    const stored = v.parse(AppSpecSchema, { source: { digest }, routes: [{ path: '/a' }] });
    const { routes: _, files: __, ...shown } = draftOfSpec(stored);
    expect(DEFAULTS).toEqual(shown);
  });

  it('what a person wrote of another kind is shown, not lost or thrown at', () => {
    const draft = draftOfSpec({ routes: '/x', abi: 7, reuse: 'yes', env: ['A=1'], limits: { memoryMiB: 'soon', queue: { a: 1 } }, files: [null, 'x'] });
    expect(draft).toMatchObject({ routes: [], abi: '7', reuse: false, env: '', memoryMiB: 'soon', queue: '{"a":1}' });
    expect(draft.files).toEqual([
      { path: '', text: '' },
      { path: '', text: '' },
    ]);
    for (const spec of [null, undefined, 'text', 1, []]) expect(draftOfSpec(spec).routes).toEqual([]);
  });

  it('knows when lines cannot say it', () => {
    expect(isShownWhole(FULL, 'args')).toBe(true);
    expect(isShownWhole({ args: ['a', ''] }, 'args')).toBe(false);
    expect(isShownWhole({ args: ['a\nb'] }, 'args')).toBe(false);
    expect(isShownWhole({ env: { A: 'b\nc' } }, 'env')).toBe(false);
    expect(isShownWhole({}, 'env')).toBe(true);
    expect(valueAt(FULL, ['routes', 1, 'methods', 1])).toBe('M-SEARCH');
  });
});

describe('errorsOfCauses', () => {
  it('puts every refusal at its field, without the value that stands there already', () => {
    const errors = errorsOfCauses([
      { field: 'metadata.name', message: 'Invalid value: "Bad: Name": must be a label' },
      { field: 'spec.routes[1].path', message: 'Invalid value: "x": must be absolute' },
      { field: 'spec.routes[1].methods[0]', message: 'Invalid value: "": must be an HTTP method name' },
      { field: 'spec.routes[0].foo', message: 'Forbidden: unknown field' },
      { field: 'spec.routes', message: 'Invalid value: []: must name at least one route' },
      { field: 'spec.scale.min', message: 'Invalid value: 5: must not be above spec.scale.max' },
      { field: 'spec.foo', message: 'Forbidden: unknown field' },
      { field: 'spec.limits.memoryMiB', message: 'Invalid value: 9999: must be less than or equal to 4096' },
      { field: 'spec.env[1A]', message: 'must be a name' },
      { field: 'spec.files[0].path', message: 'Required value' },
      { field: 'spec.source.digest', message: 'Not found: it is gone' },
    ]);
    expect(errors).toEqual({
      name: 'Must be a label',
      'route-1': 'Must be absolute',
      'route-1-methods': 'Must be an HTTP method name',
      'route-0': 'foo: Forbidden: unknown field',
      routes: 'Must name at least one route',
      min: 'Must not be above spec.scale.max',
      memoryMiB: 'Must be less than or equal to 4096',
      env: '1A: Must be a name',
      files: 'File 1: Required value',
      form: 'spec.foo: Forbidden: unknown field. spec.source.digest: Not found: it is gone',
    });
  });
});
