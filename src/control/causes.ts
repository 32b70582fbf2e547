import type * as v from 'valibot';

/** One reason why an object is not valid, in the words of Kubernetes' `field.Error`. */
export interface Cause {
  reason: string;
  message: string;
  /** `spec.routes[0].path` */
  field: string;
}

type Issue = v.BaseIssue<unknown>;

/** The causes of a failed check, in document order; `root` is the field that was checked, for example `spec`. */
export function causesOf(issues: readonly Issue[], root: string): Cause[] {
  return issues.map((issue) => causeOf(issue, fieldOf(issue, root)));
}

export function requiredCause(field: string, rule = ''): Cause {
  return { reason: 'FieldValueRequired', message: `Required value${rule && `: ${rule}`}`, field };
}

export function invalidCause(field: string, value: unknown, rule: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${show(value)}: ${rule}`, field };
}

export function notFoundCause(field: string, value: unknown, rule: string): Cause {
  return { reason: 'FieldValueNotFound', message: `Not found: ${show(value)}: ${rule}`, field };
}

export function forbiddenCause(field: string, rule: string): Cause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${rule}`, field };
}

function causeOf(issue: Issue, field: string): Cause {
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return forbiddenCause(field, field.startsWith('spec.capabilities.') ? 'this version of Swerve has no such capability to grant' : 'unknown field');
  }
  if (issue.received === 'undefined') return requiredCause(field);
  switch (issue.type) {
    case 'picklist': {
      const options = (issue.expected ?? '').replace(/^\(|\)$/g, '').split(' | ');
      return { reason: 'FieldValueNotSupported', message: `Unsupported value: ${show(issue.input)}: supported values: ${options.join(', ')}`, field };
    }
    case 'max_length':
      return Array.isArray(issue.input)
        ? { reason: 'FieldValueTooMany', message: `Too many: ${issue.input.length}: must have at most ${issue.requirement} items`, field }
        : { reason: 'FieldValueTooLong', message: `Too long: may not be more than ${issue.requirement} characters`, field };
    case 'min_value':
      return invalidCause(field, issue.input, `must be greater than or equal to ${issue.requirement}`);
    case 'max_value':
      return invalidCause(field, issue.input, `must be less than or equal to ${issue.requirement}`);
    case 'integer':
      return invalidCause(field, issue.input, 'must be a whole number');
    case 'string':
    case 'number':
    case 'boolean':
    case 'array':
    case 'record':
    case 'strict_object':
    case 'loose_object':
    case 'object':
      return { reason: 'FieldValueTypeInvalid', message: `Invalid value: ${show(issue.input)}: must be ${nounOf(issue.type)}`, field };
    default:
      return invalidCause(field, inputOf(issue), issue.message);
  }
}

/** A check of several members that reports against one of them has the whole object as its input: the one is shown. */
function inputOf(issue: Issue): unknown {
  const last = issue.path?.at(-1);
  return issue.type === 'check' && last?.type === 'unknown' && last.origin === 'value' ? last.value : issue.input;
}

function nounOf(type: string): string {
  if (type === 'array') return 'a list';
  return type === 'string' || type === 'number' || type === 'boolean' ? `a ${type}` : 'an object';
}

function fieldOf(issue: Issue, root: string): string {
  let field = root;
  for (const { key } of issue.path ?? []) {
    if (typeof key === 'number') field += `[${key}]`;
    // Map keys are free text: in brackets, as Kubernetes writes them.
    else field += /^[A-Za-z_$][\w$]*$/.test(String(key)) && !/\.(env|labels|annotations)$/.test(field) ? `.${String(key)}` : `[${String(key)}]`;
  }
  return field;
}

const SHOWN_MAX = 200;

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}
