/** No vowels and no digits that look like letters: what Kubernetes draws generated names from. */
const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;

/** A name that begins with `prefix`, as `metadata.generateName` asks for. */
export function drawName(prefix: string): string {
  const random = crypto.getRandomValues(new Uint32Array(SUFFIX_LENGTH));
  return prefix + Array.from(random, (value) => SUFFIX_LETTERS[value % SUFFIX_LETTERS.length]).join('');
}
