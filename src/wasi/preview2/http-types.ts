import type { GuestContext } from './guest-context.ts';
import { OutgoingBody } from './http-body.ts';
import { httpErrorCode } from './http-error-code.ts';
import { Fields } from './http-fields.ts';
import { FutureIncomingResponse, IncomingResponse } from './http-future-response.ts';
import { FutureTrailers, IncomingBody, IncomingRequest } from './http-incoming.ts';
import { OutgoingRequest, RequestOptions } from './http-outgoing.ts';
import { OutgoingResponse, ResponseOutparam } from './http-response.ts';

/** wasi:http/types (WIT: wasi-http/types.wit, 0.2) for one guest instance. Messages that the guest itself constructs learn here whose they are. */
export function createHttpTypes(context: GuestContext) {
  class GuestOutgoingRequest extends OutgoingRequest {
    constructor(headers: Fields) {
      super(headers, context);
    }
  }
  class GuestOutgoingResponse extends OutgoingResponse {
    constructor(headers: Fields) {
      super(headers, context);
    }
  }
  return {
    Fields,
    FutureIncomingResponse,
    FutureTrailers,
    IncomingBody,
    IncomingRequest,
    IncomingResponse,
    OutgoingBody,
    OutgoingRequest: GuestOutgoingRequest,
    OutgoingResponse: GuestOutgoingResponse,
    RequestOptions,
    ResponseOutparam,
    httpErrorCode,
  };
}
