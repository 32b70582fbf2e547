import { describe, expect, it } from 'vitest';
import type { App } from '../../../../src/core/app.ts';
import {
  appFor,
  type ConsoleRequest,
  consoleRow,
  curlRequestOf,
  emptyRequest,
  jsonProblem,
  knownRoutes,
  problemsOf,
  queryOf,
  readPath,
  rowsOfQuery,
  targetOf,
  urlOf,
  wireOf,
} from '../../../../src/ui/state/console-request.ts';

const base = new URL('https://a.test/swerve/');
const request = (change: Partial<ConsoleRequest>): ConsoleRequest => ({ ...emptyRequest(), ...change });
const typed = (text: string) => ({ ...emptyRequest(), ...readPath(text, base) });

describe('what is typed as a path', () => {
  it.each(['/', '/a/b', '/a?svg', '/a?x=1&x=2', '/a?q=a%20b&r=a+b', '/a?=', '/a?a=b=c', '/ä'])('%s goes out as it stands', (text) => {
    expect(targetOf(typed(text))).toBe(text);
    expect(urlOf(typed(text), base).href).toBe(`https://a.test/swerve${text.replace('ä', '%C3%A4')}`);
  });

  it.each([
    ['  /a  ', '/a'],
    ['a', '/a'],
    ['/a#part', '/a'],
    ['https://a.test/swerve/a?b=c#d', '/a?b=c'],
    ['/a?&&b=1&', '/a?b=1'],
    ['/a?', '/a'],
  ])('%j is taken for %s', (text, target) => {
    expect(targetOf(typed(text))).toBe(target);
  });

  it.each(['https://other.test/a', 'javascript:alert(1)'])('%s is refused: it is no path of this site', (text) => {
    expect(problemsOf(typed(text), base)['path']).toContain('this site only');
  });

  it.each(['//other.test/x', '/../../x', '/..//x', '/\\other.test'])('%s stays on this site', (text) => {
    expect(urlOf(typed(text), base).origin).toBe(base.origin);
  });

  it('rows of the query that were changed are written anew, the others stay', () => {
    const [first, second] = rowsOfQuery('a%20b=1&c=%7E');
    if (first === undefined || second === undefined) throw new Error('two rows');
    expect(first).toMatchObject({ name: 'a b', value: '1' });
    expect(queryOf([{ id: first.id, name: 'a b', value: '2 & 3' }, second, consoleRow()])).toBe('a+b=2+%26+3&c=%7E');
  });
});

describe('problemsOf', () => {
  it('finds nothing wrong with a plain request', () => {
    expect(problemsOf(request({ path: '/a', headers: [consoleRow('x-a', '1'), consoleRow()] }), base)).toEqual({});
  });

  it('names the row of a header that may not be sent', () => {
    const wrong = consoleRow('Host', 'x');
    expect(Object.keys(problemsOf(request({ headers: [consoleRow('a', 'b'), wrong] }), base))).toEqual([`header-${wrong.id}`]);
  });

  it.each([
    [{ method: 'GET', bodyKind: 'text', bodyText: '' }, 'A page cannot send GET with a body.'],
    [{ method: 'POST', bodyKind: 'json', bodyText: '{' }, 'This is no JSON'],
    [{ method: 'POST', bodyKind: 'json', bodyText: ' ' }, 'This is empty'],
    [{ method: 'POST', bodyKind: 'file' }, 'Choose a file.'],
  ] as const)('%j: %s', (change, problem) => {
    expect(problemsOf(request(change), base)['body']).toContain(problem);
  });

  it('says line and column of what is no JSON where the engine tells them', () => {
    expect(jsonProblem('{"a": 1}')).toBeNull();
    expect(jsonProblem('{\n  "a": 1,\n  "b" 2\n}')).toContain('line 3, column 7');
  });
});

describe('wireOf', () => {
  it('gives the body its type, unless a person named one', () => {
    expect(wireOf(request({ bodyKind: 'json', bodyText: '{}' }))).toEqual({ headers: [['content-type', 'application/json']], body: '{}' });
    const headers = [consoleRow('Content-Type', 'text/csv'), consoleRow()];
    expect(wireOf(request({ bodyKind: 'text', bodyText: 'a', headers })).headers).toEqual([['Content-Type', 'text/csv']]);
    expect(wireOf(request({ headers: [] }))).toEqual({ headers: [], body: null });
  });

  it('writes fields as a form does', () => {
    const bodyFields = [consoleRow('a', 'ü &'), consoleRow(), consoleRow('a', '2')];
    expect(wireOf(request({ bodyKind: 'form', bodyFields })).body).toBe('a=%C3%BC+%26&a=2');
  });

  it('sends a file under its own type', () => {
    const bodyFile = new File(['x'], 'a.png', { type: 'image/png' });
    expect(wireOf(request({ bodyKind: 'file', bodyFile }))).toEqual({ headers: [['content-type', 'image/png']], body: bodyFile });
    expect(wireOf(request({ bodyKind: 'file', bodyFile: new File(['x'], 'a') })).headers).toEqual([['content-type', 'application/octet-stream']]);
    expect(curlRequestOf(request({ method: 'PUT', bodyKind: 'file', bodyFile }), base, new Uint8Array([1])).body).toEqual(new Uint8Array([1]));
  });
});

describe('appFor', () => {
  const app = (name: string, createdAt: string, ...routes: object[]) =>
    ({
      metadata: { name, uid: name, creationTimestamp: createdAt },
      spec: { routes: routes.map((route) => ({ match: 'prefix', ...route })) },
    }) as unknown as App;
  const routes = knownRoutes(
    [
      app('root', '2026-01-01', { path: '/' }),
      app('young', '2026-03-01', { path: '/a' }),
      app('old', '2026-02-01', { path: '/a' }, { path: '/a/b/c', match: 'exact' }),
      app('deep', '2026-04-01', { path: '/a/b' }),
      app('post', '2026-04-01', { path: '/form', methods: ['POST'] }),
      app('elsewhere', '2026-01-01', { path: '/a/b/c/d', host: 'other.test' }),
    ],
    'a.test',
  );

  it.each([
    ['GET', '/', 'root'],
    ['GET', '/a', 'old'],
    ['GET', '/a/', 'old'],
    ['GET', '/ab', 'root'],
    ['GET', '/a/b/x', 'deep'],
    ['GET', '/a/b/c', 'old'],
    ['GET', '/a/b/c/d', 'deep'],
    ['POST', '/form', 'post'],
    ['GET', '/form', 'root'],
  ])('%s %s goes to %s', (method, path, name) => {
    expect(appFor(routes, method, path)?.metadata.name).toBe(name);
  });

  it('is nobody where no route matches', () => {
    expect(appFor([], 'GET', '/')).toBeNull();
  });
});
