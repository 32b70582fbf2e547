import { describe, expect, it } from 'vitest';
import type { RuntimeError } from '../../../../src/core/errors.ts';
import { FileTree } from '../../../../src/wasi/files.ts';
import { slowFiles } from '../slow-files.ts';
import { makeHost } from './host.ts';

/** Guests that are suspended by such files run in a browser: test/browser/conformance/guest.test.ts. */
describe('a file system that waits, where a guest cannot be suspended', () => {
  it('ends the guest by saying what the engine lacks', () => {
    const host = makeHost({ tree: slowFiles(new FileTree()) });
    expect(() => host.call.path_create_directory!(3, 2000, host.put(2000, 'd'))).toThrow(
      expect.objectContaining({ code: 'engine-unsupported' }) as RuntimeError,
    );
  });
});
