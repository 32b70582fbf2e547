import type { RequestDetail, RequestRecord } from '../../../../src/core/traffic.ts';

/** A GET that an App answered, with `changes`. */
export function makeRecord(changes: Partial<RequestRecord> = {}): RequestRecord {
  return {
    id: '1',
    namespace: 'default',
    app: 'hello',
    uid: 'u',
    atMs: 0,
    method: 'GET',
    origin: 'http://swerve.test',
    path: '/hello',
    isNavigation: false,
    state: 'done',
    status: 200,
    error: null,
    host: 'h',
    instance: 'i',
    phases: { queueMs: 0, startMs: 0, guestMs: 1, bodyMs: 1 },
    requestBytes: null,
    responseBytes: 5,
    ...changes,
  };
}

/** The same with headers and bodies, of which it has none. */
export function makeDetail(changes: Partial<RequestDetail> = {}): RequestDetail {
  return { ...makeRecord(), requestHeaders: [], responseHeaders: [], requestBody: null, responseBody: null, ...changes };
}
