import { describe, expect, it } from 'vitest';
import { canHaveBody, forbiddenHeader, headerProblem, methodProblem } from '../../../../src/ui/state/request-rules.ts';

describe('headerProblem', () => {
  it.each([
    ['accept', 'text/html'],
    ['X-Anything', ''],
    ['authorization', 'Bearer a.b-c'],
    ['security', 'not sec-'],
    ['x-latin', 'é'],
    ['x-method-override', 'DELETE'],
    ['', ''],
  ])('lets %j: %j pass', (name, value) => {
    expect(headerProblem(name, value)).toBeNull();
  });

  it.each([
    ['', 'x', 'needs a name'],
    ['a b', 'x', 'letters, digits and dashes'],
    ['a:', 'x', 'letters, digits and dashes'],
    ['Cookie', 'a=1', 'the cookies that it has'],
    ['HOST', 'x', 'from the address'],
    ['Content-Length', '1', 'counts the body'],
    ['Sec-Fetch-Mode', 'x', 'begin with sec-'],
    ['proxy-anything', 'x', 'begin with proxy-'],
    ['user-agent', 'x', 'Chromium keeps its own'],
    ['x-text', '☃', 'Latin-1'],
    ['x-text', 'a\nb', 'one line'],
    ['X-HTTP-Method-Override', 'GET, trace', 'CONNECT, TRACE or TRACK'],
  ])('says why %j: %j may not be sent', (name, value, reason) => {
    expect(headerProblem(name, value)).toContain(reason);
  });

  it.each(['constructor', 'toString', 'hasOwnProperty'])('does not take %s for a rule', (name) => {
    expect(forbiddenHeader(name)).toBeNull();
  });
});

it('knows the methods that a page may not use', () => {
  expect(['GET', 'purge', 'M-SEARCH', 'x!'].map(methodProblem)).toEqual([null, null, null, null]);
  expect(methodProblem('trace')).toBe('A page may not send TRACE.');
  for (const text of ['', 'a b', 'é']) expect(methodProblem(text)).toContain('one word');
});

it('knows the methods that take no body', () => {
  expect(['GET', 'get', 'HEAD', 'POST', 'DELETE', 'OPTIONS'].map(canHaveBody)).toEqual([false, false, false, true, true, true]);
});
