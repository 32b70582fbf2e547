import { isClusterHost } from '../../core/cluster-address.ts';
import { Egress } from '../egress/egress.ts';
import { RequestBody } from '../egress/request-body.ts';
import type { GuestContext } from './guest-context.ts';
import { HttpBodyError } from './http-error-code.ts';
import { FutureIncomingResponse } from './http-future-response.ts';
import { OutgoingRequest, type RequestOptions } from './http-outgoing.ts';
import type { Provision } from './link-imports.ts';
import { fail } from './wit.ts';

/** What is held of a request body until it is sent whole. */
const MAX_HELD_BYTES = 8_388_608;
/** The same of one that another App reads as it is written. */
const MAX_WAITING_BYTES = 262_144;

/** One for all guests of a worker: they share what may be under way. */
const egresses = new WeakMap<Provision, Egress>();

/** Holds of a request body to `authority` what its way takes. */
export function requestBodyTo(authority: string): RequestBody {
  return new RequestBody(isClusterHost(authority) ? MAX_WAITING_BYTES : MAX_HELD_BYTES);
}

/** What sends the requests of all guests of one worker. */
export function egressOf(provision: Provision): Egress {
  const known = egresses.get(provision);
  if (known) return known;
  const egress = new Egress(provision.spec.capabilities.http ?? null, provision.host);
  egresses.set(provision, egress);
  return egress;
}

/**
 * wasi:http/outgoing-handler (WIT: wasi-http/handler.wit, 0.2): sends what the App was granted (decision 0019). What is not
 * allowed, or no request at all, is answered by `handle` itself; whatever happens later, by the future.
 */
export function createOutgoingHandler(context: GuestContext, provision: Provision) {
  return {
    handle(request: OutgoingRequest, options: RequestOptions | undefined): FutureIncomingResponse {
      const { declaredLength, ...content } = OutgoingRequest.contentOf(request);
      const body = requestBodyTo(content.authority);
      try {
        const timeouts = {
          connectMs: toMs(options?.connectTimeout()),
          firstByteMs: toMs(options?.firstByteTimeout()),
          betweenBytesMs: toMs(options?.betweenBytesTimeout()),
        };
        const flight = egressOf(provision).send({ ...content, bodyLength: declaredLength, body, timeouts }, context);
        OutgoingRequest.send(request, body);
        return new FutureIncomingResponse(flight, context);
      } catch (error) {
        OutgoingRequest.refuse(request);
        if (error instanceof HttpBodyError) fail(error.errorCode);
        throw error;
      }
    },
  };
}

const NS_PER_MS = 1_000_000n;
/** What a timer can wait at most. */
const MAX_MS = 2_147_483_647;

/** A duration of WASI as a timer takes it, rounded up. */
export function toMs(durationNs: bigint | undefined): number | null {
  if (durationNs === undefined) return null;
  const ms = (durationNs + NS_PER_MS - 1n) / NS_PER_MS;
  return ms > BigInt(MAX_MS) ? MAX_MS : Number(ms);
}
