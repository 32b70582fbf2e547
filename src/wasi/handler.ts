import type { LogLine } from '../core/log-line.ts';
import type { Database } from '../store/database.ts';
import type { ByteSink, ByteSource } from './bytes.ts';

/**
 * Blocks the thread until something has come in for the request or `timeoutMs` have passed (null: however long it takes);
 * may return sooner. What has come in is in the request's body, its signal and the answer's sink when it returns.
 */
export type Block = (timeoutMs: number | null) => void;

/** A request of a guest to another App of its cluster. */
export interface ClusterRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  /** null: it has none. */
  readonly body: ReadableStream<Uint8Array> | null;
  /** In bytes, when its sender said so. */
  readonly bodyLength: number | null;
  readonly signal: AbortSignal;
}

/** What another App answered: its head, while its body is still arriving. */
export interface ClusterReply {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: ReadableStream<Uint8Array> | null;
}

/** Sends a request to another App, on behalf of the request that the guest serves. @throws RuntimeError `api-forbidden`, `resource-not-found`, `host-lost` */
export type CallCluster = (request: ClusterRequest) => Promise<ClusterReply>;

/** A script that was found for a request: `path` below `root`, and what of the request's path follows it. */
export interface CgiScript {
  readonly root: string;
  readonly path: string;
  readonly pathInfo: string;
}

/** One HTTP request on its way into a guest. */
export interface GuestRequest {
  /** As the client wrote it: `GET`, or any RFC 9110 token. */
  readonly method: string;
  /** The public address, absolute. */
  readonly url: string;
  /** Path and query as the guest shall see them (the route's rewrite applied): `/a/b?c=d`. Percent-encoding as the client sent it. */
  readonly pathWithQuery: string;
  /** The route that matched: `path` as the App wrote it, `prefix` the part of the public path it consumed (with the deployment's base path). */
  readonly route: { readonly path: string; readonly match: 'prefix' | 'exact'; readonly prefix: string; readonly rewrite: string | null };
  /** Names in lower case; a name may repeat. */
  readonly headers: readonly (readonly [string, string])[];
  /** null: the request has no body. */
  readonly body: ByteSource | null;
  /** Length of the body in bytes when it is known before it was read. */
  readonly bodyLength: number | null;
  /** Of an App that is a folder of scripts: the one to run. */
  readonly script?: CgiScript;
  /** A document is being gone to. Known of requests from an App's own origin alone. */
  readonly isNavigation?: boolean;
  /** A navigation that has another way than to wait for a window. */
  readonly canBoot?: boolean;
  /** Fires when the caller went away or the deadline passed: the guest's waits must end. */
  readonly signal: AbortSignal;
  /** How its guest waits where the engine cannot suspend it (`HandlerHost.canSuspend` false). */
  readonly block?: Block;
  /** How its guest reaches other Apps; absent where there is no way. */
  readonly callCluster?: CallCluster;
  /** Of a request that an instance sends to another App: which of its own it belongs to. */
  readonly from?: number;
}

/** Where a guest's answer goes. */
export interface ResponseWriter {
  /** Sends the head; at most once per request. A 204, 205, 304 or an answer to HEAD takes no body: what is written to the sink is then dropped. @throws RuntimeError `handler-response-invalid` for a status or header that HTTP does not allow */
  head(status: number, headers: readonly (readonly [string, string])[]): ByteSink;
  /** Sends head and body as one, where it can. `isOwned`: the buffer of `bytes` may be given away. @throws as `head` does */
  whole?(status: number, headers: readonly (readonly [string, string])[], bytes: Uint8Array, isOwned?: boolean): void;
  readonly headSent: boolean;
}

/** One App made ready in this worker. */
export interface Handler {
  /**
   * Serves one request with a fresh guest (or the kept one under `reuse`). Resolves when the guest has finished with it;
   * a body sink that is still open then ends with it. @throws RuntimeError `handler-trap`, `handler-response-invalid`
   */
  handle(request: GuestRequest, response: ResponseWriter): Promise<void>;
  /** Makes the next guest instance ready ahead of its request. Called while the worker is idle; idempotent. */
  prepare(): void | Promise<void>;
  /** A document of the App could not take the host script (`reason`), or could (null). Told by an App's own origin alone. */
  noteHostScript?(reason: string | null): void;
  /** Linear memory of the guest that served last, when it had served: of all its memories that can be reached. null: none has served yet. */
  readonly memoryBytes: number | null;
}

/** What a handler tells the world besides its answer. */
export interface HandlerHost {
  log(stream: LogLine['stream'], text: string): void;
  /** True when the engine can suspend wasm (JSPI: `WebAssembly.Suspending`). */
  readonly canSuspend: boolean;
  /** Where the cluster is served, which is where no request of a guest may go. Absent: guests have no network here. */
  readonly base?: URL;
  /** The cluster's disk, opened when it is first asked for. One for all guests of this worker. */
  readonly database: () => Database;
}
