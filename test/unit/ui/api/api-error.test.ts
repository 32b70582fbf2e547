import { describe, expect, it } from 'vitest';
import { errorFromBody, fieldCauses } from '../../../../src/ui/api/api-error.ts';

describe('errorFromBody', () => {
  it('keeps the causes of a Kubernetes Status', () => {
    const causes = [{ reason: 'FieldValueInvalid', message: 'must be a label', field: 'metadata.name' }];
    const error = errorFromBody(422, { kind: 'Status', message: 'invalid', details: { causes }, code: 422 });
    expect(error.code).toBe('resource-invalid');
    expect(fieldCauses(error)).toEqual(causes);
  });

  it('tells a name that is taken from a version that is old', () => {
    expect(errorFromBody(409, { kind: 'Status', reason: 'AlreadyExists' }).code).toBe('resource-exists');
    expect(errorFromBody(409, { kind: 'Status', reason: 'Conflict' }).code).toBe('resource-conflict');
    expect(errorFromBody(410, { kind: 'Status', reason: 'Expired' }).code).toBe('watch-expired');
  });

  it('keeps code and extension members of a problem', () => {
    const error = errorFromBody(422, { title: 'No.', detail: 'This is a PNG.', code: 'module-invalid', found: 'a PNG', runs: 'wasm', fix: 'drop wasm' });
    expect(error.code).toBe('module-invalid');
    expect(error.message).toBe('This is a PNG.');
    expect(error.details).toMatchObject({ found: 'a PNG', runs: 'wasm', fix: 'drop wasm' });
  });

  it('does not believe a code that it does not know', () => {
    expect(errorFromBody(507, { code: 'toString' }).code).toBe('storage-full');
    expect(errorFromBody(500, null).code).toBe('internal');
  });
});
