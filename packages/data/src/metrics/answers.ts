/** ASCII punctuation, as the official scripts remove it. */
const PUNCTUATION = /[!-/:-@[-`{-~]/g;

/** Articles as words of their own, in any script. */
const ARTICLES = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;

/** What makes no difference between answers of SQuAD: case, punctuation, articles and white space. */
export function normalizeAnswer(answer: string): string {
  return answer
    .toLowerCase()
    .replace(PUNCTUATION, '')
    .replace(ARTICLES, ' ')
    .split(/\s+/)
    .filter((word) => word !== '')
    .join(' ');
}

export interface AnswerScore {
  /** Whether it equals one of the accepted answers: 1 or 0. */
  readonly exact: number;
  /** F1 of its words with those of the accepted answer that it is closest to, in [0, 1]. */
  readonly f1: number;
}

/**
 * Scores one answer by the rules of SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016, arXiv:1606.05250; 2018, arXiv:1806.03822).
 *
 * @param accepted none for a question without an answer: then only '' is right.
 */
export function scoreAnswer(answer: string, accepted: readonly string[]): AnswerScore {
  const given = normalizeAnswer(answer);
  const wanted = accepted.map(normalizeAnswer).filter((text) => text !== '');
  if (wanted.length === 0) wanted.push('');
  return {
    exact: wanted.includes(given) ? 1 : 0,
    f1: Math.max(...wanted.map((text) => wordF1(given, text))),
  };
}

/** 2·c / (m + n) for c words in common, each as often as both have it; with an empty side 1 when both are empty. */
function wordF1(given: string, wanted: string): number {
  if (given === '' || wanted === '') return given === wanted ? 1 : 0;
  const left = new Map<string, number>();
  const wantedWords = wanted.split(' ');
  for (const word of wantedWords) left.set(word, (left.get(word) ?? 0) + 1);
  const givenWords = given.split(' ');
  let common = 0;
  for (const word of givenWords) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    common++;
    left.set(word, count - 1);
  }
  return (2 * common) / (givenWords.length + wantedWords.length);
}
