import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../../../../src/core/errors.ts';
import { Observable } from '../../../../src/ui/state/observable.ts';
import { ReloadGuard } from '../../../../src/ui/state/reload-guard.ts';
import { Traffic } from '../../../../src/ui/state/traffic.ts';
import { Unsaved } from '../../../../src/ui/state/unsaved.ts';
import type { Upload, UploadStep } from '../../../../src/ui/state/uploads.ts';
import { sample } from './panel-fixtures.ts';

class Uploads extends Observable {
  items: Upload[] = [];

  become(...steps: UploadStep[]): void {
    this.items = steps.map((step, id) => ({ id, fileName: `${id}.wasm`, sizeBytes: 1, address: null, target: null, step }));
    this.changed();
  }
}

function guarded() {
  const uploads = new Uploads();
  const unsaved = new Unsaved();
  const traffic = new Traffic();
  return { uploads, unsaved, traffic, guard: new ReloadGuard(uploads, traffic, unsaved) };
}

describe('a reload would lose', () => {
  it('uploads that are not stored yet, and none that ended', () => {
    const { uploads, guard } = guarded();
    expect(guard.risks).toEqual([]);
    const refused: UploadStep = { name: 'refused', error: new RuntimeError('module-invalid', ''), isFetched: true };
    uploads.become({ name: 'waiting' }, { name: 'fetching', receivedBytes: 0, totalBytes: null }, refused);
    expect(guard.risks).toEqual(['the upload of 0.wasm', 'the upload of 1.wasm']);
  });

  it('what is unsaved, until it is saved or given up', () => {
    const { unsaved, guard } = guarded();
    let changes = 0;
    guard.subscribe(() => {
      changes += 1;
    });
    unsaved.set('a', 'the form');
    unsaved.set('b', 'the other form');
    expect(guard.risks).toEqual(['the form', 'the other form']);
    unsaved.delete('a');
    expect(guard.risks).toEqual(['the other form']);
    guard.giveUp();
    expect(guard.risks).toEqual([]);
    expect(unsaved.isAny).toBe(false);
    expect(changes).toBe(4);
  });
});

it('tells of the requests under way when their number changes', () => {
  const { traffic, guard } = guarded();
  const told: number[] = [];
  guard.subscribe(() => told.push(guard.requestsUnderWay));
  traffic.add([sample(1_000, 'a', 0, 0, 2), sample(2_000, 'a', 3, 0, 2), sample(3_000, 'a', 1, 0, 1), { atMs: 4_000, apps: [] }]);
  expect(told).toEqual([2, 1, 0]);
});
