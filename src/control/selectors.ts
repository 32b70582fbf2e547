import { RuntimeError } from '../core/errors.ts';

/** What a selector looks at. */
export interface Selectable {
  name: string;
  namespace: string;
  labels: Readonly<Record<string, string>>;
}

export type Selector = (object: Selectable) => boolean;

const KEY = '[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?';
const VALUE = '([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?';
const EQUALITY = new RegExp(`^(?<key>${KEY})\\s*(?<operator>==|=|!=)\\s*(?<value>${VALUE})$`);
const SET = new RegExp(`^(?<key>${KEY})\\s+(?<operator>in|notin)\\s*\\((?<values>[^()]*)\\)$`);
const EXISTS = new RegExp(`^(?<operator>!?)\\s*(?<key>${KEY})$`);

/**
 * The Kubernetes label selector `text`: `a=b`, `a==b`, `a!=b`, `a in (x,y)`, `a notin (x)`, `a`, `!a`, joined by commas;
 * an empty text selects everything. As in Kubernetes, `!=` and `notin` also select objects without the label.
 * @throws RuntimeError `request-invalid`
 */
export function parseLabelSelector(text: string): Selector {
  const requirements = splitOutsideParentheses(text).map(parseRequirement);
  return (object) => requirements.every((requirement) => requirement(object));
}

function parseRequirement(text: string): Selector {
  const equality = EQUALITY.exec(text)?.groups;
  if (equality) {
    const { key = '', operator, value = '' } = equality;
    return operator === '!=' ? ({ labels }) => labelOf(labels, key) !== value : ({ labels }) => labelOf(labels, key) === value;
  }
  const set = SET.exec(text)?.groups;
  if (set) {
    const { key = '', operator, values = '' } = set;
    const wanted = new Set<string | undefined>(values.split(',').map((value) => value.trim()));
    return operator === 'in' ? ({ labels }) => wanted.has(labelOf(labels, key)) : ({ labels }) => !wanted.has(labelOf(labels, key));
  }
  const exists = EXISTS.exec(text)?.groups;
  if (exists) {
    const { key = '', operator } = exists;
    return operator === '!' ? ({ labels }) => labelOf(labels, key) === undefined : ({ labels }) => labelOf(labels, key) !== undefined;
  }
  throw new RuntimeError(
    'request-invalid',
    `unable to parse the label selector requirement "${text}": write a=b, a!=b, a in (x,y), a notin (x), a or !a, joined by commas`,
    { details: { selector: text } },
  );
}

/**
 * The field selector `text`: `metadata.name` and `metadata.namespace` with `=`, `==` or `!=`, joined by commas.
 * @throws RuntimeError `request-invalid`
 */
export function parseFieldSelector(text: string): Selector {
  const requirements = splitOutsideParentheses(text).map((requirement): Selector => {
    const [, field = '', operator, value = ''] = /^([^=!]*?)\s*(==|=|!=)\s*(.*)$/.exec(requirement) ?? [];
    if (operator === undefined) {
      throw new RuntimeError('request-invalid', `unable to parse the field selector requirement "${requirement}": write metadata.name=x`, {
        details: { selector: requirement },
      });
    }
    if (field !== 'metadata.name' && field !== 'metadata.namespace') {
      throw new RuntimeError('request-invalid', `field label not supported: ${field} (supported: metadata.name, metadata.namespace)`, {
        details: { selector: requirement },
      });
    }
    const read = (object: Selectable): string => (field === 'metadata.name' ? object.name : object.namespace);
    return operator === '!=' ? (object) => read(object) !== value : (object) => read(object) === value;
  });
  return (object) => requirements.every((requirement) => requirement(object));
}

/** The selector of a request's `labelSelector` and `fieldSelector` together. @throws RuntimeError `request-invalid` */
export function selectorOf(query: URLSearchParams): Selector {
  const byLabel = parseLabelSelector(query.get('labelSelector') ?? '');
  const byField = parseFieldSelector(query.get('fieldSelector') ?? '');
  return (object) => byLabel(object) && byField(object);
}

function labelOf(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function splitOutsideParentheses(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part, _index, parts) => part !== '' || parts.length > 1);
}
