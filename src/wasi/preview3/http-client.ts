import type { GuestContext } from '../preview2/guest-context.ts';
import { fail } from '../preview2/wit.ts';
import { Request3 } from './http-request.ts';

/** wasi:http/client (WIT: wasi-http/worlds.wit, 0.3) where nothing was granted: denies every request with `HTTP-request-denied`. */
export function createDeniedClient3(context: GuestContext) {
  return {
    async send(request: Request3): Promise<never> {
      const error = { tag: 'HTTP-request-denied' };
      context.deny('wasi:http/client', Request3.refuse(request, error));
      fail(error);
    },
  };
}
