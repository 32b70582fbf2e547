import { describe, expect, it } from 'vitest';
import { Fields } from '../../../../src/wasi/preview2/http-fields.ts';
import { errOf } from './guest-fixtures.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const syntax = { tag: 'invalid-syntax' };

describe('Fields', () => {
  it('compares names without case, and keeps their case and order', () => {
    const fields = Fields.fromList([
      ['X-One', bytes('1')],
      ['b', bytes('2')],
      ['x-one', bytes('3')],
    ]);
    expect(fields.get('X-ONE')).toEqual([bytes('1'), bytes('3')]);
    expect(fields.has('B')).toBe(true);
    expect(fields.entries().map(([name]) => name)).toEqual(['X-One', 'b', 'x-one']);
  });

  it('replaces all values of a name in the place of the first', () => {
    const fields = Fields.fromList([
      ['a', bytes('1')],
      ['b', bytes('2')],
      ['A', bytes('3')],
    ]);
    fields.set('A', [bytes('x'), bytes('y')]);
    expect(Fields.toWire(fields)).toEqual([
      ['A', 'x'],
      ['A', 'y'],
      ['b', '2'],
    ]);
    fields.set('a', []);
    expect(fields.has('a')).toBe(false);
    expect(fields.get('a')).toEqual([]);
  });

  it('deletes all values of a name and forgives an absent one', () => {
    const fields = Fields.fromList([
      ['a', bytes('1')],
      ['A', bytes('2')],
    ]);
    fields.delete('a');
    fields.delete('a');
    expect(fields.entries()).toEqual([]);
  });

  it.each(['', 'a b', 'a:', 'ä', 'a\r\n'])('refuses the name %j', (name) => {
    const fields = new Fields();
    expect(errOf(() => fields.append(name, bytes('1')))).toEqual(syntax);
    expect(errOf(() => fields.set(name, []))).toEqual(syntax);
    expect(errOf(() => fields.delete(name))).toEqual(syntax);
    expect(fields.has(name)).toBe(false);
    expect(fields.get(name)).toEqual([]);
  });

  it.each(['a\r\nb', 'a\nb', 'a\0', 'a\x7f'])('refuses the value %j and keeps what was there', (value) => {
    const fields = Fields.fromList([['a', bytes('1')]]);
    expect(errOf(() => fields.set('a', [bytes(value)]))).toEqual(syntax);
    expect(errOf(() => Fields.fromList([['a', bytes(value)]]))).toEqual(syntax);
    expect(Fields.toWire(fields)).toEqual([['a', '1']]);
  });

  it('forbids the names that belong to the connection, and hides them on arrival', () => {
    for (const name of ['Connection', 'transfer-encoding', 'Host', 'upgrade', 'keep-alive']) {
      expect(errOf(() => new Fields().append(name, bytes('x')))).toEqual({ tag: 'forbidden' });
    }
    expect(
      Fields.toWire(
        Fields.fromWire([
          ['host', 'h'],
          ['x', '1'],
        ]),
      ),
    ).toEqual([['x', '1']]);
  });

  it('refuses changes of a message’s headers; a clone takes them', () => {
    const frozen = Fields.frozen(Fields.fromList([['a', bytes('1')]]));
    const immutable = { tag: 'immutable' };
    expect(errOf(() => frozen.append('b', bytes('2')))).toEqual(immutable);
    expect(errOf(() => frozen.set('a', []))).toEqual(immutable);
    expect(errOf(() => frozen.delete('a'))).toEqual(immutable);
    const copy = frozen.clone();
    copy.append('b', bytes('2'));
    expect(copy.entries()).toHaveLength(2);
    expect(frozen.entries()).toHaveLength(1);
  });

  it('passes every byte of a value', () => {
    const text = String.fromCharCode(0x09, 0x20, 0x7e, 0x80, 0xff);
    expect(Fields.toWire(Fields.fromWire([['a', text]]))).toEqual([['a', text]]);
  });
});
