import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../../../../src/core/errors.ts';
import { createCommandHandler } from '../../../../src/wasi/command/command-handler.ts';
import { PREVIEW1_CASES, PREVIEW1_GUEST, ROOT_MAX_BYTES } from '../../../guests/preview1-cases.ts';
import { makeAnswer, makeHandlerHost, makeRequest, makeSpec } from '../wagi/harness.ts';

const module = new WebAssembly.Module(readFileSync(PREVIEW1_GUEST));

/** The same cases run in a browser by test/browser/conformance/guest.test.ts. */
describe('the preview 1 guest', () => {
  it.each(PREVIEW1_CASES)('$name', async ({ args, env, root, exitCode, stdout }) => {
    const host = makeHandlerHost();
    const answer = makeAnswer();
    const mounts = root ? [{ path: '/', readOnly: false, source: { kind: 'scratch', files: root, maxBytes: ROOT_MAX_BYTES } } as const] : [];
    const handler = createCommandHandler(module, makeSpec({ abi: 'command', args, env, mounts }), host);
    const ended = await handler.handle(makeRequest(), answer).then(
      () => 0,
      (error) => (error instanceof RuntimeError ? (error.details['exitCode'] ?? error.message) : error),
    );
    expect({ ended, stdout: answer.text, failures: host.lines.filter((line) => line.startsWith('stderr')) }).toEqual({ ended: exitCode, stdout, failures: [] });
  });
});
