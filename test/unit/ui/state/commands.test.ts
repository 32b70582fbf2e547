import { expect, it } from 'vitest';
import { type Command, Commands, RECENT_GROUP } from '../../../../src/ui/state/commands.ts';
import { fuzzyScore } from '../../../../src/ui/state/fuzzy.ts';

const command = (id: string, more: Partial<Command> = {}): Command => ({ id, title: id, group: 'Go to', icon: 'app', run: () => {}, ...more });
const ids = (found: Command[]): string[] => found.map(({ id }) => id);

it('every letter must be there, in its order, and starts of words come first', () => {
  expect(fuzzyScore('clu', 'Cluster')).not.toBeNull();
  expect(fuzzyScore('ulc', 'Cluster')).toBeNull();
  expect(fuzzyScore('hello logs', 'hello: logs')).not.toBeNull();
  expect(fuzzyScore('hl', 'hello: logs') ?? 0).toBeGreaterThan(fuzzyScore('hl', 'highly') ?? 0);
  expect(fuzzyScore('log', 'Logs') ?? 0).toBeGreaterThan(fuzzyScore('log', 'Catalogue') ?? 0);
});

it('letters that are strewn over a long text are no match', () => {
  expect(fuzzyScore('set', 'some of every long thing')).toBeNull();
});

it('finds by title, by detail and by other words, titles first', () => {
  const commands = new Commands();
  commands.add(() => [command('Storage', { words: 'disk modules' }), command('disk-app', { detail: '/disk' }), command('Console')]);
  expect(ids(commands.find('disk'))).toEqual(['disk-app', 'Storage']);
  expect(ids(commands.find('zzz'))).toEqual([]);
});

it('what ends something comes after what fits as well', () => {
  const commands = new Commands();
  commands.add(() => [command('Delete shop', { isDestructive: true }), command('shop: versions')]);
  expect(ids(commands.find('shop'))).toEqual(['shop: versions', 'Delete shop']);
  expect(ids(commands.find('delete'))).toEqual(['Delete shop']);
});

it('without a query: what was used lately, then the rest, without what is only for who searches', () => {
  const commands = new Commands();
  commands.add(() => [command('a'), command('b'), command('deep', { isDeep: true })]);
  expect(ids(commands.find(''))).toEqual(['a', 'b']);
  const [, b] = commands.find('');
  if (b !== undefined) void commands.run(b);
  expect(commands.find('').map(({ id, group }) => [id, group])).toEqual([
    ['b', RECENT_GROUP],
    ['a', 'Go to'],
  ]);
});

it('what was used lately and exists no more is left out', () => {
  const commands = new Commands();
  const remove = commands.add(() => [command('app')]);
  const [app] = commands.all();
  if (app !== undefined) void commands.run(app);
  remove();
  expect(commands.find('')).toEqual([]);
});

it('keys: one, two in a row, and the later of two that want the same', () => {
  const commands = new Commands();
  commands.add(() => [command('cluster', { keys: 'g c' }), command('search', { keys: '/' })]);
  expect(commands.isBegun('g')).toBe(true);
  expect(commands.isBegun('/')).toBe(false);
  expect(commands.withKeys('g c')?.id).toBe('cluster');
  const remove = commands.add(() => [command('filter', { keys: '/' })]);
  expect(commands.withKeys('/')?.id).toBe('filter');
  remove();
  expect(commands.withKeys('/')?.id).toBe('search');
});
