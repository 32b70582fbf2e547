import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { toCurl } from '../../../../src/ui/state/curl.ts';

/** The arguments that a shell hands to curl, and what it is given on its input. */
function argumentsOf(command: string): string[] {
  const script = `curl() { for argument in "$@"; do printf '%s\\0' "$argument"; done; }\n${command}`;
  return execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

describe('toCurl', () => {
  it('is one short line for a plain request', () => {
    expect(toCurl({ method: 'GET', url: 'http://localhost:8080/hello' })).toBe('curl http://localhost:8080/hello');
  });

  it('puts every option on a line of its own', () => {
    expect(toCurl({ method: 'PUT', url: 'http://a.test/x', headers: [['accept', 'text/html']], body: 'hi' })).toBe(
      "curl http://a.test/x \\\n  --request PUT \\\n  --header 'accept: text/html' \\\n  --header 'content-type:' \\\n  --data-raw hi",
    );
  });

  it.each(["it's", '$(touch /tmp/x)', '`id`', 'a\nb', '"quoted" \\ back', '!history', '-n', 'ünï ☃', ' ', '&;|<>*?#~'])(
    'a shell reads %j as it was',
    (text) => {
      const url = `http://a.test/?q=${text}`;
      const [first, ...rest] = argumentsOf(toCurl({ method: 'POST', url, headers: [['x-text', text.replaceAll('\n', ' ')]], body: text }));
      expect(first).toBe(url);
      expect(rest).toEqual(['--header', `x-text: ${text.replaceAll('\n', ' ')}`, '--header', 'content-type:', '--data-raw', text]);
    },
  );

  it('names the method only where curl would choose another', () => {
    expect(toCurl({ method: 'POST', url: 'http://a.test/', body: 'x' })).not.toContain('--request');
    expect(toCurl({ method: 'POST', url: 'http://a.test/' })).toContain('--request POST');
    expect(toCurl({ method: 'GET', url: 'http://a.test/', body: 'x' })).toContain('--request GET');
    expect(toCurl({ method: 'HEAD', url: 'http://a.test/' })).toContain('--head');
  });

  it('leaves to curl what it writes itself, and lets it unpack', () => {
    const headers: [string, string][] = [
      ['Host', 'a.test'],
      ['content-length', '2'],
      ['accept-encoding', 'gzip, br'],
      ['x-empty', ''],
      ['content-type', 'text/plain'],
    ];
    expect(argumentsOf(toCurl({ method: 'POST', url: 'http://a.test/', headers, body: 'hi' })).slice(1)).toEqual([
      '--compressed',
      '--header',
      'x-empty;',
      '--header',
      'content-type: text/plain',
      '--data-raw',
      'hi',
    ]);
  });

  it('does not take brackets of an address for patterns', () => {
    expect(argumentsOf(toCurl({ method: 'GET', url: 'http://[::1]:80/{a}' }))).toEqual(['http://[::1]:80/{a}', '--globoff']);
  });

  it('pipes a body that is no text', () => {
    const body = new Uint8Array([0, 255, 39, 10]);
    const command = toCurl({ method: 'POST', url: 'http://a.test/', headers: [['content-type', 'image/png']], body });
    const decoded = execFileSync('/bin/sh', ['-c', `curl() { od -An -tu1; }\n${command}`], { encoding: 'utf8' });
    expect(decoded.trim().split(/\s+/).map(Number)).toEqual([...body]);
    expect(toCurl({ method: 'POST', url: 'http://a.test/', body: 'a\0b' })).toContain('base64 --decode');
  });
});
