import { describe, expect, it } from 'vitest';
import { grantOfText, heldGrants, offeredNames, ungrantableOf, wishesOf } from '../../../../src/ui/state/grants.ts';
import { makeModule } from '../../control/app-fixture.ts';

const module = makeModule({
  imports: [
    { name: 'wasi:cli/environment@0.2.0', support: 'granted' },
    { name: 'wasi:keyvalue/store@0.2.0-draft2', support: 'denied' },
    { name: 'wasi:keyvalue/atomics@0.2.0-draft2', support: 'denied' },
    { name: 'wasi:blobstore/container@0.2.0-draft', support: 'denied' },
    { name: 'wasi:sockets/tcp@0.2.0', support: 'denied' },
    { name: 'wasi:sockets/tcp@0.2.3', support: 'denied' },
    { name: 'wasi_snapshot_preview1', items: ['sock_recv'], support: 'denied' },
  ],
});

describe('what a module asks for', () => {
  it('is told by capability, without what is granted already', () => {
    const keyValue = {
      capability: 'keyValue',
      wants: 'keep data in key-value stores',
      imports: ['wasi:keyvalue/store@0.2.0-draft2', 'wasi:keyvalue/atomics@0.2.0-draft2'],
    };
    expect(wishesOf(module)).toEqual([keyValue, expect.objectContaining({ capability: 'blobStore' })]);
    expect(wishesOf(module, { blobStore: { containers: ['a'] } })).toEqual([keyValue]);
  });

  it('may be what nothing can grant', () => expect(ungrantableOf(module)).toEqual(['wasi:sockets/tcp', 'sock_recv']));
});

it('tells what an App holds, and whether its module asks for it', () => {
  const held = heldGrants({ strict: true, keyValue: { stores: ['a', 'b'] } }, module);
  expect(held).toEqual([{ capability: 'keyValue', may: 'keep data in key-value stores', names: ['a', 'b'], isWanted: true }]);
  expect(heldGrants({ keyValue: { stores: ['a'] } }, makeModule())[0]?.isWanted).toBe(false);
  expect(heldGrants({ keyValue: { stores: ['a'] } }, null)[0]?.isWanted).toBe(true);
});

it('makes a grant of the names that were typed', () => {
  expect(offeredNames('keyValue')).toBe('default');
  expect(grantOfText('keyValue', ' cart,  default ')).toEqual({ stores: ['cart', 'default'] });
  expect(grantOfText('blobStore', '')).toEqual({ containers: [] });
});
