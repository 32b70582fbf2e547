import { describe, expect, it } from 'vitest';
import { drain } from '../../../src/ingress/drain.ts';
import { bytesOf, meteredBody } from './exchange-fixture.ts';

describe('drain', () => {
  it('reads the whole body ahead, so that it outlives its source', async () => {
    const body = meteredBody([3, 2]);
    const { stream, failure } = await drain(body.stream);
    expect(failure).toBe(null);
    expect(body.taken).toBe(2);
    expect(new Uint8Array(await new Response(stream).arrayBuffer())).toEqual(Uint8Array.of(1, 1, 1, 2, 2));
  });

  it('waits for a body that is still arriving', async () => {
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        controller.enqueue(bytesOf('a'));
        setTimeout(() => {
          controller.enqueue(bytesOf('b'));
          controller.close();
        }, 30);
      },
    });
    const { stream } = await drain(body);
    expect(await new Response(stream).text()).toBe('ab');
  });

  it('gives an empty body as one', async () => {
    const { stream, failure } = await drain(meteredBody([]).stream);
    expect(failure).toBe(null);
    expect(await new Response(stream).text()).toBe('');
  });

  it('tells what broke the body, and gives its bytes before the break', async () => {
    const error = new Error('the tab went');
    let pulls = 0;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        pull(controller) {
          pulls += 1;
          if (pulls === 1) controller.enqueue(bytesOf('a'));
          else controller.error(error);
        },
      },
      { highWaterMark: 0 },
    );
    const { stream, failure } = await drain(body);
    expect(failure).toBe(error);
    const reader = stream.getReader();
    expect((await reader.read()).value).toEqual(bytesOf('a'));
    await expect(reader.read()).rejects.toBe(error);
  });
});
