import { describe, expect, it } from 'vitest';
import { assertNever, ERRORS, type ErrorCode, RuntimeError } from '../../../src/core/errors.ts';

describe('ERRORS', () => {
  it.each(Object.entries(ERRORS))('%s has an error status and a title that is a sentence', (_code, { status, title }) => {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(title).toMatch(/^[A-Z].*\.$/);
  });

  it.each(Object.entries(ERRORS).filter(([, { retry }]) => retry))('%s, which can be retried, is a conflict or a failure of ours', (_code, { status }) => {
    expect(status === 409 || status >= 500).toBe(true);
  });
});

describe('RuntimeError', () => {
  it('crosses a port as plain data and comes out the same', () => {
    const error = new RuntimeError('body-too-large', 'over 10 bytes', { details: { limit: 10 }, cause: new Error('inner') });
    const crossed = RuntimeError.fromWire(structuredClone(error.toWire()));
    expect(crossed).toBeInstanceOf(RuntimeError);
    expect(crossed).toMatchObject({ name: 'RuntimeError', code: 'body-too-large', message: 'over 10 bytes', details: { limit: 10 }, status: 413 });
  });

  it('has empty details when none are given', () => {
    expect(new RuntimeError('internal', 'broken').details).toEqual({});
    expect(RuntimeError.fromWire({ code: 'internal', message: 'broken' }).details).toEqual({});
  });

  it('is made of anything thrown, and of itself unchanged', () => {
    const own = new RuntimeError('storage-full', 'full');
    expect(RuntimeError.from(own, 'handler-trap')).toBe(own);
    const foreign = new RangeError('too deep');
    expect(RuntimeError.from(foreign, 'handler-trap')).toMatchObject({ code: 'handler-trap', message: 'too deep', cause: foreign });
    expect(RuntimeError.from('a string')).toMatchObject({ code: 'internal', message: 'a string', cause: 'a string' });
    expect(RuntimeError.from(undefined).message).toBe('undefined');
  });

  it('has a cause only when one is given', () => {
    expect('cause' in new RuntimeError('internal', 'broken')).toBe(false);
    expect(new RuntimeError('internal', 'broken', { cause: 'why' }).cause).toBe('why');
  });

  it('takes its status from the table', () => {
    const statusOf = (code: ErrorCode) => new RuntimeError(code, '').status;
    expect([statusOf('route-not-found'), statusOf('host-lost'), statusOf('handler-timeout'), statusOf('storage-full')]).toEqual([404, 502, 504, 507]);
  });
});

describe('assertNever', () => {
  it('names what it met', () => {
    expect(() => assertNever({ type: 'odd' } as never)).toThrow(
      expect.objectContaining({ code: 'internal', message: expect.stringContaining('{"type":"odd"}') }),
    );
  });
});
