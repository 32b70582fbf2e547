import type { GuestContext } from '../preview2/guest-context.ts';
import { fail } from '../preview2/wit.ts';

/** wasi:sockets/types (WIT: wasi-sockets/types.wit, 0.3): sockets that nobody can make, for a browser gives none. */
export function createDeniedSockets3(context: GuestContext) {
  const deny = (): never => {
    context.deny('wasi:sockets/types', 'any use');
    fail({ tag: 'access-denied' });
  };
  return { TcpSocket: Object.assign(class TcpSocket {}, { create: deny }), UdpSocket: Object.assign(class UdpSocket {}, { create: deny }) };
}

/** wasi:sockets/ip-name-lookup (WIT: wasi-sockets/ip-name-lookup.wit, 0.3). */
export function createDeniedNameLookup3(context: GuestContext) {
  return {
    async resolveAddresses(name: string): Promise<never> {
      context.deny('wasi:sockets/ip-name-lookup', JSON.stringify(name));
      fail({ tag: 'access-denied' });
    },
  };
}
