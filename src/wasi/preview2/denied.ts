import type { GuestContext } from './guest-context.ts';
import { fail } from './wit.ts';

/**
 * Hosts of interfaces that were not granted: each answers with the interface's own error, so that a
 * program which only carries the import still runs and one that uses it can say so.
 */

/** A function that denies: it logs what was tried and answers `error`. */
function denial(context: GuestContext, name: string, error: unknown): (...args: unknown[]) => never {
  return (...args) => {
    const [first] = args;
    if (typeof first === 'string') context.deny(name, JSON.stringify(first), first);
    else context.deny(name, 'any use');
    fail(error);
  };
}

class Network {}
class ResolveAddressStream {}
class TcpSocket {}
class UdpSocket {}
class IncomingDatagramStream {}
class OutgoingDatagramStream {}

/** wasi:sockets/network and instance-network: a network can be named, nothing can be done with it. */
export const deniedNetwork = { Network, networkErrorCode: (): undefined => undefined };
export const deniedInstanceNetwork = { instanceNetwork: () => new Network() };
/** wasi:sockets/tcp and udp: sockets that nobody can make. */
export const deniedTcp = { TcpSocket };
export const deniedUdp = { UdpSocket, IncomingDatagramStream, OutgoingDatagramStream };

/** wasi:sockets/tcp-create-socket (WIT: wasi-sockets/tcp-create-socket.wit, 0.2). */
export function createDeniedTcpCreateSocket(context: GuestContext) {
  return { createTcpSocket: denial(context, 'wasi:sockets/tcp-create-socket', 'access-denied') };
}

/** wasi:sockets/udp-create-socket (WIT: wasi-sockets/udp-create-socket.wit, 0.2). */
export function createDeniedUdpCreateSocket(context: GuestContext) {
  return { createUdpSocket: denial(context, 'wasi:sockets/udp-create-socket', 'access-denied') };
}

/** wasi:sockets/ip-name-lookup (WIT: wasi-sockets/ip-name-lookup.wit, 0.2). */
export function createDeniedNameLookup(context: GuestContext) {
  return {
    ResolveAddressStream,
    resolveAddresses(_network: Network, name: string): never {
      context.deny('wasi:sockets/ip-name-lookup', JSON.stringify(name));
      fail('access-denied');
    },
  };
}

class Bucket {}
class Cas {}

const STORE_DENIED = { tag: 'access-denied' };

/** wasi:keyvalue/store; see keyvalue.ts. */
export function createDeniedStore(context: GuestContext) {
  return { Bucket, open: denial(context, 'wasi:keyvalue/store', STORE_DENIED) };
}

/** wasi:keyvalue/atomics; every function needs a bucket, which nobody can open. */
export function createDeniedAtomics(context: GuestContext) {
  const deny = denial(context, 'wasi:keyvalue/atomics', STORE_DENIED);
  return { Cas, increment: deny, swap: deny };
}

/** wasi:keyvalue/batch; as atomics. */
export function createDeniedBatch(context: GuestContext) {
  const deny = denial(context, 'wasi:keyvalue/batch', STORE_DENIED);
  return { getMany: deny, setMany: deny, deleteMany: deny };
}

/** wasi:config/store and its older name wasi:config/runtime (WIT: wasi-config/store.wit, 0.2.0-rc.1). */
export function createDeniedConfig(context: GuestContext) {
  const deny = denial(context, 'wasi:config', { tag: 'upstream', val: 'access denied: this App was granted no configuration' });
  return { get: deny, getAll: deny };
}

const BLOBS_DENIED = 'access denied: this App was granted no blob store';

class Container {}
class StreamObjectNames {}
class IncomingValue {}

/** A value can be made without a container, and then not be written. */
class OutgoingValue {
  static newOutgoingValue(): OutgoingValue {
    return new OutgoingValue();
  }

  outgoingValueWriteBody(): never {
    fail();
  }

  static finish(): never {
    fail(BLOBS_DENIED);
  }
}

/** wasi:blobstore/types and container (WIT: wasi-blobstore, 0.2.0-draft). */
export const deniedBlobTypes = { IncomingValue, OutgoingValue };
export const deniedContainer = { Container, StreamObjectNames };

/** wasi:blobstore/blobstore (WIT: wasi-blobstore/blobstore.wit, 0.2.0-draft). */
export function createDeniedBlobstore(context: GuestContext) {
  const deny = denial(context, 'wasi:blobstore/blobstore', BLOBS_DENIED);
  return { createContainer: deny, getContainer: deny, deleteContainer: deny, containerExists: deny, copyObject: deny, moveObject: deny };
}
