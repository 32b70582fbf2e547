import { describe, expect, it } from 'vitest';
import { Ledger } from '../../chaos/ledger.ts';

const wrote = (ledger: Ledger, key: string, value: string | null) => ledger.acknowledge(ledger.begin(key, value)!);

describe('Ledger', () => {
  it('finds an acknowledged write that is gone, changed or undone', () => {
    const ledger = new Ledger();
    wrote(ledger, 'a', '1');
    wrote(ledger, 'b', '1');
    wrote(ledger, 'c', '1');
    wrote(ledger, 'c', null);
    expect(
      ledger.settle(
        new Map([
          ['b', '0'],
          ['c', '1'],
        ]),
      ),
    ).toEqual(['a is not there; acknowledged was "1"', 'b is "0"; acknowledged was "1"', 'c is "1"; acknowledged was not there']);
  });

  it('finds what nobody wrote', () => {
    expect(new Ledger().settle(new Map([['a', '1']]))).toEqual(['a is "1"; acknowledged was not there']);
  });

  it('allows both ends of a write without an answer, and then holds to the one that was seen', () => {
    const ledger = new Ledger();
    wrote(ledger, 'a', '1');
    ledger.lose(ledger.begin('a', '2')!);
    expect(ledger.certain('a')).toBe(undefined);
    expect(ledger.settle(new Map([['a', '2']]))).toEqual([]);
    expect(ledger.certain('a')).toBe('2');
    expect(ledger.settle(new Map([['a', '1']]))).toHaveLength(1);
  });

  it('allows only the earlier value after a refusal, and only the later after an acknowledgement', () => {
    const ledger = new Ledger();
    ledger.lose(ledger.begin('a', '1')!);
    ledger.refuse(ledger.begin('a', '2')!);
    expect([...ledger.possible('a')]).toEqual([null, '1']);
    wrote(ledger, 'a', '3');
    expect([...ledger.possible('a')]).toEqual(['3']);
  });

  it('takes one write of a key at a time, and says when one never ended', () => {
    const ledger = new Ledger();
    const first = ledger.begin('a', '1')!;
    expect(ledger.begin('a', '2')).toBe(null);
    expect(ledger.settle(new Map())).toEqual(['writes of a never ended']);
    ledger.acknowledge(first);
    expect(ledger.begin('a', '2')).not.toBe(null);
  });
});
