import { ERRNO } from './errno.ts';
import type { Guest } from './guest.ts';

/**
 * Preview 1 cannot make a socket, only use one that it was given, and no guest is given one: so every open descriptor
 * is "not a socket" (ENOTSOCK), which is what these calls say of it on every other engine too.
 */
export function socketFunctions(guest: Guest) {
  const refuse = (fd: number) => {
    guest.descriptors.get(fd);
    guest.report('the guest used a socket: Swerve grants no sockets to WASI preview 1 modules, so it was told "not a socket"');
    return ERRNO.notsock;
  };

  return {
    sock_accept: (fd: number, _flags: number, _resultPointer: number) => refuse(fd),
    sock_recv: (fd: number, _iovecsPointer: number, _iovecsLength: number, _flags: number, _readPointer: number, _outFlagsPointer: number) => refuse(fd),
    sock_send: (fd: number, _iovecsPointer: number, _iovecsLength: number, _flags: number, _writtenPointer: number) => refuse(fd),
    sock_shutdown: (fd: number, _how: number) => refuse(fd),
  };
}
