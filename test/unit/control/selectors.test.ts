import { describe, expect, it } from 'vitest';
import { parseFieldSelector, parseLabelSelector, selectorOf } from '../../../src/control/selectors.ts';

const object = { name: 'hello', namespace: 'default', labels: { team: 'web', 'swerve.dev/app': 'hello', empty: '' } };

describe('parseLabelSelector', () => {
  it.each([
    ['', true],
    ['team=web', true],
    ['team==web', true],
    ['team = api', false],
    ['team!=web', false],
    ['other!=x', true],
    ['team in (api, web)', true],
    ['team in (api)', false],
    ['team notin (api,db)', true],
    ['other notin (x)', true],
    ['team', true],
    ['!team', false],
    ['!other', true],
    ['empty=', true],
    ['swerve.dev/app=hello,team in (web,x),!other', true],
    ['swerve.dev/app=hello,team in (api,x),!other', false],
    ['toString', false],
  ])('%s: %s', (selector, expected) => expect(parseLabelSelector(selector)(object)).toBe(expected));

  it.each(['=x', 'a in', 'a in x', 'a=b,', 'a b', 'a=b c', 'in (x)'])('refuses %s', (selector) => {
    expect(() => parseLabelSelector(selector)).toThrow(expect.objectContaining({ code: 'request-invalid' }));
  });
});

describe('parseFieldSelector', () => {
  it.each([
    ['metadata.name=hello', true],
    ['metadata.name!=hello', false],
    ['metadata.name==hello,metadata.namespace=default', true],
    ['metadata.namespace=other', false],
  ])('%s: %s', (selector, expected) => expect(parseFieldSelector(selector)(object)).toBe(expected));

  it('refuses other fields by name', () => {
    expect(() => parseFieldSelector('spec.nodeName=x')).toThrow(/field label not supported: spec\.nodeName/);
    expect(() => parseFieldSelector('metadata.name')).toThrow(/unable to parse/);
  });
});

describe('selectorOf', () => {
  it('asks for both', () => {
    const query = new URLSearchParams({ labelSelector: 'team=web', fieldSelector: 'metadata.name=other' });
    expect(selectorOf(query)(object)).toBe(false);
  });
});
