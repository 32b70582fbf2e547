import { describe, expect, it } from 'vitest';
import type { Cause } from '../../../src/control/causes.ts';
import { MASK_BASE64, parseConfiguration, type SecretInput } from '../../../src/control/configuration-input.ts';
import type { RuntimeError } from '../../../src/core/errors.ts';

const target = { namespace: 'default', name: null };
const metadata = { name: 'settings' };

function refusal(kind: 'ConfigMap' | 'Secret', body: object): { code: string; text: string } {
  try {
    parseConfiguration(kind, { metadata, ...body }, target);
  } catch (error) {
    const { code, message, details } = error as RuntimeError;
    const causes = ((details['causes'] ?? []) as Cause[]).map(({ field, reason, message }) => `${field}: ${reason}: ${message}`);
    return { code, text: `${message}\n${causes.join('\n')}` };
  }
  throw new Error('nothing was refused');
}

const valuesOf = (body: object): Record<string, string | null> => {
  const { values } = parseConfiguration('Secret', { metadata, ...body }, target) as SecretInput;
  return Object.fromEntries(Array.from(values, ([key, value]) => [key, value.keep ? null : new TextDecoder().decode(value.bytes)]));
};

describe('parseConfiguration', () => {
  it('reads a ConfigMap', () => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...metadata, labels: { a: 'b' } }, data: { GREETING: 'hi', 'app.json': '{}' } };
    expect(parseConfiguration('ConfigMap', body, target)).toMatchObject({ name: 'settings', labels: { a: 'b' }, data: body.data });
    expect(parseConfiguration('ConfigMap', { metadata }, target)).toMatchObject({ data: {} });
  });

  it('reads a Secret: stringData goes before data, and the mask means what is there', () => {
    expect(valuesOf({ data: { a: btoa('A'), b: btoa('B'), c: MASK_BASE64 }, stringData: { b: 'ß', d: '********' } })).toEqual({
      a: 'A',
      b: 'ß',
      c: null,
      d: null,
    });
    expect(parseConfiguration('Secret', { metadata }, target)).toMatchObject({ type: 'Opaque' });
  });

  it.each([
    ['ConfigMap', { kind: 'Secret' }, 'request-invalid', /takes "ConfigMap" of "v1"/],
    ['ConfigMap', { data: [] }, 'resource-invalid', /data: FieldValueTypeInvalid/],
    ['ConfigMap', { data: { 'a b': 'x' } }, 'resource-invalid', /data: FieldValueInvalid: Invalid value: "a b"/],
    ['ConfigMap', { data: { a: 1 } }, 'resource-invalid', /data\[a\]: FieldValueTypeInvalid/],
    ['ConfigMap', { binaryData: { a: 'AA==' } }, 'resource-invalid', /binaryData: FieldValueForbidden/],
    ['ConfigMap', { immutable: true }, 'resource-invalid', /immutable: FieldValueForbidden/],
    ['ConfigMap', { data: { a: 'x'.repeat(1_048_576) } }, 'resource-invalid', /data: FieldValueTooLong/],
    ['ConfigMap', { metadata: { name: 'A' } }, 'resource-invalid', /metadata.name: FieldValueInvalid/],
  ] as const)('refuses a %s with %j', (kind, body, code, text) => {
    expect(refusal(kind, body)).toEqual({ code, text: expect.stringMatching(text) });
  });

  it.each([{ data: { a: 'hunter2!' } }, { data: { a: { b: 'hunter2!' } } }, { stringData: { a: ['hunter2!'] } }, { data: 'hunter2!' }])(
    'tells no value of a Secret when it refuses %j',
    (body) => {
      const { code, text } = refusal('Secret', body);
      expect(code).toBe('resource-invalid');
      expect(text).not.toContain('hunter2');
    },
  );

  it('masks what kubectl keeps of a Secret, by its keys', () => {
    const name = 'kubectl.kubernetes.io/last-applied-configuration';
    const annotations = { [name]: JSON.stringify({ kind: 'Secret', stringData: { a: 'hunter2' }, data: { b: btoa('hunter2') } }), other: 'x' };
    const input = parseConfiguration('Secret', { metadata: { ...metadata, annotations }, stringData: { a: 'hunter2' } }, target);
    expect(JSON.parse(input.annotations[name] ?? '')).toEqual({ kind: 'Secret', stringData: { a: '********' }, data: { b: MASK_BASE64 } });
    expect(input.annotations['other']).toBe('x');
    expect(parseConfiguration('Secret', { metadata: { ...metadata, annotations: { [name]: '{' } } }, target).annotations).toEqual({});
  });
});
