const START = 12;
const NEXT = 6;
const ANYWHERE = 1;
/** What each letter that is passed over costs. */
const GAP = 0.2;

/**
 * How well `query` fits `text`; null when it does not. Every word of the query must be found, its letters in their order:
 * at the start of words is best, side by side is better than apart, short texts are better than long ones.
 */
export function fuzzyScore(query: string, text: string): number | null {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const lower = text.toLowerCase();
  let sum = 0;
  for (const word of words) {
    const score = scoreOfWord(word, lower);
    if (score === null) return null;
    sum += score;
  }
  return sum - text.length * 0.02;
}

/** The best of all places where the word may begin. */
function scoreOfWord(word: string, text: string): number | null {
  let best: number | null = null;
  for (let from = text.indexOf(word.charAt(0)); from !== -1; from = text.indexOf(word.charAt(0), from + 1)) {
    const score = scoreFrom(word, text, from);
    if (score !== null && (best === null || score > best)) best = score;
  }
  return best;
}

function scoreFrom(word: string, text: string, from: number): number | null {
  let score = 0;
  let last = from - 1;
  for (const [index, letter] of [...word].entries()) {
    const at = index === 0 ? from : text.indexOf(letter, last + 1);
    if (at === -1) return null;
    const isStart = at === 0 || /[^\p{L}\p{N}]/u.test(text.charAt(at - 1));
    if (isStart) score += START;
    else score += at === last + 1 ? NEXT : ANYWHERE;
    score -= (at - last - 1) * GAP;
    last = at;
  }
  // Letters strewn over a text are an accident, not what was meant.
  return last - from > word.length * 4 + 4 ? null : score;
}
