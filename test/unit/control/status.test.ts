import { describe, expect, it } from 'vitest';
import { APPS, deletedStatus, toStatus } from '../../../src/control/api/status.ts';
import { ERRORS, type ErrorCode, RuntimeError } from '../../../src/core/errors.ts';

const hello = { resource: APPS, name: 'hello' };

describe('toStatus', () => {
  it('says what kubectl expects of a missing object', () => {
    expect(toStatus(new RuntimeError('resource-not-found', 'x'), hello)).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'apps.swerve.dev "hello" not found',
      reason: 'NotFound',
      details: { group: 'swerve.dev', kind: 'apps', name: 'hello' },
      code: 404,
    });
  });

  it.each([
    ['resource-exists', 409, 'AlreadyExists', 'apps.swerve.dev "hello" already exists'],
    ['resource-conflict', 409, 'Conflict', 'Operation cannot be fulfilled on apps.swerve.dev "hello": the object has been modified'],
    ['request-invalid', 400, 'BadRequest', 'the text'],
    ['media-type-unsupported', 415, 'UnsupportedMediaType', 'the text'],
    ['method-not-allowed', 405, 'MethodNotAllowed', 'the text'],
    ['watch-expired', 410, 'Expired', 'the text'],
    ['host-unavailable', 503, 'ServiceUnavailable', 'the text'],
  ] as const)('%s: %d %s', (code, status, reason, message) => {
    const result = toStatus(new RuntimeError(code, 'the text'), hello);
    expect(result).toMatchObject({ code: status, reason });
    expect(result.message).toContain(message);
  });

  it('carries the causes of an invalid object under its kind', () => {
    const causes = [{ reason: 'FieldValueRequired', message: 'Required value', field: 'spec.routes' }];
    const result = toStatus(new RuntimeError('resource-invalid', 'x', { details: { name: 'a', causes } }), { resource: APPS, name: '' });
    expect(result.details).toEqual({ group: 'swerve.dev', kind: 'App', name: 'a', causes });
  });

  it('has a reason and the status of every code', () => {
    for (const code of Object.keys(ERRORS) as ErrorCode[]) {
      const result = toStatus(new RuntimeError(code, 'x'));
      expect(result.code).toBe(ERRORS[code].status);
      expect(result.reason).toMatch(/^[A-Z]\w+$/);
    }
  });

  it('names a deleted object by its uid', () => {
    expect(deletedStatus(hello, 'u1')).toMatchObject({
      status: 'Success',
      code: 200,
      details: { name: 'hello', group: 'swerve.dev', kind: 'apps', uid: 'u1' },
    });
  });
});
