import { describe, expect, it } from 'vitest';
import type { App } from '../../../../src/core/app.ts';
import { draftForFile, draftOfApp, errorsOfCauses, proposeName, renameDraft, specOfDraft } from '../../../../src/ui/state/app-draft.ts';

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
    expect(renameDraft(draft, 'hi').routes).toEqual(['/hi']);
    expect(renameDraft({ ...draft, routes: ['/api'] }, 'hi').routes).toEqual(['/api']);
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

  it('keeps what the form does not show', () => {
    const base = {
      routes: [{ path: '/a', match: 'exact', methods: ['GET'] }],
      scale: { min: 1, max: 4, concurrency: 8, idleSeconds: 300 },
      limits: { timeoutMs: 1000, durationMs: 2000, memoryMiB: 64, requestBytes: 10, queue: 1 },
      env: {},
      args: [],
      files: [],
      abi: 'auto',
      reuse: false,
    } as unknown as App['spec'];
    const app = { metadata: { name: 'a' }, spec: base } as App;
    const { spec } = specOfDraft({ ...draftOfApp(app), routes: ['/b'], memoryMiB: '128' }, digest, base);
    expect(spec.routes).toEqual([{ path: '/b', match: 'exact', methods: ['GET'] }]);
    expect(spec.scale).toEqual(base.scale);
    expect(spec.limits).toEqual({ ...base.limits, memoryMiB: 128 });
  });
});

describe('errorsOfCauses', () => {
  it('puts every refusal at its field, without the value that stands there already', () => {
    const errors = errorsOfCauses([
      { field: 'metadata.name', message: 'Invalid value: "Bad: Name": must be a label' },
      { field: 'spec.routes[1].path', message: 'Invalid value: "x": must be absolute' },
      { field: 'spec.limits.memoryMiB', message: 'Invalid value: 9999: must be less than or equal to 4096' },
      { field: 'spec.env[1A]', message: 'must be a name' },
      { field: 'spec.files[0].path', message: 'Required value' },
      { field: 'spec.source.digest', message: 'Not found: it is gone' },
    ]);
    expect(errors).toEqual({
      name: 'Must be a label',
      'route-1': 'Must be absolute',
      memoryMiB: 'Must be less than or equal to 4096',
      env: '1A: Must be a name',
      files: 'File 1: Required value',
      form: 'spec.source.digest: Not found: it is gone',
    });
  });
});
