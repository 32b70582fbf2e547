import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { App } from '../../../../src/core/app.ts';
import { RuntimeError } from '../../../../src/core/errors.ts';
import { AppEditor } from '../../../../src/ui/state/app-editor.ts';

function appOf(spec: object = {}, metadata: object = {}): App {
  return {
    apiVersion: 'swerve.dev/v1',
    kind: 'App',
    metadata: { name: 'hello', namespace: 'default', uid: 'u', resourceVersion: '7', generation: 2, creationTimestamp: '2026-11-21T12:00:00Z', ...metadata },
    spec: { source: { digest: `sha256:${'0'.repeat(64)}` }, routes: [{ path: '/hello', match: 'prefix' }], env: { GREETING: 'Hi' }, ...spec },
    status: { observedGeneration: 2 },
  } as unknown as App;
}

interface Sent {
  metadata: { resourceVersion?: string; uid?: string; labels?: unknown };
  spec: Record<string, unknown>;
}

/** A server with one App: what was asked of it, and what it says to the next write or check. */
class Server {
  stored = appOf();
  written: Sent[] = [];
  checked: Sent[] = [];
  refusal: RuntimeError | null = null;

  readonly check = async (manifest: unknown): Promise<App> => {
    this.checked.push(manifest as Sent);
    if (this.refusal !== null) throw this.refusal;
    return this.#appFrom(manifest as Sent);
  };
  readonly write = async (manifest: unknown): Promise<App> => {
    const sent = manifest as Sent;
    this.written.push(sent);
    if (this.refusal !== null) throw this.refusal;
    if (sent.metadata.resourceVersion !== this.stored.metadata.resourceVersion) throw new RuntimeError('resource-conflict', 'Changed elsewhere.');
    this.stored = this.#appFrom(sent);
    return this.stored;
  };
  readonly read = async (): Promise<App> => this.stored;

  /** Somebody else wrote: a change of the spec, or of the status alone. */
  change(spec: object | null): App {
    const { resourceVersion, generation } = this.stored.metadata;
    const metadata = { resourceVersion: String(Number(resourceVersion) + 1), generation: generation + (spec === null ? 0 : 1) };
    this.stored = appOf({ ...this.stored.spec, ...spec }, metadata);
    return this.stored;
  }

  #appFrom({ spec }: Sent): App {
    const { resourceVersion, generation } = this.stored.metadata;
    return appOf(spec, { resourceVersion: String(Number(resourceVersion) + 1), generation: generation + 1 });
  }
}

let server: Server;
let editor: AppEditor;
const editEnv = (env: string) => editor.editDraft({ ...editor.draft, env });
/** Lets the check run that an edit has asked for. */
const afterCheck = () => vi.advanceTimersByTimeAsync(1_000);

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  editor = new AppEditor(server.stored, server);
});

afterEach(() => {
  editor.close();
  vi.useRealTimers();
});

describe('one draft with two views', () => {
  it('begins with what is stored, and nothing to save', async () => {
    expect(editor.draft.env).toBe('GREETING=Hi');
    expect(editor.text).toContain('GREETING: Hi');
    expect(editor.text).not.toContain('status');
    expect(editor.wholeYaml).toContain('observedGeneration: 2');
    expect(editor).toMatchObject({ isDirty: false, isSaved: false, changes: [] });
    expect(await editor.save()).toBe(false);
    expect(server.written).toEqual([]);
  });

  it('writes an edit of the form into the text, whose comments stay', () => {
    editor.editText(editor.text.replace('GREETING: Hi', 'GREETING: Hi # to all'));
    expect(editor.isDirty).toBe(false);
    editEnv('GREETING=Hello\nMORE=1');
    expect(editor.text).toContain('GREETING: Hello # to all');
    expect(editor.text).toContain('MORE: "1"');
    expect(editor.changes).toEqual(['spec.env[GREETING]', 'spec.env[MORE]']);
  });

  it('reads an edit of the text into the form, which keeps what was typed in its other fields', () => {
    editEnv('GREETING=Hi\n\nMORE=1\n');
    editor.editText(editor.text.replace('path: /hello', 'path: /hi'));
    expect(editor.draft.routes[0]?.path).toBe('/hi');
    expect(editor.draft.env).toBe('GREETING=Hi\n\nMORE=1\n');
  });

  it('holds the form while the text cannot be read, and goes back to the last that could', () => {
    const good = editor.text;
    editor.editText(`${good}\nspec: [`);
    expect(editor.problems.length).toBeGreaterThan(0);
    expect(editor.marks).toEqual(editor.problems);
    expect(editor.isDirty).toBe(true);
    editEnv('GREETING=Lost');
    expect(editor.draft.env).toBe('GREETING=Hi');
    editor.restoreText();
    expect(editor).toMatchObject({ text: good, isDirty: false, problems: [] });
  });

  it('what the form cannot write is dirty, told at its field, and not saved', async () => {
    editEnv('GREETING');
    expect(editor.errors.env).toContain('is not of the form NAME=value');
    expect(editor.isDirty).toBe(true);
    expect(editor.text).toContain('GREETING: Hi');
    expect(await editor.save()).toBe(false);
    expect(server.written).toEqual([]);
  });

  it('does not offer lines for editing that hold line breaks', () => {
    expect(editor.isLocked('env')).toBe(false);
    editor.editText(editor.text.replace('GREETING: Hi', 'GREETING: "a\\nb"'));
    expect(editor.isLocked('env')).toBe(true);
  });

  it('tells what keeps its name, and fields that nobody knows, where they stand in the text', () => {
    editor.editText(`${editor.text.replace('name: hello', 'name: other')}extra: 1\n`);
    const told = editor.marks.map(({ line, message }) => [editor.text.split('\n')[line - 1]?.trim(), message]);
    expect(told).toEqual([
      ['name: other', 'metadata.name: Stays "hello": an App keeps its name and kind'],
      ['extra: 1', 'extra: Unknown field'],
    ]);
  });
});

describe('what the server thinks', () => {
  it('is asked once a pause after the last edit, and told at the field and at the line', async () => {
    server.refusal = new RuntimeError('resource-invalid', 'no', {
      details: { causes: [{ field: 'spec.env[GREETING]', message: 'Invalid value: "": too long' }] },
    });
    editEnv('GREETING=a');
    editEnv('GREETING=ab');
    expect(editor.isChecking).toBe(true);
    await afterCheck();
    expect(server.checked.map(({ spec }) => spec['env'])).toEqual([{ GREETING: 'ab' }]);
    expect(editor.isChecking).toBe(false);
    expect(editor.errors.env).toBe('GREETING: Too long');
    expect(editor.marks.map(({ line }) => editor.text.split('\n')[line - 1]?.trim())).toEqual(['GREETING: ab']);
    server.refusal = null;
    editEnv('GREETING=abc');
    await afterCheck();
    expect(editor.errors).toEqual({});
  });

  it('is not asked about what is as it was', async () => {
    editEnv('GREETING=a');
    editEnv('GREETING=Hi');
    await afterCheck();
    expect(server.checked).toEqual([]);
    expect(editor).toMatchObject({ isChecking: false, isDirty: false });
  });

  it('is forgotten with the draft', async () => {
    server.refusal = new RuntimeError('internal', 'Something broke.');
    editEnv('GREETING=a');
    await afterCheck();
    expect(editor.errors.form).toBe('Something broke.');
    editor.discard();
    expect(editor).toMatchObject({ errors: {}, isDirty: false, isChecking: false });
    expect(editor.draft.env).toBe('GREETING=Hi');
  });
});

describe('saving', () => {
  it('stores the draft over the version that it was made from', async () => {
    editEnv('GREETING=Hello');
    expect(await editor.save()).toBe(true);
    expect(server.written[0]).toMatchObject({ metadata: { name: 'hello', uid: 'u', resourceVersion: '7' }, spec: { env: { GREETING: 'Hello' } } });
    expect(editor).toMatchObject({ isDirty: false, isSaved: true, isSaving: false, changes: [] });
    editEnv('GREETING=Again');
    expect(editor.isSaved).toBe(false);
    expect(await editor.save()).toBe(true);
    expect(server.written[1]?.metadata.resourceVersion).toBe('8');
  });

  it('does not fail for a status that was written meanwhile', async () => {
    editEnv('GREETING=Hello');
    server.change(null);
    expect(await editor.save()).toBe(true);
    expect(server.written.map(({ metadata }) => metadata.resourceVersion)).toEqual(['7', '8']);
    expect(server.stored.spec.env).toEqual({ GREETING: 'Hello' });
  });

  it('overwrites nobody: a change of the spec refuses it, until the draft stands over that', async () => {
    editEnv('GREETING=Hello');
    server.change({ routes: [{ path: '/theirs', match: 'prefix' }] });
    expect(await editor.save()).toBe(false);
    expect(editor.errors.form).toContain('changed elsewhere');
    expect(editor.changedElsewhere).toEqual(['spec.routes']);
    expect(editor.draft.env).toBe('GREETING=Hello');
    editor.rebase();
    expect(editor.errors).toEqual({});
    expect(editor.draft.routes[0]?.path).toBe('/theirs');
    expect(editor.changes).toEqual(['spec.env[GREETING]']);
    expect(await editor.save()).toBe(true);
    expect(server.stored.spec).toMatchObject({ routes: [{ path: '/theirs' }], env: { GREETING: 'Hello' } });
  });

  it('tells a refusal at the field, and keeps what was typed', async () => {
    server.refusal = new RuntimeError('resource-invalid', 'no', { details: { causes: [{ field: 'spec.limits.queue', message: 'too small' }] } });
    editor.editDraft({ ...editor.draft, queue: '0' });
    expect(await editor.save()).toBe(false);
    expect(editor.errors.queue).toBe('Too small');
    expect(editor).toMatchObject({ isDirty: true, isSaved: false, isSaving: false });
    expect(editor.draft.queue).toBe('0');
  });
});

describe('what others change', () => {
  it('is taken over while nothing is typed', () => {
    editor.follow(server.change({ env: { GREETING: 'Theirs' } }));
    expect(editor).toMatchObject({ isDirty: false, changedElsewhere: [] });
    expect(editor.draft.env).toBe('GREETING=Theirs');
    expect(editor.text).toContain('GREETING: Theirs');
  });

  it('waits while something is typed; discarding takes it', () => {
    editEnv('GREETING=Mine');
    editor.follow(server.change({ env: { GREETING: 'Theirs' } }));
    expect(editor.draft.env).toBe('GREETING=Mine');
    expect(editor.changedElsewhere).toEqual(['spec.env[GREETING]']);
    editor.discard();
    expect(editor.draft.env).toBe('GREETING=Theirs');
    expect(editor.changedElsewhere).toEqual([]);
  });

  it('a status changes neither the text nor what was typed', () => {
    editEnv('GREETING=Mine\n');
    const { text } = editor;
    editor.follow(server.change(null));
    expect(editor).toMatchObject({ text, changedElsewhere: [], isDirty: true });
    expect(editor.draft.env).toBe('GREETING=Mine\n');
  });
});
