/** wasi:blobstore, wasi:config and wasi:logging by a component, on the real IndexedDB. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useSwerve } from '../harness/swerve.ts';
import { waitFor } from '../harness/wait.ts';
import { logOf } from '../http/guests.ts';
import { say, serveData } from './guest.ts';

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
  await serveData(panel, {
    one: { blobStore: { containers: ['own', 'shared'] }, config: { values: { GREETING: 'hello', 'a key': '', __proto: 'x' } } },
    two: { blobStore: { containers: ['shared'] }, config: { values: {} } },
    none: {},
  });
});

describe('containers', () => {
  it('are made, found, described, emptied and deleted', async () => {
    const lines = ['blob.container-exists own', 'blob.open own', 'blob.create own', 'blob.create own', 'blob.container-exists own', 'blob.name', 'blob.info'];
    expect(await say(panel, 'one', ...lines, 'blob.drop own', 'blob.drop own', 'blob.container-exists own', 'blob.info')).toEqual([
      'false',
      'err there is no container own',
      'created',
      'err there is a container own already',
      'true',
      'own',
      'own true',
      'done',
      'err there is no container own',
      'false',
      'err there is no container own',
    ]);
  });
});

describe('objects', () => {
  it('are written, described, read whole and in parts, and deleted', async () => {
    const lines = [
      'blob.has a',
      'blob.object-info a',
      'blob.write a 0123456789',
      'blob.read a',
      'blob.range a 2 4',
      'blob.range a 8 99',
      'blob.range a 10 99',
      'blob.range a 4 2',
      'blob.size a',
      'blob.has a',
      'blob.object-info a',
      'blob.write a again',
      'blob.read a',
      'blob.delete a',
      'blob.delete a',
      'blob.read a',
    ];
    expect(await say(panel, 'one', 'blob.create own', ...lines, 'blob.drop own')).toEqual([
      'created',
      'false',
      'err there is no object "a" in the container own',
      'done',
      '0123456789',
      '234',
      '89',
      '',
      'err the range of bytes 4 to 2 ends before it starts',
      '10',
      'true',
      'a own 10 true',
      'done',
      'again',
      'done',
      'done',
      'err there is no object "a" in the container own',
      'done',
    ]);
  });

  it('may be empty, and larger than what is read at once', async () => {
    const lines = ['blob.write void ', 'blob.read void', 'blob.size void', 'blob.fill big 10000000', 'blob.read big', 'blob.range big 0 18446744073709551615'];
    expect(await say(panel, 'one', 'blob.create own', ...lines, 'blob.drop own')).toEqual([
      'created',
      'done',
      '',
      '0',
      'done',
      '10000000 bytes',
      '10000000 bytes',
      'done',
    ]);
  });

  it('are stored when they are whole: by finish, or by write-data after the body, and not when they were dropped', async () => {
    const lines = ['blob.value to nowhere', 'blob.twice', 'blob.write-older old text', 'blob.read old', 'blob.write-dropped half text', 'blob.has half'];
    expect(await say(panel, 'one', 'blob.create own', ...lines, 'blob.drop own')).toEqual([
      'created',
      'done',
      'true false',
      'done',
      'text',
      'dropped',
      'false',
      'done',
    ]);
  });

  it('stay readable to those that hold them', async () => {
    const lines = ['blob.write a kept', 'blob.keep a', 'blob.delete a', 'blob.read-kept'];
    expect(await say(panel, 'one', 'blob.create own', ...lines, 'blob.drop own')).toEqual(['created', 'done', 'kept', 'done', 'kept', 'done']);
  });

  it('are copied and moved, within a container and between two', async () => {
    const lines = [
      'blob.write a content',
      'blob.copy own/a own/b',
      'blob.copy own/a shared/c',
      'blob.create shared',
      'blob.copy own/a shared/c',
      'blob.move shared/c shared/d',
      'blob.move own/nothing own/e',
      'blob.has c',
      'blob.read d',
      'blob.open own',
      'blob.read b',
    ];
    expect(await say(panel, 'one', 'blob.create own', ...lines, 'blob.drop own', 'blob.drop shared')).toEqual([
      'created',
      'done',
      'done',
      'err there is no container shared',
      'created',
      'done',
      'done',
      'err there is no object "nothing" in the container own',
      'false',
      'content',
      'open',
      'content',
      'done',
      'done',
    ]);
  });

  it('are listed in pieces', async () => {
    const lines = [
      'blob.write b 1',
      'blob.write a 1',
      'blob.write c 1',
      'blob.write d 1',
      'blob.list',
      'blob.read-names 2',
      'blob.skip-names 1',
      'blob.read-names 9',
      'blob.read-names 9',
    ];
    const after = [
      'blob.list',
      'blob.skip-names 4',
      'blob.delete-many a b nothing',
      'blob.list',
      'blob.read-names 9',
      'blob.clear',
      'blob.list',
      'blob.read-names 9',
    ];
    expect((await say(panel, 'one', 'blob.create own', ...lines, ...after, 'blob.drop own')).slice(5)).toEqual([
      'listing',
      'a,b false',
      '1 false',
      'd true',
      ' true',
      'listing',
      '4 true',
      'done',
      'listing',
      'c,d true',
      'done',
      'listing',
      ' true',
      'done',
    ]);
  });
});

describe('grants', () => {
  it('shares a container among Apps that were granted it', async () => {
    await say(panel, 'one', 'blob.create shared', 'blob.write who one', 'blob.create own');
    expect(await say(panel, 'two', 'blob.open shared', 'blob.read who')).toEqual(['open', 'one']);
    const refused = 'err access denied: this App was not granted the container own';
    const lines = [
      'blob.create own',
      'blob.open own',
      'blob.drop own',
      'blob.container-exists own',
      'blob.copy shared/who own/who',
      'blob.move own/who shared/who',
    ];
    expect(await say(panel, 'two', ...lines)).toEqual(lines.map(() => refused));
    expect(await say(panel, 'two', 'blob.create Own')).toEqual(['err "Own" is no name of a container: 1 to 63 lower-case letters, digits and "-"']);
    await waitFor('the denial in the log', async () => (await logOf(panel, 'two')).includes('blobStore: { containers: [own] }'));
  });

  it('denies everything to an App that was granted nothing', async () => {
    const lines = [
      'blob.create x',
      'blob.open x',
      'blob.drop x',
      'blob.container-exists x',
      'blob.copy x/a x/b',
      'blob.move x/a x/b',
      'config GREETING',
      'config-all',
      'runtime GREETING',
      'runtime-all',
    ];
    const blobs = 'err access denied: this App was granted no blob store';
    const config = 'Upstream("access denied: this App was granted no configuration")';
    const answers = await say(panel, 'none', ...lines);
    expect(answers.slice(0, 6)).toEqual(Array(6).fill(blobs));
    for (const answer of answers.slice(6)) expect(answer).toContain(config);
  });
});

describe('config', () => {
  it('gives what the App’s spec says, by either name of the interface', async () => {
    const all = '[("GREETING", "hello"), ("a key", ""), ("__proto", "x")]';
    expect(
      await say(panel, 'one', 'config GREETING', 'config a key', 'config toString', 'config-all', 'runtime GREETING', 'runtime nothing', 'runtime-all'),
    ).toEqual(['Some("hello")', 'Some("")', 'None', all, 'Some("hello")', 'None', all]);
    expect(await say(panel, 'two', 'config GREETING', 'config-all')).toEqual(['None', '[]']);
  });
});

describe('logging', () => {
  it('goes to the App’s log with its level and context', async () => {
    expect(await say(panel, 'none', 'log shop sold out', 'log  no context')).toEqual(['logged', 'logged']);
    await waitFor('the lines in the log', async () => (await logOf(panel, 'none')).includes('[critical] no context'));
    const lines = (await logOf(panel, 'none')).split('\n');
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'critical']) {
      expect(lines.some((line) => line.endsWith(`[${level}] shop: sold out`))).toBe(true);
    }
  });
});
