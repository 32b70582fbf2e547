import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../../src/ui/state/answer-problem.ts';
import { fileNameOf, previewDocument, viewsOf } from '../../../../src/ui/state/answer-views.ts';
import { statusLine } from '../../../../src/ui/state/reason-phrases.ts';

const body = { contentType: '', hasEvents: false, text: 'x', isEmpty: false };

describe('viewsOf', () => {
  it.each([
    ['application/json', '{}', 'json'],
    ['application/problem+json', '{}', 'json'],
    ['application/x-ndjson', '{}\n{}', 'text'],
    ['text/html', '<p>', 'preview'],
    ['image/png', '\x89PNG\0', 'image'],
    ['image/svg+xml', '<svg>', 'image'],
    ['text/csv', 'a,b', 'text'],
    ['application/octet-stream', 'plain words', 'text'],
    ['application/octet-stream', 'a\0b', 'hex'],
    ['application/octet-stream', '\ufffd\ufffd', 'hex'],
    ['', ' [1]', 'json'],
    ['', 'words', 'text'],
  ])('shows %j %j as %s first, and always offers the bytes', (contentType, text, first) => {
    const views = viewsOf({ ...body, contentType, text });
    expect(views[0]).toBe(first);
    expect(views).toContain('hex');
  });

  it('shows events whatever has come of them, and nothing of an empty body', () => {
    expect(viewsOf({ ...body, contentType: 'text/event-stream', hasEvents: true, isEmpty: true })[0]).toBe('events');
    expect(viewsOf({ ...body, contentType: 'text/plain', isEmpty: true })).toEqual([]);
  });
});

it('a preview carries a policy that lets nothing run or load', () => {
  const document = previewDocument('<script>1</script>');
  expect(document).toMatch(/^<meta http-equiv="Content-Security-Policy" content="default-src 'none';/);
  expect(document).not.toMatch(/script-src|connect-src|unsafe-eval/);
});

it.each([
  ['http://a.test/files/photo.png', 'image/png', 'photo.png'],
  ['http://a.test/tile?x=1', 'image/png', 'tile.png'],
  ['http://a.test/', 'application/json', 'response.json'],
  ['http://a.test/a%2Fb%20c/', 'text/plain', 'a-b-c.txt'],
  ['http://a.test/%E0%A4%A', '', '-E0-A4-A.bin'],
])('the answer of %s as %s is kept as %s', (url, contentType, name) => {
  expect(fileNameOf(url, contentType)).toBe(name);
});

it("names a status, by the answer's own words where it has any", () => {
  expect([statusLine(200), statusLine(404), statusLine(299), statusLine(200, 'Fine')]).toEqual(['200 OK', '404 Not Found', '299', '200 Fine']);
});

describe('problemOf', () => {
  it('is none of an answer that a guest gave', () => {
    expect(problemOf(null, '{"detail":"x"}')).toBeNull();
    expect(problemOf('toString', '')).toBeNull();
  });

  it('has the detail of this time and what can be done about it', () => {
    expect(problemOf('route-not-found', '{"detail":"no App has a route for /x"}')).toMatchObject({
      title: 'No route matches this address.',
      detail: 'no App has a route for /x',
      advice: expect.stringContaining('Choose an App'),
    });
    expect(problemOf('handler-trap', '<p>a page')).toMatchObject({ detail: '', advice: 'The log holds the last words of the guest.' });
  });
});
