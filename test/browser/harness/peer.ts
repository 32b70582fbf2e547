import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that the peer got. */
export interface PeerRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** A server on the loopback interface that is no part of the app: what guests may reach, or must not. Whoever started it must `stop()` it. */
export interface Peer {
  /** `http://127.0.0.1:1234` */
  readonly origin: string;
  /** Connections that were ever opened. */
  readonly connections: () => number;
  /** All that it got, the oldest first; a body that is still arriving is not here yet. */
  readonly requests: PeerRequest[];
  /** Answers under way. */
  readonly open: () => number;
  stop(): Promise<void>;
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': '*',
  'access-control-allow-headers': '*',
  'access-control-expose-headers': '*',
};

/**
 * Answers by path: `/echo` the body, `/status/N`, `/redirect` to itself, `/never` not at all, `/stall` a head, a piece and nothing more,
 * `/drip` pieces without end, `/cut` breaks off, `/bare` without CORS, `/pieces` three pieces one by one as `/next` is asked for, anything else `hello`.
 */
export async function startPeer(): Promise<Peer> {
  const requests: PeerRequest[] = [];
  const waiting: (() => void)[] = [];
  let connections = 0;
  let open = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    open += 1;
    response.on('close', () => {
      open -= 1;
    });
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const path = request.url ?? '';
    requests.push({ method: request.method ?? '', path, headers: request.headers as Record<string, string>, body: body.toString('latin1') });
    const [, first = '', second = ''] = path.split(/[/?]/);
    if (first !== 'bare') for (const [name, value] of Object.entries(CORS)) response.setHeader(name, value);
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
      response.writeHead(204).end();
      return;
    }
    switch (first) {
      case 'echo':
        response.writeHead(200, { 'content-type': request.headers['content-type'] ?? 'text/plain', 'x-peer': 'echo' }).end(body);
        return;
      case 'status':
        response.writeHead(Number(second)).end();
        return;
      case 'redirect':
        response.writeHead(302, { location: '/landed' }).end();
        return;
      case 'never':
        return;
      case 'stall':
        response.writeHead(200).write('begun');
        return;
      case 'cut':
        response.writeHead(200, { 'content-length': '100' }).write('cut off', () => response.destroy());
        return;
      case 'drip':
        while (!response.destroyed) {
          response.write('drip\n');
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        return;
      case 'pieces':
        for (const piece of ['one', 'two', 'three']) {
          response.write(piece);
          await new Promise<void>((resolve) => waiting.push(resolve));
        }
        response.end();
        return;
      case 'next':
        waiting.shift()?.();
        response.end();
        return;
      default:
        response.writeHead(200, { 'content-type': 'text/plain' }).end('hello');
    }
  };
  const server: Server = createServer((request, response) => {
    // The browser went away in the middle of its body.
    answer(request, response).catch(() => response.destroy());
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    requests,
    open: () => open,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
