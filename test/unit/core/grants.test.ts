import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CapabilitiesSchema, type CapabilityName } from '../../../src/core/capabilities.ts';
import { DESCRIBED_CAPABILITIES, grantExample, grantLine, grantLineOf, toFlow } from '../../../src/core/grants.ts';

const NAMES = Object.keys(CapabilitiesSchema.entries).filter((name) => name !== 'strict') as CapabilityName[];

describe('grants', () => {
  it.each(NAMES)('has words for %s, and a line that the schema takes', (name) => {
    expect(DESCRIBED_CAPABILITIES).toContain(name);
    for (const wanted of [null, 'cart', 'Not A Name!', 'https://api.example.com/x?y']) {
      const { capabilities } = parse(grantLine(name, wanted));
      expect(v.parse(CapabilitiesSchema, capabilities)).toEqual({ [name]: grantExample(name, wanted) });
    }
  });

  it('finds the line of an interface in any version', () => {
    expect(grantLineOf('wasi:keyvalue/store@0.2.0-draft2', 'cart')).toBe('capabilities: { keyValue: { stores: [cart] } }');
    expect(grantLineOf('wasi:sockets/tcp')).toBeNull();
  });

  it.each(['a', 'true', 'No', '1', '', 'a b', 'a: b', 'https://a.example', '#x', '"', 'ä\n', '-a', '*'])('writes %j so that it is read back', (text) => {
    expect(parse(toFlow({ list: [text], [text]: { deep: text } }))).toEqual({ list: [text], [text]: { deep: text } });
  });
});
