import { DistillerError, type TextModel } from '@distiller/core';
import type { EncodedExamples, EncodedTexts } from '@distiller/data';

/**
 * Refuses to match layers token by token when student and teacher cut the texts into other tokens. Their ids may
 * differ, as those of a pruned vocabulary do, if each token of the one is always the same token of the other.
 *
 * @param texts everything that the student is trained on.
 * @throws DistillerError `config`.
 */
export function assertSameTokens(
  student: TextModel,
  teacher: TextModel | undefined,
  texts: readonly EncodedExamples[],
  what = 'intermediate: hidden states are matched',
): void {
  if (teacher?.tokenizer.fingerprint === student.tokenizer.fingerprint) return;
  const [there, back] = [new Map<number, number>(), new Map<number, number>()];
  const isAligned = texts.every(({ texts: { student: ours, teacher: theirs } }) =>
    ours && theirs ? isRenumbered(ours, theirs, there, back) : false,
  );
  if (teacher && isAligned) return;
  throw new DistillerError(
    'config',
    `${what} token by token, but teacher and student cut the texts into different tokens. Give the student \`tokenizer: teacher\`.`,
  );
}

/** Whether texts have the same tokens but for their ids; notes in both maps which id stands for which. */
function isRenumbered(
  ours: EncodedTexts,
  theirs: EncodedTexts,
  there: Map<number, number>,
  back: Map<number, number>,
): boolean {
  if (!ours.starts.every((start, text) => start === theirs.starts[text])) return false;
  return ours.ids.every((id, position) => {
    const other = theirs.ids[position] as number;
    if (!there.has(id) && !back.has(other)) {
      there.set(id, other);
      back.set(other, id);
    }
    return there.get(id) === other && back.get(other) === id;
  });
}
