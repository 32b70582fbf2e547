import type { App } from '../core/app.ts';
import { appOfClusterHost } from '../core/cluster-address.ts';
import { isPermitted } from '../core/egress-rules.ts';
import { RuntimeError } from '../core/errors.ts';
import type { RouteMatch } from '../http/route-table.ts';
import type { AppTarget, Caller } from '../ingress/app-pool.ts';
import { AppDestination, type AppDestinationDeps } from '../ingress/destination.ts';
import { RequestServer } from '../line/request-server.ts';
import type { GuestRequest, Handler, ResponseWriter } from '../wasi/handler.ts';
import { forward } from './forward.ts';

export interface ClusterCallsDeps {
  destinations: AppDestinationDeps;
  /** The App of that name; null: there is none. */
  find(namespace: string, name: string): Promise<App | null>;
  /** What runs the App. @throws RuntimeError `app-not-ready` */
  requireTarget(app: App): Promise<AppTarget>;
  /** What runs the App of that uid as of now; null: it was deleted. */
  targetOf(uid: string): AppTarget | null;
  /** The error as a program sees it that sent a request here. */
  problem(error: RuntimeError, isHead: boolean): Response;
}

/** Calls that a request may have led to, one from within the other. */
export const MAX_CALL_DEPTH = 8;
/** As of origin-lines.ts: most answers are there sooner. */
const ACCEPT_WITHIN_MS = 20;
/** What the calling guest gets as an error code, not as an answer: no App had anything to do with it. */
const REFUSALS: ReadonlySet<string> = new Set(['api-forbidden', 'resource-not-found']);

/**
 * Serves the calls of Apps to each other: `http://<app>.<namespace>.svc.cluster.local/…` reaches the App at its root by the
 * ingress of every other request, with the same limits, queue and traffic. Cookies have no part in it. How deep a call is,
 * is known here alone: it is one deeper than the request that the caller's instance was sent (decision 0019).
 */
export class ClusterCalls {
  readonly #deps: ClusterCallsDeps;

  constructor(deps: ClusterCallsDeps) {
    this.#deps = deps;
  }

  /** Serves the calls of `caller` that come over `port`. Whoever closes the line that it was opened over closes it. */
  serve(caller: Caller, port: MessagePort): RequestServer {
    return new RequestServer(this.#handlerOf(caller), port, { busy: 0, idleSinceMs: 0 }, { acceptWithinMs: ACCEPT_WITHIN_MS });
  }

  #handlerOf(caller: Caller): Handler {
    return {
      handle: async (request, response) => {
        try {
          await this.#call(caller, request, response);
        } catch (cause) {
          const error = RuntimeError.from(cause);
          if (response.headSent || REFUSALS.has(error.code)) throw error;
          await write(this.#deps.problem(error, request.method === 'HEAD'), response);
        }
      },
      prepare: () => {},
      memoryBytes: null,
    };
  }

  async #call({ uid, depthOf }: Caller, request: GuestRequest, response: ResponseWriter): Promise<void> {
    const url = new URL(request.url);
    const allow = this.#deps.targetOf(uid)?.spec.capabilities.http?.allow ?? [];
    const name = appOfClusterHost(url.hostname);
    if (name === null || !isPermitted(allow, request.method, url)) {
      request.body?.cancel();
      throw new RuntimeError('api-forbidden', `${request.method} ${url.origin} is not among what the App may reach`);
    }
    const callerDepth = request.from === undefined ? null : depthOf(request.from);
    if (callerDepth === null) throw new RuntimeError('api-forbidden', 'a call belongs to a request that is under way, and this one to none');
    const depth = callerDepth + 1;
    if (depth > MAX_CALL_DEPTH) {
      throw new RuntimeError('call-loop', `a request led to more than ${MAX_CALL_DEPTH} calls of Apps from within each other; the last was ${url.href}`);
    }
    const app = await this.#deps.find(name.namespace, name.name);
    if (!app) throw new RuntimeError('resource-not-found', `there is no App ${name.namespace}/${name.name}`);
    const match: RouteMatch = { type: 'match', app, route: { path: '/', match: 'prefix' }, prefix: '', pathWithQuery: url.pathname + url.search };
    const destination = new AppDestination(this.#deps.destinations, match, await this.#deps.requireTarget(app));
    const headers = request.headers.map(([header, value]): [string, string] => [header.toLowerCase(), value]).filter(([header]) => header !== 'host');
    await forward({ ...request, headers: [['host', url.host], ...headers], isNavigation: false, canBoot: false }, response, destination, depth);
  }
}

async function write(answer: Response, response: ResponseWriter): Promise<void> {
  const sink = response.head(answer.status, [...answer.headers]);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (bytes.length > 0) sink.write(bytes, true);
  sink.close();
}
