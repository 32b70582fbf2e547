import { allSoon, andThen, type Soon } from '../soon.ts';
import { CLOCK, EVENTRW_HANGUP, EVENTTYPE, RIGHT, SUBCLOCK_ABSTIME } from './abi.ts';
import type { Descriptor } from './descriptors.ts';
import { ERRNO, type Errno, toErrno, WasiError } from './errno.ts';
import type { Guest } from './guest.ts';

const SUBSCRIPTION_BYTES = 48;
const EVENT_BYTES = 32;
const NS_PER_MS = 1_000_000;

interface PollEvent {
  readonly type: number;
  readonly userdata: bigint;
  readonly errno: Errno;
  readonly sizeBytes: number;
  readonly flags: number;
}

/** One thing that a guest waits for. */
interface Subscription {
  /** null: has not happened yet. */
  poll(): Omit<PollEvent, 'type' | 'userdata'> | null;
  /** Resolves when `poll` may have changed; null when time alone decides. */
  ready(): Promise<void> | null;
  /** Nanoseconds until time decides; null when it does not. */
  remainingNs(): bigint | null;
  /** That time has passed. */
  arrive?(): void;
  readonly type: number;
  readonly userdata: bigint;
}

/** `poll_oneoff`: waits until at least one subscription has happened and tells of all that have. */
export function pollFunctions(guest: Guest) {
  const { memory } = guest;

  return {
    poll_oneoff(inPointer: number, outPointer: number, count: number, resultPointer: number): Soon<Errno> {
      const total = count >>> 0;
      if (total === 0) throw new WasiError(ERRNO.inval);
      memory.bytes(inPointer, total * SUBSCRIPTION_BYTES);
      memory.bytes(outPointer, total * EVENT_BYTES);
      memory.assertHolds(resultPointer, 4);
      const subscriptions: Soon<Subscription>[] = [];
      for (let index = 0; index < total; index += 1) subscriptions.push(readSubscription(guest, (inPointer >>> 0) + index * SUBSCRIPTION_BYTES));
      return andThen(allSoon(subscriptions), (known) => waitForAny(guest, known, outPointer >>> 0, resultPointer));
    },
  };
}

function waitForAny(guest: Guest, subscriptions: readonly Subscription[], outPointer: number, resultPointer: number): Soon<Errno> {
  /** False: nothing has happened yet. */
  const finish = (): boolean => {
    guest.assertWanted();
    arriveAtEarliest(subscriptions);
    const events = subscriptions.flatMap((subscription) => {
      const event = subscription.poll();
      return event ? [{ type: subscription.type, userdata: subscription.userdata, ...event }] : [];
    });
    if (events.length === 0) return false;
    events.forEach((event, index) => {
      putEvent(guest, outPointer + index * EVENT_BYTES, event);
    });
    guest.memory.setU32(resultPointer, events.length);
    return true;
  };

  return guest.until(
    finish,
    () => subscriptions.flatMap((subscription) => subscription.ready() ?? []),
    () => earliestMs(subscriptions),
  );
}

function earliestOf(subscriptions: readonly Subscription[]): { subscription: Subscription; remainingNs: bigint } | null {
  let earliest: { subscription: Subscription; remainingNs: bigint } | null = null;
  for (const subscription of subscriptions) {
    const remainingNs = subscription.remainingNs();
    if (remainingNs !== null && (earliest === null || remainingNs < earliest.remainingNs)) earliest = { subscription, remainingNs };
  }
  return earliest;
}

function earliestMs(subscriptions: readonly Subscription[]): number | null {
  const earliest = earliestOf(subscriptions);
  return earliest === null ? null : Math.max(0, Number(earliest.remainingNs) / NS_PER_MS);
}

/** A fixed clock goes on only to what was waited for: the first of them. */
function arriveAtEarliest(subscriptions: readonly Subscription[]): void {
  const earliest = earliestOf(subscriptions);
  if (earliest !== null && earliest.remainingNs <= 0n) earliest.subscription.arrive?.();
}

function readSubscription(guest: Guest, pointer: number): Soon<Subscription> {
  const { memory } = guest;
  const userdata = memory.u64(pointer);
  const type = memory.u8(pointer + 8);
  if (type === EVENTTYPE.clock) {
    return clockSubscription(guest, userdata, memory.u32(pointer + 16), memory.u64(pointer + 24), (memory.u16(pointer + 40) & SUBCLOCK_ABSTIME) !== 0);
  }
  if (type === EVENTTYPE.fdRead || type === EVENTTYPE.fdWrite) return fdSubscription(guest, userdata, type, memory.u32(pointer + 16));
  throw new WasiError(ERRNO.inval);
}

function failed(type: number, userdata: bigint, errno: Errno): Subscription {
  return { type, userdata, poll: () => ({ errno, sizeBytes: 0, flags: 0 }), ready: () => null, remainingNs: () => 0n };
}

function clockSubscription(guest: Guest, userdata: bigint, clock: number, timeoutNs: bigint, isAbsolute: boolean): Subscription {
  const type = EVENTTYPE.clock;
  if (clock === CLOCK.processCputime || clock === CLOCK.threadCputime) return failed(type, userdata, ERRNO.notsup);
  if (clock !== CLOCK.realtime && clock !== CLOCK.monotonic) return failed(type, userdata, ERRNO.inval);
  // A relative wait is not moved by a change of the wall clock (POSIX clock_nanosleep), so it is always measured by the monotonic one.
  const { clock: clocks } = guest.sources;
  const wait = clocks.waitFor(isAbsolute && clock === CLOCK.realtime ? 'wall' : 'monotonic', isAbsolute ? timeoutNs : clocks.monotonicNs() + timeoutNs);
  return {
    type,
    userdata,
    remainingNs: () => wait.remainingNs(),
    arrive: () => wait.arrive(),
    ready: () => null,
    poll: () => (wait.isOver() ? { errno: ERRNO.success, sizeBytes: 0, flags: 0 } : null),
  };
}

function fdSubscription(guest: Guest, userdata: bigint, type: number, fd: number): Soon<Subscription> {
  let descriptor: Descriptor;
  try {
    descriptor = guest.descriptors.get(fd, RIGHT.pollFdReadwrite | (type === EVENTTYPE.fdRead ? RIGHT.fdRead : RIGHT.fdWrite));
  } catch (error) {
    return failed(type, userdata, toErrno(error));
  }
  const base = { type, userdata, remainingNs: () => null };
  const happened = (sizeBytes: number) => ({ errno: ERRNO.success, sizeBytes, flags: 0 });

  if (descriptor.kind === 'file') {
    const { files, node, position } = descriptor;
    return andThen(files.stat(node), ({ sizeBytes }) => ({
      ...base,
      ready: () => null,
      poll: () => happened(type === EVENTTYPE.fdRead ? Math.max(0, sizeBytes - position) : 0),
    }));
  }
  if (descriptor.kind === 'input' && type === EVENTTYPE.fdRead) {
    const { source } = descriptor;
    // A source cannot be asked how much it holds: at least one byte, or its end.
    return { ...base, ready: () => source.ready(), poll: () => (source.isReady() ? happened(1) : null) };
  }
  if (descriptor.kind === 'output' && type === EVENTTYPE.fdWrite) {
    const { sink } = descriptor;
    return {
      ...base,
      ready: () => sink.ready(),
      poll() {
        try {
          const capacity = sink.capacity();
          return capacity > 0 ? happened(capacity) : null;
        } catch {
          // Broken: `fd_write` will say how, so the guest is told that it need not wait for it.
          return { errno: ERRNO.success, sizeBytes: 0, flags: EVENTRW_HANGUP };
        }
      },
    };
  }
  return failed(type, userdata, ERRNO.badf);
}

function putEvent(guest: Guest, pointer: number, event: PollEvent): void {
  const { memory } = guest;
  memory.bytes(pointer, EVENT_BYTES).fill(0);
  memory.setU64(pointer, event.userdata);
  memory.setU16(pointer + 8, event.errno);
  memory.setU8(pointer + 10, event.type);
  memory.setU64(pointer + 16, BigInt(Math.min(event.sizeBytes, Number.MAX_SAFE_INTEGER)));
  memory.setU16(pointer + 24, event.flags);
}
