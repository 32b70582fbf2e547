import { describe, expect, it } from 'vitest';
import { createDenialLog } from '../../../../src/wasi/preview2/guest-context.ts';
import { importProblem, judgeImport, KNOWN_INTERFACES } from '../../../../src/wasi/preview2/imports.ts';
import { createImports, HOSTS } from '../../../../src/wasi/preview2/link-imports.ts';
import { INTERFACES_0_3 } from '../../../../src/wasi/preview3/imports.ts';
import { HOSTS3 } from '../../../../src/wasi/preview3/link-imports.ts';
import { errOf, TestHost, testContext, testSpec } from './guest-fixtures.ts';

describe('judgeImport', () => {
  it.each([
    ['wasi:http/types@0.2.0', 'granted'],
    ['wasi:http/types@0.2.12', 'granted'],
    ['wasi:http/types', 'granted'],
    ['wasi:logging/logging@0.1.0-draft', 'granted'],
    ['wasi:http/outgoing-handler@0.2.4', 'denied'],
    ['wasi:sockets/tcp@0.2.3', 'denied'],
    ['wasi:keyvalue/store@0.2.0-draft2', 'denied'],
    ['wasi:config/store@0.2.0-rc.1', 'denied'],
    ['wasi:http/types@0.3.0', 'granted'],
    ['wasi:http/types@0.3', 'granted'],
    ['wasi:http/client@0.3.2', 'denied'],
    ['wasi:sockets/types@0.3.0', 'denied'],
    ['wasi:http/handler@0.3.0', 'unknown'],
    ['wasi:http/types@0.3.0-rc-2026-03-15', 'unknown'],
    ['wasi:io/streams@0.3.0', 'unknown'],
    ['wasi:http/types@0.2.0-rc-2023-10-18', 'unknown'],
    ['wasi:keyvalue/store@0.3.0', 'unknown'],
    ['wasi:nn/graph@0.2.0', 'unknown'],
    ['acme:shop/cart', 'unknown'],
    ['log', 'unknown'],
  ])('%s is %s', (name, judgement) => {
    expect(judgeImport(name)).toBe(judgement);
    expect(importProblem(name) === null).toBe(judgement !== 'unknown');
  });

  it('says whether the version or the interface is the problem', () => {
    expect(importProblem('wasi:http/types@0.4.0')).toContain('another version');
    expect(importProblem('wasi:nn/graph@0.2.0')).toBe('Swerve has no wasi:nn/graph.');
    expect(importProblem('acme:shop/cart')).toContain('not a WASI interface');
  });
});

describe('createImports', () => {
  it('has a host for every interface that is known, and no other', () => {
    expect([...HOSTS.keys()].sort()).toEqual([...KNOWN_INTERFACES].sort());
    expect([...HOSTS3.keys()].sort()).toEqual([...INTERFACES_0_3.keys()].sort());
  });

  const provision = { spec: testSpec(), host: new TestHost(), mounts: { mayWait: false, forGuest: () => [] } };

  it('denies with each interface’s own error', () => {
    const imports = createImports(
      ['wasi:keyvalue/store', 'wasi:config/store', 'wasi:blobstore/blobstore', 'wasi:sockets/tcp-create-socket', 'wasi:sockets/ip-name-lookup'],
      testContext(),
      provision,
    );
    const call = (name: string, item: string) => errOf(() => (imports[name] as Record<string, (...args: unknown[]) => void>)[item]?.('x', 'y'));
    expect(call('wasi:keyvalue/store', 'open')).toEqual({ tag: 'access-denied' });
    expect(call('wasi:config/store', 'get')).toMatchObject({ tag: 'upstream' });
    expect(call('wasi:blobstore/blobstore', 'getContainer')).toContain('access denied');
    expect(call('wasi:sockets/tcp-create-socket', 'createTcpSocket')).toBe('access-denied');
    expect(call('wasi:sockets/ip-name-lookup', 'resolveAddresses')).toBe('access-denied');
  });

  it('keeps the name it was asked for, version or not', () => {
    expect(Object.keys(createImports(['wasi:io/poll@0.2.3', 'wasi:io/error'], testContext(), provision))).toEqual(['wasi:io/poll@0.2.3', 'wasi:io/error']);
  });
});

describe('createDenialLog', () => {
  it('tells of each interface once', () => {
    const host = new TestHost();
    const deny = createDenialLog(host);
    deny('wasi:keyvalue/store', '"a"');
    deny('wasi:keyvalue/store', '"b"');
    deny('wasi:http/outgoing-handler', 'GET https://example.com/');
    expect(host.lines).toHaveLength(2);
    expect(host.lines[0]).toContain('wasi:keyvalue/store ("a")');
  });

  it('names the line that would grant it, where there is one', () => {
    const host = new TestHost();
    const deny = createDenialLog(host);
    deny('wasi:keyvalue/store', '"cart"', 'cart');
    deny('wasi:keyvalue/batch', 'any use');
    deny('wasi:sockets/udp-create-socket', 'any use');
    expect(host.lines.map((line) => line.replace(/^system: Denied: \S+ /, ''))).toEqual([
      '("cart"). To grant it, the App\'s spec needs capabilities: { keyValue: { stores: [cart] } }. Said once; later denials are silent.',
      "(any use). To grant it, the App's spec needs capabilities: { keyValue: { stores: [default] } }. Said once; later denials are silent.",
      '(any use). This version of Swerve cannot grant it. Said once; later denials are silent.',
    ]);
  });
});
