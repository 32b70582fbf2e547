import { type Activity, RequestServer, type TakeFrames } from '../../../src/line/request-server.ts';
import type { FromInstance, ToInstance } from '../../../src/protocol/sw-instance.ts';
import type { GuestRequest, Handler, ResponseWriter } from '../../../src/wasi/handler.ts';
import { REQUEST_HEAD } from '../ingress/exchange-fixture.ts';

const ports: MessagePort[] = [];

/** For `afterEach`: an open port would keep the process alive. */
export function closeLines(): void {
  for (const port of ports.splice(0)) port.close();
}

/** A server of the handler `handle`, and the service worker's end of its line. */
export function serve(
  handle: (request: GuestRequest, response: ResponseWriter) => Promise<void>,
  prepare: Handler['prepare'] = () => {},
  takeFrames: TakeFrames | null = null,
  acceptWithinMs = 0,
) {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  const received: FromInstance[] = [];
  port1.onmessage = ({ data }: MessageEvent<FromInstance>) => received.push(data);
  const activity: Activity = { busy: 0, idleSinceMs: 0 };
  const seen: GuestRequest[] = [];
  const memory: { bytes: number | null } = { bytes: null };
  const server = new RequestServer(
    {
      handle: (request, response) => {
        seen.push(request);
        return handle(request, response);
      },
      prepare,
      get memoryBytes() {
        return memory.bytes;
      },
    },
    port2,
    activity,
    { takeFrames, acceptWithinMs },
  );
  const say = (message: ToInstance) => port1.postMessage(message);
  return {
    server,
    received,
    activity,
    seen,
    memory,
    say,
    request: (id: number, { hasBody = false, hold = false, method = 'GET' } = {}) =>
      say({ type: 'request', id, head: { ...REQUEST_HEAD, method }, hasBody, hold }),
    types: (id = 1) => received.filter((message) => 'id' in message && message.id === id).map(({ type }) => type),
  };
}
