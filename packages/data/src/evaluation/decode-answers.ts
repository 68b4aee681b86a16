import type { Batch, ContextAlignment, Example, HostTensor } from '@distiller/core';
import { softmax } from './decode-words.js';

/** Starts, ends and candidates that are looked at; tokens of an answer at most. As `run_squad.py`. */
const BEST = 20;
const LONGEST_ANSWER = 30;

/** A piece of the context with its score, the sum of its two logits. */
export interface AnswerCandidate {
  /** UTF-16 units of the context, end excluded. */
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

export interface Answer {
  readonly example: Example;
  /** Best first; none when no piece of the context was a candidate. */
  readonly candidates: readonly AnswerCandidate[];
  /** Of there being no answer: the lowest over the windows of the two logits at the first token. */
  readonly nullScore: number;
}

/** Collects the windows of questions and chooses their answers. */
export class AnswerCollector {
  readonly #answers = new Map<Example, { candidates: AnswerCandidate[]; nullScore: number }>();

  /** @param logits [B, T, 2], start and end. */
  add(
    { examples, alignments = [] }: Pick<Batch, 'examples' | 'alignments'>,
    { data, shape }: HostTensor,
  ): void {
    const length = shape[1] ?? 0;
    examples.forEach((example, row) => {
      const logit = (token: number, end: 0 | 1) => data[(row * length + token) * 2 + end] as number;
      const known = this.#answers.get(example) ?? { candidates: [], nullScore: Infinity };
      const found = windowCandidates(alignments[row] as ContextAlignment, logit);
      this.#answers.set(example, {
        candidates: [...known.candidates, ...found].sort(byScore).slice(0, BEST),
        nullScore: Math.min(known.nullScore, logit(0, 0) + logit(0, 1)),
      });
    });
  }

  /** The answers to all questions so far, in the order in which these came. */
  answers(): readonly Answer[] {
    return [...this.#answers].map(([example, answer]) => ({ example, ...answer }));
  }
}

/** Probabilities of the candidates and, last, of there being no answer: softmax of their scores. */
export function answerProbabilities({ candidates, nullScore }: Answer): readonly number[] {
  return softmax([...candidates.map(({ score }) => score), nullScore]);
}

/** The text of the best candidate, '' without one. */
export function bestText({ example, candidates }: Answer): string {
  const [best] = candidates;
  return best ? (example.texts[1] ?? '').slice(best.start, best.end) : '';
}

const byScore = (a: AnswerCandidate, b: AnswerCandidate) => b.score - a.score || a.start - b.start;

function windowCandidates(
  { from, starts, ends, widest }: ContextAlignment,
  logit: (token: number, end: 0 | 1) => number,
): readonly AnswerCandidate[] {
  const firsts = highest(starts.length, (token) => logit(from + token, 0));
  const lasts = highest(starts.length, (token) => logit(from + token, 1));
  return firsts
    .filter((first) => widest[first] === 1)
    .flatMap((first) =>
      lasts
        .filter((last) => last >= first && last - first < LONGEST_ANSWER)
        .map((last) => ({
          start: starts[first] as number,
          end: ends[last] as number,
          score: logit(from + first, 0) + logit(from + last, 1),
        })),
    )
    .sort(byScore)
    .slice(0, BEST);
}

/** The tokens with the highest logits, highest first. */
function highest(count: number, logit: (token: number) => number): readonly number[] {
  return Array.from({ length: count }, (_, token) => token)
    .sort((a, b) => logit(b) - logit(a) || a - b)
    .slice(0, BEST);
}
