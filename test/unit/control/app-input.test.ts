import { describe, expect, it } from 'vitest';
import { admitApp } from '../../../src/control/admission.ts';
import { parseApp, parseAppStatus } from '../../../src/control/app-input.ts';
import type { Cause } from '../../../src/control/causes.ts';
import type { RuntimeError } from '../../../src/core/errors.ts';
import { DIGEST, makeApp, makeModule } from './app-fixture.ts';

const spec = { source: { digest: DIGEST }, routes: [{ path: '/hello' }] };
const target = { namespace: 'default', name: null };

function refusal(run: () => unknown): RuntimeError {
  try {
    run();
  } catch (error) {
    return error as RuntimeError;
  }
  throw new Error('nothing was refused');
}

function causes(metadata: object, changes: object = {}): string[] {
  const error = refusal(() => parseApp({ metadata: { name: 'a', ...metadata }, spec: { ...spec, ...changes } }, target));
  expect(error.code).toBe('resource-invalid');
  return (error.details['causes'] as Cause[]).map(({ field, reason, message }) => `${field}: ${reason}: ${message}`);
}

describe('parseApp', () => {
  it('fills in defaults and passes over what the server owns', () => {
    const metadata = { name: 'hello', labels: { a: 'b' }, managedFields: [{}], creationTimestamp: null, generation: 9, selfLink: 'x', finalizers: [] };
    const input = parseApp({ metadata, spec, status: { forged: true } }, target);
    expect(input).toMatchObject({ name: 'hello', namespace: 'default', labels: { a: 'b' }, annotations: {}, resourceVersion: '' });
    expect(input.spec.limits.timeoutMs).toBe(30_000);
    expect(input.spec.routes[0]?.match).toBe('prefix');
  });

  it.each([
    [{ apiVersion: 'v1', kind: 'Pod' }, /"Pod" of "v1"/],
    [[], /JSON object/],
    [{ metadata: { namespace: 'other' } }, /does not match the namespace sent on the request/],
    [{ metadata: { name: 1 } }, /metadata.name must be a string/],
  ])('refuses %j as a bad request', (body, message) => {
    const error = refusal(() => parseApp(body, target));
    expect(error).toMatchObject({ code: 'request-invalid', message: expect.stringMatching(message) });
  });

  it('takes the name of the address, and refuses another', () => {
    expect(parseApp({ spec }, { namespace: 'default', name: 'x' }).name).toBe('x');
    expect(refusal(() => parseApp({ metadata: { name: 'y' }, spec }, { namespace: 'default', name: 'x' })).code).toBe('request-invalid');
  });

  it.each([
    [{ name: undefined }, 'metadata.name: FieldValueRequired: Required value: name or generateName is required'],
    [{ name: 'Bad_' }, 'metadata.name: FieldValueInvalid: Invalid value: "Bad_": a lowercase RFC 1123 label'],
    [{ labels: { pg: true } }, 'metadata.labels[pg]: FieldValueTypeInvalid: Invalid value: true: must be a string (quote it in YAML)'],
    [{ labels: { '/x': 'y' } }, 'metadata.labels: FieldValueInvalid: Invalid value: "/x"'],
    [{ labels: { x: '-' } }, 'metadata.labels: FieldValueInvalid: Invalid value: "-"'],
    [{ finalizers: ['x'] }, 'metadata.finalizers: FieldValueForbidden: Forbidden: Swerve does not act on finalizers'],
  ])('refuses the metadata %j', (metadata, expected) => expect(causes(metadata)[0]).toContain(expected));

  it.each([
    [{ source: {} }, 'spec.source.digest: FieldValueRequired: Required value'],
    [{ source: { digest: 'x' } }, 'spec.source.digest: FieldValueInvalid: Invalid value: "x": must be "sha256:"'],
    [{ routes: [] }, 'spec.routes: FieldValueInvalid: Invalid value: []: must name at least one route'],
    [{ routes: [{ path: '/a' }, { path: 'b' }] }, 'spec.routes[1].path: FieldValueInvalid: Invalid value: "b": must be an absolute path'],
    [{ routes: [{ path: '/_swerve/x' }] }, 'spec.routes[0].path: FieldValueInvalid'],
    [{ routes: [{ path: '/a' }, { path: '/a', methods: ['GET'] }, { path: '/a' }] }, 'spec.routes: FieldValueInvalid'],
    [{ routes: [{ path: '/a', host: 'http://x' }] }, 'spec.routes[0].host: FieldValueInvalid'],
    [{ abi: 'php' }, 'spec.abi: FieldValueNotSupported: Unsupported value: "php": supported values: "auto", "wagi", "wasi-http"'],
    [{ typo: 1 }, 'spec.typo: FieldValueForbidden: Forbidden: unknown field'],
    [{ env: { 'A B': 'x' } }, 'spec.env[A B]: FieldValueInvalid: Invalid value: "A B": must be an environment variable name'],
    [{ env: { A: 1 } }, 'spec.env[A]: FieldValueTypeInvalid: Invalid value: 1: must be a string'],
    [{ env: { A: 'x\0' } }, 'spec.env[A]: FieldValueInvalid'],
    [{ args: 'x' }, 'spec.args: FieldValueTypeInvalid: Invalid value: "x": must be a list'],
    [{ limits: { timeoutMs: 1.5 } }, 'spec.limits.timeoutMs: FieldValueInvalid: Invalid value: 1.5: must be a whole number'],
    [{ limits: { timeoutMs: 1 } }, 'spec.limits.timeoutMs: FieldValueInvalid: Invalid value: 1: must be greater than or equal to 10'],
    [{ scale: { min: 3, max: 2 } }, 'spec.scale.min: FieldValueInvalid: Invalid value: 3: must not be above spec.scale.max'],
    [{ capabilities: { gpu: {} } }, 'spec.capabilities.gpu: FieldValueForbidden: Forbidden: this version of Swerve has no such capability'],
    [{ envFrom: [{}] }, 'spec.envFrom[0]: FieldValueInvalid: Invalid value: {}: must have configMapRef or secretRef'],
    [{ envFrom: [{ secretRef: { name: 'A' } }] }, 'spec.envFrom[0].secretRef.name: FieldValueInvalid'],
    [{ capabilities: { config: { from: [{ secret: 'a', configMap: 'b' }] } } }, 'spec.capabilities.config.from[0]: FieldValueInvalid'],
    [{ deterministic: { now: 'today' } }, 'spec.deterministic.now: FieldValueInvalid: Invalid value: "today": must be an RFC 3339 time'],
    [{ deterministic: { now: '1969-12-31T23:59:59Z' } }, 'must be a time of 1970 or later'],
    [{ deterministic: { seed: -1 } }, 'spec.deterministic.seed: FieldValueInvalid'],
    [{ files: [{ path: 'a', text: '' }] }, 'spec.files[0].path: FieldValueInvalid: Invalid value: "a": must be an absolute guest path'],
    [{ files: [{ path: '/a/../b', text: '' }] }, 'spec.files[0].path: FieldValueInvalid'],
    [{ files: [{ path: '/a' }] }, 'spec.files[0]: FieldValueInvalid: Invalid value: {"path":"/a"}: must have text or base64, and not both'],
    [{ files: [{ path: '/a', text: '', base64: '' }] }, 'spec.files[0]: FieldValueInvalid'],
    [{ files: [{ path: '/a', base64: 'AA' }] }, 'spec.files[0].base64: FieldValueInvalid: Invalid value: "AA": must be base64'],
    [{ files: [{ path: '/a', base64: 'AA-_' }] }, 'spec.files[0].base64: FieldValueInvalid'],
    [{ files: [{ path: '/a', base64: 'A===' }] }, 'spec.files[0].base64: FieldValueInvalid'],
    [{ files: [{ path: '/a', base64: 'A'.repeat(1_398_108) }] }, 'spec.files[0].base64: FieldValueTooLong: Too long'],
    [{ args: Array.from({ length: 257 }, () => '') }, 'spec.args: FieldValueTooMany: Too many: 257: must have at most 256 items'],
  ])('refuses the spec %j', (changes, expected) => expect(causes({}, changes)[0]).toContain(expected));

  it('takes files of text and files of bytes, whatever their names', () => {
    const files = [
      { path: '/index.html', text: '<!doctype html>' },
      { path: '/my picture (2).png', base64: 'iVBORw0KGg==' },
      { path: '/empty', base64: '' },
      { path: '/largest', base64: `${'AAAA'.repeat(349_525)}AA==` },
    ];
    expect(parseApp({ metadata: { name: 'a' }, spec: { ...spec, files } }, target).spec.files).toEqual(files);
  });

  it('names every cause, in the words of Kubernetes', () => {
    const error = refusal(() => parseApp({ metadata: { name: 'a' } }, target));
    expect(error.message).toBe('App.swerve.dev "a" is invalid: spec: Required value');
    expect(causes({ name: 'A' }, { abi: 1, typo: 1 })).toHaveLength(3);
  });
});

describe('parseAppStatus', () => {
  it('checks conditions and keeps what it does not know', () => {
    expect(parseAppStatus({ other: 1 }, 'a')).toEqual({ other: 1 });
    expect(refusal(() => parseAppStatus({ conditions: [{ type: 'X', status: 'Maybe' }] }, 'a')).message).toContain(
      'status.conditions[0].status: Unsupported value',
    );
  });
});

describe('admitApp', () => {
  const app = makeApp();

  it('admits what can run', () => expect(admitApp(app.spec, makeModule())).toEqual([]));

  it.each([
    [null, 'spec.source.digest', /push it with POST/],
    [makeModule({ abi: null }), 'spec.source.digest', /cannot serve requests/],
    [makeModule({ imports: [{ name: 'env', items: ['a', 'b'], support: 'unknown' }] }), 'spec.source.digest', /does not know: env \(a, b\)/],
    [makeModule({ memory: { minPages: 5000, maxPages: null } }), 'spec.limits.memoryMiB', /declares 313 MiB/],
  ])('refuses %j', (module, field, message) => {
    expect(admitApp(app.spec, module)).toEqual([expect.objectContaining({ field, message: expect.stringMatching(message) })]);
  });

  it('refuses, under strict, what is imported and not granted, each by its field', () => {
    const imports = ['wasi:keyvalue/store@0.2.0-draft2', 'wasi:keyvalue/batch@0.2.0-draft2', 'wasi:sockets/tcp@0.2.0', 'wasi:blobstore/types@0.2.0-draft'];
    const module = makeModule({ imports: imports.map((name) => ({ name, support: 'denied' as const })) });
    expect(admitApp(app.spec, module)).toEqual([]);
    expect(admitApp(makeApp({ spec: { capabilities: { strict: false } } }).spec, module)).toEqual([]);
    const strict = makeApp({ spec: { capabilities: { strict: true, blobStore: { containers: ['a'] } } } });
    expect(admitApp(strict.spec, module).map(({ field, message }) => `${field}: ${message}`)).toEqual([
      'spec.capabilities.keyValue: Required value: the module imports wasi:keyvalue/store@0.2.0-draft2, wasi:keyvalue/batch@0.2.0-draft2, and ' +
        'spec.capabilities.strict is set; grant it with capabilities: { keyValue: { stores: [default] } }',
      'spec.capabilities.strict: Forbidden: the module imports wasi:sockets/tcp@0.2.0, which this version of Swerve cannot grant',
    ]);
    const granted = makeApp({ spec: { capabilities: { strict: true, keyValue: { stores: ['a'] } } } });
    expect(admitApp(granted.spec, makeModule({ imports: module.imports.slice(0, 2) }))).toEqual([]);
  });

  it('refuses an ABI that the module does not serve', () => {
    expect(admitApp(makeApp({ spec: { abi: 'wasi-http' } }).spec, makeModule())[0]).toMatchObject({ field: 'spec.abi' });
  });
});
