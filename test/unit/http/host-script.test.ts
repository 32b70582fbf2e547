import { describe, expect, it } from 'vitest';
import { dropLength, HostScriptInjector, type InjectionResult, MAX_PREAMBLE_BYTES, shouldInject, withHostScript } from '../../../src/http/host-script.ts';

const TAG = '<script src="/h.js"></script>';
const bytesOf = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const textOf = (pieces: Uint8Array[]) => pieces.map((piece) => String.fromCharCode(...piece)).join('');
const utf16 = (text: string, little: boolean) => bytesOf(Array.from(text, (c) => (little ? `${c}\0` : `\0${c}`)).join(''));

function run(input: Uint8Array<ArrayBuffer>, charset: string | null = 'utf-8', size = input.length || 1): { text: string; result: InjectionResult | null } {
  const injector = new HostScriptInjector({ scriptTag: TAG, charset });
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < input.length; at += size) pieces.push(...injector.push(input.slice(at, at + size)));
  pieces.push(...injector.end());
  return { text: textOf(pieces), result: injector.result };
}

/** `|` marks where the tag belongs. */
const PLACES = [
  '<!doctype html><html><head>|<title>x</title></head><body>hi',
  '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN" "x">\n<HTML lang=en>\n<HEAD>|\n<META charset=x>',
  '|<p>hi',
  '|hi there',
  '|',
  '<!doctype html>|',
  '<!doctype html>\n|<title>x</title>',
  '  \n<!-- a > b --- c --><!doctype html><!----><!--> <html data-a=">" data-b=\'>\' c=d>  <head profile="a>b">|<script>',
  '<!-- x --!>|<p>',
  '<!-- <head> -->|<body>',
  '<?xml version="1.0" encoding="utf-8"?><!doctype html>|<p>',
  '<html>|<body>',
  '<html><!-- c -->|<body>',
  '<html />|<link>',
  '<head/>|<base>',
  '|<header>x</header>',
  '|<htmlx>',
  '<html>|</html>',
  '|<',
  '|<!-- never closed',
  '|<html lang="never closed',
  '|<head',
  '<html a = "x" b= \'y\' =z c="/">|<p>',
];

describe('HostScriptInjector', () => {
  for (const size of [1, 2, 3, 7, 10_000]) {
    it.each(PLACES.filter((text) => text !== '|'))(`finds the place in pieces of ${size}: %s`, (marked) => {
      const [before = '', after = ''] = marked.split('|');
      expect(run(bytesOf(before + after), 'utf-8', size)).toEqual({ text: before + TAG + after, result: { outcome: 'inserted' } });
    });
  }

  it('passes on as soon as the place is known', () => {
    const injector = new HostScriptInjector({ scriptTag: TAG, charset: 'utf-8' });
    expect(injector.push(bytesOf('<!doctype html><he'))).toEqual([]);
    expect(textOf(injector.push(bytesOf('ad><ti')))).toBe(`<!doctype html><head>${TAG}<ti`);
    const rest = bytesOf('tle>');
    expect(injector.push(rest)).toEqual([rest]);
    expect(injector.end()).toEqual([]);
  });

  it('keeps a UTF-8 byte order mark first', () => {
    expect(run(bytesOf('\xef\xbb\xbf<p>'), null, 1).text).toBe(`\xef\xbb\xbf${TAG}<p>`);
  });

  it.each([
    [true, null, '\xff\xfe'],
    [false, null, '\xfe\xff'],
    [true, 'utf-8', '\xff\xfe'],
    [true, 'UTF-16', ''],
    [true, 'utf-16le', ''],
    [false, 'utf-16be', ''],
  ])('speaks UTF-16 (little %s, charset %s)', (little, charset, bom) => {
    for (const size of [1, 5, 1000]) {
      const input = bytesOf(bom + textOf([utf16('<!doctype html><head><p>\u0041', little)]));
      const expected = bom + textOf([utf16(`<!doctype html><head>${TAG}<p>A`, little)]);
      expect(run(input, charset, size)).toEqual({ text: expected, result: { outcome: 'inserted' } });
    }
  });

  it.each([
    ['', 'utf-8', /empty/],
    [textOf([utf16('<p>hi', true)]), null, /UTF-16/],
    ['<p>', 'iso-2022-kr', /charset/],
    [`<!--${'x'.repeat(MAX_PREAMBLE_BYTES)}--><p>`, 'utf-8', /65536/],
    [' '.repeat(MAX_PREAMBLE_BYTES + 5), 'utf-8', /65536/],
  ])('leaves alone: %.20s', (text, charset, reason) => {
    for (const size of [4096, 100_000])
      expect(run(bytesOf(text), charset, size)).toEqual({ text, result: { outcome: 'left-alone', reason: expect.stringMatching(reason) } });
  });

  describe('without a declared charset', () => {
    const META = '<meta charset="windows-1252">';
    const padding = (length: number) => `<!--${'x'.repeat(length - 7)}-->`;
    const room = 1024 - '<head>'.length - META.length;

    it('ignores a label that no encoding has', () => {
      expect(run(bytesOf(`<head>${META}<p>`), 'klingon').text).toBe(`<head>${TAG}${META}<p>`);
    });
    it('holds back until it has seen a meta', () => {
      const injector = new HostScriptInjector({ scriptTag: TAG, charset: null });
      expect(injector.push(bytesOf('<head><title>'))).toEqual([]);
      expect(textOf(injector.push(bytesOf(`x</title>${META}`)))).toBe(`<head>${TAG}<title>x</title>${META}`);
    });
    it('holds back until 1024 bytes at most', () => {
      const injector = new HostScriptInjector({ scriptTag: TAG, charset: null });
      expect(injector.push(bytesOf(`<head>${'x'.repeat(1017)}`))).toEqual([]);
      expect(textOf(injector.push(bytesOf('x')))).toBe(`<head>${TAG}${'x'.repeat(1018)}`);
    });
    it.each([
      ['the meta stays in sight', `<head>|${padding(room - TAG.length)}${META}<p>`],
      ['it would not: comments', `<head>${padding(room - TAG.length + 1)}${META}|<p>`],
      ['it would not: title and other metas', `<head><title>${'a>"<b'.repeat(187)}</title> <meta name=x content="y">${META}|<link>`],
      ['http-equiv', `<head>${padding(940)}<META content='text/html; charset = utf-8' http-equiv=Content-Type>|<p>`],
      ['a meta out of sight anyway', `<head>|${padding(room + 1)}${META}<p>`],
      ['a meta without a charset', `<head>|${padding(960)}<meta name=charset content=x><p>`],
      ['a meta with an unknown charset', `<head>|${padding(960)}<meta charset=klingon><p>`],
      ['a meta in a comment', `<head>|${padding(940)}<!--${META}--><p>`],
      ['a meta in an attribute', `<head>|${padding(920)}<p title='${META}'>`],
      ['a short document without any', '<p>|'.replace('<p>|', '|<p>')],
    ])('%s', (_name, marked) => {
      const [before = '', rest = ''] = marked.split('|');
      for (const size of [1, 500, 5000])
        expect(run(bytesOf(before + rest), null, size)).toEqual({ text: before + TAG + rest, result: { outcome: 'inserted' } });
    });
    it.each([
      ['a script', `<head><script>${'x'.repeat(950)}</script>${META}`],
      ['a stylesheet', `<head><link rel=stylesheet href=x>${padding(940)}${META}`],
      ['a policy', `<head><meta http-equiv=content-security-policy content="script-src 'none'">${padding(895)}${META}`],
    ])('leaves alone what has %s before the meta', (_name, text) => {
      expect(run(bytesOf(text), null)).toEqual({ text, result: { outcome: 'left-alone', reason: expect.stringMatching(/meta charset/) } });
    });
  });

  it('refuses a tag that is not ASCII', () => {
    expect(() => new HostScriptInjector({ scriptTag: '<\u00e9>', charset: null })).toThrow(RangeError);
  });

  it('works as a stream and reports once', async () => {
    const results: InjectionResult[] = [];
    const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        for (const part of ['<ht', 'ml><he', 'ad>', '<p>', 'x']) controller.enqueue(bytesOf(part));
        controller.close();
      },
    });
    const text = await new Response(withHostScript(source, { scriptTag: TAG, charset: 'utf-8', onResult: (result) => results.push(result) })).text();
    expect(text).toBe(`<html><head>${TAG}<p>x`);
    expect(results).toEqual([{ outcome: 'inserted' }]);
  });

  it('takes a preamble in single bytes without stalling', () => {
    const startedMs = performance.now();
    const text = `<!--${'x'.repeat(60_000)}--><p>`;
    expect(run(bytesOf(text), 'utf-8', 1).result).toEqual({ outcome: 'inserted' });
    console.info(`60,000 single bytes: ${(performance.now() - startedMs).toFixed(0)} ms`);
  });
});

describe('shouldInject', () => {
  const ask = (headers: Record<string, string>, status = 200, isDocumentNavigation = true) =>
    shouldInject({ isDocumentNavigation, status, headers: new Headers({ 'content-type': 'text/html', ...headers }) });
  it.each([
    [{}, null],
    [{ 'content-type': 'Text/HTML; Charset="UTF-8"' }, 'UTF-8'],
    [{ 'content-type': 'text/html;x=y; charset=windows-1252 ; z' }, 'windows-1252'],
    [{ 'content-type': 'text/plain, text/html; charset=a' }, 'a'],
    [{ 'content-encoding': 'identity', 'content-disposition': 'inline; filename=attachment' }, null],
  ])('yes: %j', (headers, charset) => {
    expect(ask(headers)).toEqual({ inject: true, charset });
  });
  it.each([404, 500])('yes: status %i', (status) => expect(ask({}, status).inject).toBe(true));
  it.each([
    [{ 'content-type': 'application/xhtml+xml' }, /xhtml/],
    [{ 'content-type': 'text/html, application/json' }, /json/],
    [{ 'content-type': 'text/htmlx' }, /htmlx/],
    [{ 'content-type': '' }, /Content-Type/],
    [{ 'content-encoding': 'gzip' }, /gzip/],
    [{ 'content-disposition': 'Attachment; filename=x' }, /attachment/],
    [{ 'content-digest': 'sha-256=:x:' }, /content-digest/],
    [{ 'repr-digest': 'sha-256=:x:' }, /repr-digest/],
  ])('no: %j', (headers, reason) => {
    expect(ask(headers)).toEqual({ inject: false, reason: expect.stringMatching(reason) });
  });
  it.each([204, 205, 206, 302, 304])('no: status %i', (status) => expect(ask({}, status).inject).toBe(false));
  it('no: sub-resources', () => expect(ask({}, 200, false).inject).toBe(false));
  it('drops the length, nothing else', () => {
    const headers = new Headers({ 'content-length': '5', etag: '"x"' });
    dropLength(headers);
    expect([...headers]).toEqual([['etag', '"x"']]);
  });
});
