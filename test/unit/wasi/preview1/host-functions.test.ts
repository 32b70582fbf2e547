import { describe, expect, it } from 'vitest';
import { sourceFromBytes } from '../../../../src/wasi/bytes.ts';
import { ERRNO } from '../../../../src/wasi/preview1/errno.ts';
import { GuestCancelled, GuestExit } from '../../../../src/wasi/preview1/guest.ts';
import { PREVIEW1_FUNCTIONS, preview1Support } from '../../../../src/wasi/preview1/imports.ts';
import { makeHost, memorySink } from './host.ts';

describe('preview 1 functions', () => {
  it('has all 46 of them', () => {
    expect(Object.keys(PREVIEW1_FUNCTIONS)).toHaveLength(46);
    const { call } = makeHost();
    for (const name of Object.keys(PREVIEW1_FUNCTIONS)) expect(call[name], name).toBeTypeOf('function');
  });

  it('tells known, denied and unknown imports apart', () => {
    expect(preview1Support('fd_write')).toBe('granted');
    expect(preview1Support('sock_send')).toBe('denied');
    expect(preview1Support('sock_open')).toBe('unknown');
    expect(preview1Support('toString')).toBe('unknown');
  });

  it('measures arguments in UTF-8 bytes', () => {
    const host = makeHost({ args: ['/é', 'x=日本'] });
    expect(host.call.args_sizes_get!(0, 4)).toBe(0);
    expect([host.view().getUint32(0, true), host.view().getUint32(4, true)]).toEqual([2, 4 + 9]);
    expect(host.call.args_get!(16, 64)).toBe(0);
    expect(host.view().getUint32(16, true)).toBe(64);
    expect(host.view().getUint32(20, true)).toBe(68);
    expect(host.text(64, 13)).toBe('/é\0x=日本\0');
  });

  it('gives the environment as NAME=value', () => {
    const host = makeHost({
      env: [
        ['A', 'ü'],
        ['B', ''],
      ],
    });
    host.call.environ_sizes_get!(0, 4);
    expect([host.view().getUint32(0, true), host.view().getUint32(4, true)]).toEqual([2, 5 + 3]);
    host.call.environ_get!(16, 64);
    expect(host.text(64, 8)).toBe('A=ü\0B=\0');
  });

  it('answers EFAULT for pointers outside the memory, also where sums would wrap', () => {
    const host = makeHost({ args: ['a'] });
    expect(host.call.args_sizes_get!(65_534, 0)).toBe(ERRNO.fault);
    expect(host.call.args_sizes_get!(-4, 0)).toBe(ERRNO.fault);
    expect(host.call.random_get!(0, -1)).toBe(ERRNO.fault);
    expect(host.call.random_get!(-1, 2)).toBe(ERRNO.fault);
    host.putIovec(0, 65_000, 1000);
    expect(host.call.fd_write!(1, 0, 1, 32)).toBe(ERRNO.fault);
    expect(host.call.fd_write!(1, 65_532, 1, 32)).toBe(ERRNO.fault);
    expect(host.call.fd_write!(1, 0, -1, 32)).toBe(ERRNO.inval);
    expect(host.call.poll_oneoff!(0, 0, -1, 32)).toBe(ERRNO.fault);
  });

  it('writes nothing when the result pointer is bad', () => {
    const stdout = memorySink();
    const host = makeHost({ stdout });
    host.putIovec(0, 100, host.put(100, 'hello'));
    expect(host.call.fd_write!(1, 0, 1, -2)).toBe(ERRNO.fault);
    expect(stdout.text).toBe('');
  });

  it('works on a memory that has grown', () => {
    const stdout = memorySink();
    const host = makeHost({ stdout });
    host.call.random_get!(0, 8);
    host.memory.grow(1);
    host.putIovec(0, 70_000, host.put(70_000, 'far'));
    expect(host.call.fd_write!(1, 0, 1, 32)).toBe(0);
    expect(stdout.text).toBe('far');
    expect(host.view().getUint32(32, true)).toBe(3);
  });

  it('fills more random bytes than the platform gives at once', () => {
    const host = makeHost();
    host.memory.grow(4);
    expect(host.call.random_get!(0, 200_000)).toBe(0);
    expect(new Uint8Array(host.memory.buffer, 199_000, 1000).some((byte) => byte !== 0)).toBe(true);
    expect(new Uint8Array(host.memory.buffer, 200_000, 1000).every((byte) => byte === 0)).toBe(true);
  });

  it('reads stdin into several buffers and then tells its end', () => {
    const host = makeHost({ stdin: sourceFromBytes(Buffer.from('hello world')) });
    host.putIovec(0, 100, 3);
    host.putIovec(8, 200, 5);
    expect(host.call.fd_read!(0, 0, 2, 32)).toBe(0);
    expect(host.view().getUint32(32, true)).toBe(8);
    expect(host.text(100, 3) + host.text(200, 5)).toBe('hello wo');
    host.call.fd_read!(0, 0, 2, 32);
    expect(host.view().getUint32(32, true)).toBe(3);
    host.call.fd_read!(0, 0, 2, 32);
    expect(host.view().getUint32(32, true)).toBe(0);
  });

  it('tells of nothing read when nothing was asked for or all is read', () => {
    const host = makeHost({ stdin: sourceFromBytes(Buffer.from('x')) });
    host.putIovec(0, 100, 0);
    host.view().setUint32(32, 99, true);
    expect(host.call.fd_read!(0, 0, 1, 32)).toBe(0);
    expect(host.view().getUint32(32, true)).toBe(0);
    host.putIovec(0, 100, 5);
    host.call.fd_read!(0, 0, 1, 32);
    expect(host.view().getUint32(32, true)).toBe(1);
    host.call.fd_read!(0, 0, 1, 32);
    expect(host.view().getUint32(32, true)).toBe(0);
  });

  it('answers a broken sink with EPIPE', () => {
    const broken = {
      ...memorySink(),
      write: () => {
        throw new Error('gone');
      },
    };
    const host = makeHost({ stdout: broken });
    host.putIovec(0, 100, 3);
    expect(host.call.fd_write!(1, 0, 1, 32)).toBe(ERRNO.pipe);
  });

  it('refuses what a stream cannot do', () => {
    const host = makeHost();
    host.putIovec(0, 100, 3);
    expect(host.call.fd_write!(0, 0, 1, 32)).toBe(ERRNO.notcapable);
    expect(host.call.fd_read!(1, 0, 1, 32)).toBe(ERRNO.notcapable);
    expect(host.call.fd_seek!(0, 0n, 0, 32)).toBe(ERRNO.spipe);
    expect(host.call.fd_tell!(1, 32)).toBe(ERRNO.spipe);
    expect(host.call.fd_pread!(0, 0, 1, 0n, 32)).toBe(ERRNO.spipe);
    expect(host.call.fd_read!(99, 0, 1, 32)).toBe(ERRNO.badf);
    expect(host.call.path_open!(0, 0, 0, 1, 0, 0n, 0n, 0, 32)).toBe(ERRNO.notdir);
    expect(host.call.fd_prestat_get!(3, 32)).toBe(ERRNO.badf);
  });

  it('shows streams as neither terminal nor file', () => {
    const host = makeHost();
    host.call.fd_fdstat_get!(1, 0);
    expect(host.view().getUint8(0)).toBe(0);
    expect(host.view().getBigUint64(8, true) & 4n).toBe(0n);
  });

  it('denies sockets as "not a socket" and says so once', () => {
    const reports: string[] = [];
    const host = makeHost({ report: (text) => reports.push(text) });
    expect(host.call.sock_accept!(3, 0, 0)).toBe(ERRNO.badf);
    expect(host.call.sock_send!(1, 0, 0, 0, 0)).toBe(ERRNO.notsock);
    expect(host.call.sock_shutdown!(0, 3)).toBe(ERRNO.notsock);
    expect(reports).toHaveLength(1);
  });

  it('ends the guest for good with proc_exit', () => {
    const host = makeHost();
    const thrown = (call: () => unknown) => {
      try {
        return call();
      } catch (error) {
        return error;
      }
    };
    expect(thrown(() => host.call.proc_exit!(3))).toMatchObject({ code: 3 });
    // A guest with a catch-all may go on; every further call throws the same end again.
    expect(thrown(() => host.call.sched_yield!())).toBeInstanceOf(GuestExit);
  });

  it('unwinds the guest of a cancelled request', () => {
    const controller = new AbortController();
    const host = makeHost({ signal: controller.signal });
    host.putIovec(0, 100, 3);
    controller.abort();
    expect(() => host.call.fd_write!(1, 0, 1, 32)).toThrow();
    expect(host.guest.ended).toBeInstanceOf(GuestCancelled);
  });
});

describe('clocks', () => {
  it('tells the time and its resolution', () => {
    const host = makeHost();
    expect(host.call.clock_time_get!(0, 0n, 0)).toBe(0);
    expect(Math.abs(Number(host.view().getBigUint64(0, true) / 1_000_000n) - Date.now())).toBeLessThan(5000);
    host.call.clock_time_get!(1, 0n, 0);
    const before = host.view().getBigUint64(0, true);
    host.call.clock_time_get!(1, 0n, 0);
    expect(host.view().getBigUint64(0, true) >= before).toBe(true);
    expect(host.call.clock_res_get!(1, 0)).toBe(0);
    expect(host.view().getBigUint64(0, true) > 0n).toBe(true);
    expect(host.call.clock_time_get!(9, 0n, 0)).toBe(ERRNO.inval);
  });
});

describe('poll_oneoff', () => {
  const CLOCK = 0;
  const FD_READ = 1;
  const FD_WRITE = 2;

  function subscribe(
    host: ReturnType<typeof makeHost>,
    index: number,
    userdata: bigint,
    type: number,
    value: { clock?: number; timeoutNs?: bigint; absolute?: boolean; fd?: number },
  ) {
    const at = 1000 + index * 48;
    const view = host.view();
    view.setBigUint64(at, userdata, true);
    view.setUint8(at + 8, type);
    view.setUint32(at + 16, type === CLOCK ? (value.clock ?? 1) : (value.fd ?? 0), true);
    view.setBigUint64(at + 24, value.timeoutNs ?? 0n, true);
    view.setUint16(at + 40, value.absolute ? 1 : 0, true);
  }

  function events(host: ReturnType<typeof makeHost>, count: number) {
    const errno = host.call.poll_oneoff!(1000, 4000, count, 0);
    const view = host.view();
    return {
      errno,
      events: Array.from({ length: view.getUint32(0, true) }, (_, index) => {
        const at = 4000 + index * 32;
        return {
          userdata: view.getBigUint64(at, true),
          error: view.getUint16(at + 8, true),
          type: view.getUint8(at + 10),
          size: view.getBigUint64(at + 16, true),
        };
      }),
    };
  }

  it('gives the earlier of two clocks, after its time', () => {
    const host = makeHost();
    subscribe(host, 0, 7n, CLOCK, { timeoutNs: 5_000_000_000n });
    subscribe(host, 1, 8n, CLOCK, { timeoutNs: 20_000_000n });
    const startMs = performance.now();
    expect(events(host, 2)).toEqual({ errno: 0, events: [{ userdata: 8n, error: 0, type: 0, size: 0n }] });
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(19);
  });

  it('understands absolute times of both clocks', () => {
    const host = makeHost();
    subscribe(host, 0, 1n, CLOCK, { clock: 0, absolute: true, timeoutNs: BigInt(Date.now() + 60_000) * 1_000_000n });
    subscribe(host, 1, 2n, CLOCK, { clock: 1, absolute: true, timeoutNs: 1n });
    expect(events(host, 2).events.map(({ userdata }) => userdata)).toEqual([2n]);
  });

  it('gives streams and files that are ready, not the clock that is not', () => {
    const host = makeHost({ stdin: sourceFromBytes(Buffer.from('x')) });
    subscribe(host, 0, 1n, CLOCK, { timeoutNs: 60_000_000_000n });
    subscribe(host, 1, 2n, FD_READ, { fd: 0 });
    subscribe(host, 2, 3n, FD_WRITE, { fd: 1 });
    expect(events(host, 3).events).toEqual([
      { userdata: 2n, error: 0, type: 1, size: 1n },
      { userdata: 3n, error: 0, type: 2, size: 65_536n },
    ]);
  });

  it('reports errors in the event they belong to', () => {
    const host = makeHost();
    subscribe(host, 0, 1n, FD_READ, { fd: 42 });
    subscribe(host, 1, 2n, CLOCK, { clock: 2 });
    subscribe(host, 2, 3n, CLOCK, { clock: 77 });
    subscribe(host, 3, 4n, FD_READ, { fd: 1 });
    expect(events(host, 4).events.map(({ error }) => error)).toEqual([ERRNO.badf, ERRNO.notsup, ERRNO.inval, ERRNO.notcapable]);
  });

  it('refuses nothing to wait for and unknown kinds', () => {
    const host = makeHost();
    expect(events(host, 0).errno).toBe(ERRNO.inval);
    subscribe(host, 0, 1n, 9, {});
    expect(events(host, 1).errno).toBe(ERRNO.inval);
  });
});
