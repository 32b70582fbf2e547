/** The settings of one App while somebody edits them. Loads the YAML library: import it lazily. */
import type { App } from '../../core/app.ts';
import { RuntimeError } from '../../core/errors.ts';
import { type FieldCause, fieldCauses } from '../api/api-error.ts';
import {
  draftOfSpec,
  errorsOfCauses,
  FIELD_PATHS,
  type FieldErrors,
  inPlainWords,
  isShownWhole,
  SPEC_FIELDS,
  type SpecDraft,
  valueOfField,
} from './app-draft.ts';
import { routesMessage } from './app-state.ts';
import { type AppManifest, manifestOf, type ParsedYaml, parseYaml, positionOf, toYaml, withValue, type YamlMark } from './app-yaml.ts';
import { changedPaths, equalJson, mergeChanges } from './json-changes.ts';
import { Observable } from './observable.ts';

/** What an editor needs of the API. */
export interface AppWriter {
  /** What `manifest` would be stored as. @throws RuntimeError what a write would be refused for */
  check(manifest: unknown, signal: AbortSignal): Promise<App>;
  /** Stores `manifest` if the App still is the version that it names. @throws RuntimeError `resource-conflict`, `resource-invalid` and others */
  write(manifest: unknown): Promise<App>;
  /** The App as it is now. */
  read(): Promise<App>;
}

/** Pause after the last key before the server is asked what it thinks. */
const CHECK_DELAY_MS = 300;
const CONFLICT = 'Not saved: the App was changed elsewhere while you edited it. What you typed is still here.';
const TOP_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'spec', 'status']);

/**
 * One draft with two views, a form and a YAML text. The text is what counts: an edit of the form is written into it, with
 * its comments kept, and an edit of the text is read into the form as long as it can be read.
 */
export class AppEditor extends Observable {
  readonly #writer: AppWriter;
  /** What the draft was made from: a write is compared with it. */
  #base: App;
  /** The newest that is known. */
  #latest: App;
  #text: string;
  /** Of the last text that could be read. */
  #parsed: ParsedYaml;
  #goodText: string;
  #draft: SpecDraft;
  #problems: YamlMark[] = [];
  #causes: FieldCause[] = [];
  #formError = '';
  #warning = '';
  #isSaving = false;
  #isChecking = false;
  #isSaved = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #check: AbortController | null = null;

  constructor(app: App, writer: AppWriter) {
    super();
    this.#writer = writer;
    this.#base = app;
    this.#latest = app;
    this.#text = toYaml(manifestOf(app));
    this.#goodText = this.#text;
    this.#parsed = readOwn(this.#text);
    this.#draft = draftOfSpec(app.spec);
  }

  get uid(): string {
    return this.#base.metadata.uid;
  }
  /** The YAML as it was typed. */
  get text(): string {
    return this.#text;
  }
  /** The form; of the last text that could be read. */
  get draft(): SpecDraft {
    return this.#draft;
  }
  /** Why the text cannot be read; empty when it can. */
  get problems(): readonly YamlMark[] {
    return this.#problems;
  }
  get isDirty(): boolean {
    return this.#problems.length > 0 || this.changes.length > 0 || this.#unwritable().length > 0;
  }
  /** Field paths that differ from the stored App. */
  get changes(): string[] {
    return changedPaths(manifestOf(this.#base), this.#parsed.value);
  }
  get isSaving(): boolean {
    return this.#isSaving;
  }
  /** The server has not yet said what it thinks of the last edit. */
  get isChecking(): boolean {
    return this.#isChecking;
  }
  /** Nothing was edited since the last save. */
  get isSaved(): boolean {
    return this.#isSaved;
  }
  /** What would be stored, but not as a person may expect: a route that another App holds. */
  get warning(): string {
    return this.#warning;
  }

  /** The stored App with its status, as YAML. */
  get wholeYaml(): string {
    return toYaml(this.#latest);
  }

  /** Field paths that somebody else changed since this draft was begun; empty: nobody did. */
  get changedElsewhere(): string[] {
    if (this.#base.metadata.generation === this.#latest.metadata.generation) return [];
    return changedPaths(manifestOf(this.#base), manifestOf(this.#latest));
  }

  /** What is wrong, at the fields of the form. */
  get errors(): FieldErrors {
    const errors = errorsOfCauses(this.#allCauses());
    for (const field of SPEC_FIELDS) {
      const { error } = valueOfField(this.#draft, field);
      if (error !== null) errors[field] = error;
    }
    if (this.#formError !== '') errors['form'] = errors['form'] === undefined ? this.#formError : `${this.#formError} ${errors['form']}`;
    return errors;
  }

  /** What is wrong, at the lines of the text. */
  get marks(): YamlMark[] {
    if (this.#problems.length > 0) return this.#problems;
    return this.#allCauses().map(({ field, message }) => ({ ...positionOf(this.#parsed, field), message: `${field}: ${inPlainWords(message)}` }));
  }

  /** Lists of lines that the form must not offer for editing: they hold line breaks. */
  isLocked(field: 'args' | 'env'): boolean {
    return !isShownWhole(specIn(this.#parsed), field);
  }

  /** A person changed the YAML. */
  editText(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#edited();
    const parsed = parseYaml(text);
    if ('problems' in parsed) this.#problems = parsed.problems;
    else this.#read(parsed);
    this.#scheduleCheck();
  }

  /** A person changed the form. Nothing happens while the text cannot be read: it would be lost. */
  editDraft(draft: SpecDraft): void {
    if (this.#problems.length > 0) return;
    let value = structuredClone(this.#parsed.value) as Record<string, unknown>;
    for (const field of SPEC_FIELDS) {
      if (equalJson(draft[field], this.#draft[field])) continue;
      const { value: item, isWritable } = valueOfField(draft, field);
      if (isWritable) value = withSpecValue(value, FIELD_PATHS[field], item);
    }
    this.#draft = draft;
    this.#edited();
    this.#write(value);
    this.#scheduleCheck();
  }

  /** The text as it was when it could last be read. */
  restoreText(): void {
    this.editText(this.#goodText);
  }

  /** The App as the cluster has it now. A change of its labels is taken in; one of its spec waits for {@link rebase} or {@link discard}. */
  follow(app: App): void {
    if (app.metadata.resourceVersion === this.#latest.metadata.resourceVersion) return;
    const wasDirty = this.isDirty;
    this.#latest = app;
    if (this.#isSaving) return;
    if (!wasDirty || this.#base.metadata.generation === app.metadata.generation) this.#moveTo(app);
    this.changed();
  }

  /** From now on the draft stands over what the other change made; fields that only the other one touched are taken over. */
  rebase(): void {
    this.#formError = '';
    this.#moveTo(this.#latest);
    this.#scheduleCheck();
    this.changed();
  }

  discard(): void {
    this.#stopCheck();
    this.#base = this.#latest;
    this.#text = toYaml(manifestOf(this.#base));
    this.#draft = draftOfSpec(this.#base.spec);
    this.#problems = [];
    this.#causes = [];
    this.#formError = '';
    this.#warning = '';
    this.#isSaved = false;
    this.#parsed = readOwn(this.#text);
    this.#goodText = this.#text;
    this.changed();
  }

  /** Resolves to whether the draft is stored now; else {@link errors} say why not. */
  async save(): Promise<boolean> {
    if (this.#isSaving || !this.isDirty || this.#problems.length > 0) return false;
    if (this.#hasOwnErrors()) {
      this.changed();
      return false;
    }
    this.#stopCheck();
    this.#isSaving = true;
    this.#formError = '';
    this.changed();
    try {
      this.#accept(await this.#writeOver());
    } catch (error) {
      this.#refuse(RuntimeError.from(error), CONFLICT);
    }
    this.#isSaving = false;
    this.changed();
    return this.#isSaved;
  }

  /** Ends what is under way. The draft stays. */
  close(): void {
    this.#stopCheck();
  }

  /** Status is written all the time and must not make a person's save fail: the newest version of the same spec will do. */
  async #writeOver(): Promise<App> {
    const isSameSpec = (app: App): boolean => app.metadata.uid === this.#base.metadata.uid && app.metadata.generation === this.#base.metadata.generation;
    const target = isSameSpec(this.#latest) ? this.#latest : this.#base;
    try {
      return await this.#writer.write(this.#manifest(target));
    } catch (error) {
      if (!(error instanceof RuntimeError) || error.code !== 'resource-conflict') throw error;
      const now = await this.#writer.read();
      this.#latest = now;
      if (!isSameSpec(now)) throw error;
      this.#moveTo(now);
      return await this.#writer.write(this.#manifest(now));
    }
  }

  #accept(saved: App): void {
    this.#causes = [];
    this.#warning = routesMessage(saved);
    this.#isSaved = true;
    this.#latest = saved;
    this.#base = saved;
    this.#write(manifestOf(saved));
    this.#draft = draftOfSpec(saved.spec);
  }

  /** Lets the draft stand over `app`, with what it changed. */
  #moveTo(app: App): void {
    const mine = mergeChanges(manifestOf(this.#base), this.#parsed.value, manifestOf(app));
    this.#base = app;
    // A text that cannot be read is a person's work under way: it meets the other change when it is mended.
    if (this.#problems.length > 0) return;
    this.#write(mine);
    this.#draft = { ...keepTyped(this.#draft, draftOfSpec(specIn(this.#parsed))) };
  }

  /** Puts `value` into the text, which must be one that can be read. */
  #write(value: unknown): void {
    this.#text = withValue(this.#text, value);
    this.#goodText = this.#text;
    this.#parsed = readOwn(this.#text);
  }

  #read(parsed: ParsedYaml): void {
    const before = draftOfSpec(specIn(this.#parsed));
    const after = draftOfSpec(specIn(parsed));
    this.#problems = [];
    this.#parsed = parsed;
    this.#goodText = this.#text;
    // What the edit did not touch stays in the form as it was typed there, blank lines and all.
    this.#draft = Object.fromEntries(
      SPEC_FIELDS.map((field) => [field, equalJson(before[field], after[field]) ? this.#draft[field] : after[field]]),
    ) as unknown as SpecDraft;
  }

  #edited(): void {
    this.#isSaved = false;
    this.#formError = '';
    this.#warning = '';
  }

  #scheduleCheck(): void {
    this.#stopCheck();
    if (this.#problems.length === 0) {
      if (this.isDirty) {
        this.#isChecking = true;
        this.#timer = setTimeout(() => void this.#ask(), CHECK_DELAY_MS);
      } else this.#causes = [];
    }
    this.changed();
  }

  async #ask(): Promise<void> {
    const check = new AbortController();
    this.#check = check;
    try {
      const app = await this.#writer.check(this.#manifest(null), check.signal);
      if (check.signal.aborted) return;
      this.#causes = [];
      this.#formError = '';
      this.#warning = routesMessage(app);
    } catch (error) {
      if (check.signal.aborted) return;
      this.#refuse(RuntimeError.from(error), '');
    }
    this.#isChecking = false;
    this.changed();
  }

  #stopCheck(): void {
    clearTimeout(this.#timer);
    this.#check?.abort();
    this.#isChecking = false;
  }

  #refuse(error: RuntimeError, conflict: string): void {
    this.#causes = fieldCauses(error);
    this.#formError = error.code === 'resource-conflict' ? conflict : this.#causes.length > 0 ? '' : error.message;
  }

  /** What is sent: what was typed, over the version of `target`; over whatever there is for null. */
  #manifest(target: App | null): unknown {
    const { metadata, spec } = this.#parsed.value as Partial<AppManifest>;
    const { apiVersion, kind } = this.#base;
    const { name, namespace, uid, resourceVersion } = (target ?? this.#base).metadata;
    return {
      apiVersion,
      kind,
      metadata: { name, namespace, labels: metadata?.labels, annotations: metadata?.annotations, ...(target && { uid, resourceVersion }) },
      spec,
    };
  }

  #allCauses(): FieldCause[] {
    return [...ownCauses(this.#parsed.value, this.#base), ...this.#causes];
  }

  #unwritable(): string[] {
    return SPEC_FIELDS.filter((field) => !valueOfField(this.#draft, field).isWritable);
  }

  #hasOwnErrors(): boolean {
    return SPEC_FIELDS.some((field) => valueOfField(this.#draft, field).error !== null) || ownCauses(this.#parsed.value, this.#base).length > 0;
  }
}

/** What the server would pass over or refuse without naming the field. */
function ownCauses(value: unknown, base: App): FieldCause[] {
  const { apiVersion, kind, metadata } = value as Partial<Record<keyof AppManifest, unknown>>;
  const { name, namespace } = (metadata ?? {}) as Partial<AppManifest['metadata']>;
  const fixed: [string, unknown, string][] = [
    ['apiVersion', apiVersion, base.apiVersion],
    ['kind', kind, base.kind],
    ['metadata.name', name, base.metadata.name],
    ['metadata.namespace', namespace, base.metadata.namespace],
  ];
  const unknown = Object.keys(value as object).filter((key) => !TOP_FIELDS.has(key));
  return [
    ...fixed
      .filter(([, is, must]) => is !== undefined && is !== must)
      .map(([field, , must]) => ({ field, message: `stays "${must}": an App keeps its name and kind` })),
    ...unknown.map((field) => ({ field, message: 'unknown field' })),
  ];
}

function specIn(parsed: ParsedYaml): unknown {
  return (parsed.value as { spec?: unknown }).spec;
}

/** The library wrote `text` itself. */
function readOwn(text: string): ParsedYaml {
  const parsed = parseYaml(text);
  if ('problems' in parsed) throw new RuntimeError('internal', 'The settings cannot be written as YAML.', { details: { problems: parsed.problems } });
  return parsed;
}

function withSpecValue(value: Record<string, unknown>, [group, member]: readonly [string, ...string[]], item: unknown): Record<string, unknown> {
  const spec = { ...(value['spec'] as Record<string, unknown>) };
  if (member === undefined) spec[group] = item;
  else spec[group] = { ...(spec[group] as Record<string, unknown>), [member]: item };
  return { ...value, spec };
}

/** `next`, but as it was typed where that means the same. */
function keepTyped(typed: SpecDraft, next: SpecDraft): SpecDraft {
  const kept = SPEC_FIELDS.filter((field) => {
    const [mine, theirs] = [valueOfField(typed, field), valueOfField(next, field)];
    return !mine.isWritable || equalJson(mine.value, theirs.value);
  });
  return { ...next, ...Object.fromEntries(kept.map((field) => [field, typed[field]])) };
}
