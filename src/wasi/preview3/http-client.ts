import type { RequestBody } from '../egress/request-body.ts';
import type { GuestContext } from '../preview2/guest-context.ts';
import { OutgoingPipe } from '../preview2/http-body.ts';
import { errorCodeOf, HttpBodyError } from '../preview2/http-error-code.ts';
import { egressOf, requestBodyTo, toMs } from '../preview2/http-outgoing-handler.ts';
import type { Provision } from '../preview2/link-imports.ts';
import { fail } from '../preview2/wit.ts';
import type { MessageBody } from './http-body.ts';
import { Request3 } from './http-request.ts';
import { Response3 } from './http-response.ts';

/**
 * wasi:http/client (WIT: wasi-http/worlds.wit, 0.3): sends what the App was granted, as wasi:http/outgoing-handler of 0.2 does (decision 0019).
 * `send` answers with the response's head; both bodies go on from there.
 */
export function createClient3(context: GuestContext, provision: Provision) {
  return {
    async send(request: Request3): Promise<Response3> {
      const { declaredLength, options, ...content } = Request3.contentOf(request);
      const body = Request3.takeBody(request);
      const sink = requestBodyTo(content.authority);
      const timeouts = {
        connectMs: toMs(options?.getConnectTimeout()),
        firstByteMs: toMs(options?.getFirstByteTimeout()),
        betweenBytesMs: toMs(options?.getBetweenBytesTimeout()),
      };
      try {
        const flight = egressOf(provision).send({ ...content, bodyLength: declaredLength, body: sink, timeouts }, context);
        const sent = sendBody(body, sink, declaredLength, context);
        const reply = await flight.reply;
        // Silent: whoever made the request learns of it by its own future.
        sent.catch(() => {});
        return Response3.arrived(reply, context);
      } catch (cause) {
        const error = errorCodeOf(cause);
        body.refuse(error);
        if (cause instanceof HttpBodyError || sink.brokenBy) fail(error);
        throw cause;
      }
    },
  };
}

/** Lets the body of a request flow to `sink`, and tells its maker how that went. */
async function sendBody(body: MessageBody, sink: RequestBody, declaredLength: number | null, context: GuestContext): Promise<void> {
  const pipe = new OutgoingPipe({ declaredLength, sizeError: 'HTTP-request-body-size', isBodyless: () => false });
  pipe.attach(sink);
  try {
    const trailers = await body.send(pipe, context);
    const trailerBytes = trailers?.copyAll().reduce((sum, [name, value]) => sum + name.length + value.length, 0) ?? 0;
    if (trailerBytes > 0) throw new HttpBodyError('a browser sends no trailers', { tag: 'HTTP-request-trailer-section-size', val: trailerBytes });
    pipe.close();
    body.settle({ tag: 'ok', val: undefined });
  } catch (cause) {
    pipe.abort(cause);
    body.refuse(errorCodeOf(cause));
  }
}
