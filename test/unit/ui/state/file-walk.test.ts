import { describe, expect, it } from 'vitest';
import { type DropEntry, describeIntake, entryOfFile, WALK_MAX_DEPTH, WALK_MAX_MODULES, walkChosen, walkDropped } from '../../../../src/ui/state/file-walk.ts';

const file = (name: string): DropEntry => entryOfFile(new File([name], name));
const folder = (name: string, ...entries: DropEntry[]): DropEntry => ({ kind: 'folder', name, entries: async () => [...entries] });
const names = (files: readonly File[]) => files.map(({ name }) => name);

describe('files that are dropped by themselves', () => {
  it('are all taken, whatever they are: the server says what they are', async () => {
    const intake = await walkDropped([file('b.wasm'), file('notes.txt')]);
    expect(names(intake.files)).toEqual(['b.wasm', 'notes.txt']);
    expect(describeIntake(intake)).toBeNull();
  });

  it('are not taken beyond the cap, and it is said', async () => {
    const intake = await walkDropped(Array.from({ length: WALK_MAX_MODULES + 3 }, (_, index) => file(`${index}.wasm`)));
    expect(intake.files.length).toBe(WALK_MAX_MODULES);
    expect(describeIntake(intake)).toMatch(/^The drop: 50 .wasm files taken\..*more than Swerve takes at once/);
  });
});

describe('folders', () => {
  it('give their modules however deep, in the order of their names', async () => {
    const intake = await walkDropped([folder('site', folder('z', file('last.WASM')), folder('a', folder('b', file('first.wasm'))), file('middle.wasm'))]);
    expect(names(intake.files)).toEqual(['first.wasm', 'middle.wasm', 'last.WASM']);
    expect(describeIntake(intake)).toBe('site: 3 .wasm files taken.');
  });

  it('what is no module is counted, and what nobody wrote is not looked into', async () => {
    const untouched: DropEntry = { kind: 'folder', name: 'node_modules', entries: () => Promise.reject(new Error('was opened')) };
    const intake = await walkDropped([
      folder('app', file('README.md'), file('app.wasm'), untouched, folder('.git', file('x.wasm')), folder('deps', file('own.wasm'))),
    ]);
    expect(names(intake.files)).toEqual(['app.wasm', 'own.wasm']);
    expect(describeIntake(intake)).toBe('app: 2 .wasm files taken. Passed over 1 file that is not .wasm, the folders .git, node_modules.');
  });

  it("Cargo's intermediate folders are passed over, its results are not", async () => {
    const release = folder('release', file('app.wasm'), folder('deps', file('app-1a2b.wasm')), folder('incremental', file('x.wasm')));
    const intake = await walkDropped([folder('app', folder('target', folder('wasm32-wasip1', release)))]);
    expect(names(intake.files)).toEqual(['app.wasm']);
    expect(intake.passedOver.skippedFolders).toEqual(['deps', 'incremental']);
  });

  it('without a module say so, and what to do', async () => {
    const intake = await walkDropped([folder('docs', file('a.md'), file('b.md'))]);
    expect(describeIntake(intake)).toBe(
      'docs: no .wasm file found. Passed over 2 files that are not .wasm. Build it first, or drop the folder that the build writes to.',
    );
  });

  it('that cannot be read are counted and do not stop the others', async () => {
    const locked: DropEntry = { kind: 'folder', name: 'locked', entries: () => Promise.reject(new Error('denied')) };
    const gone: DropEntry = { kind: 'file', name: 'gone.wasm', file: () => Promise.reject(new Error('gone')) };
    const intake = await walkDropped([folder('app', locked, gone, file('here.wasm'))]);
    expect(names(intake.files)).toEqual(['here.wasm']);
    expect(describeIntake(intake)).toContain('2 entries that cannot be read');
  });

  it('deeper than the cap, or with more than the cap, are cut', async () => {
    let deep = folder('bottom', file('deep.wasm'));
    for (let depth = 0; depth < WALK_MAX_DEPTH; depth += 1) deep = folder(`level-${depth}`, deep);
    const intake = await walkDropped([deep]);
    expect(intake.files).toEqual([]);
    expect(intake.passedOver.isCut).toBe(true);

    const wide = folder('wide', ...Array.from({ length: WALK_MAX_MODULES + 1 }, (_, index) => file(`${index}.wasm`)));
    const cut = await walkDropped([wide]);
    expect(cut.files.length).toBe(WALK_MAX_MODULES);
    expect(describeIntake(cut)).toMatch(/drop the rest by itself/);
  });

  it('that contain themselves come to an end', async () => {
    const loop: DropEntry = { kind: 'folder', name: 'loop', entries: async () => [loop, file('x.wasm')] };
    const intake = await walkDropped([loop]);
    expect(intake.passedOver.isCut).toBe(true);
    expect(intake.files.length).toBeLessThanOrEqual(WALK_MAX_MODULES);
  });
});

it('a folder that was chosen is judged as one that was dropped', () => {
  const chosen = (path: string) => Object.defineProperty(new File(['x'], path.split('/').at(-1) ?? ''), 'webkitRelativePath', { value: path });
  const intake = walkChosen([chosen('app/a.wasm'), chosen('app/node_modules/m/b.wasm'), chosen('app/src/main.rs'), chosen('app/target/release/deps/c.wasm')]);
  expect(names(intake.files)).toEqual(['a.wasm']);
  expect(describeIntake(intake)).toBe('app: 1 .wasm file taken. Passed over 1 file that is not .wasm, the folders node_modules, deps.');
});
