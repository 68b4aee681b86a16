import type { Example, TaskKind, Texts } from '@distiller/core';
import type { TextJob } from './run-augmenters.js';

/** Names the version of an example that is wanted. */
export type VersionPath = readonly (string | number)[];

/**
 * Which texts of an example are rewritten: each for itself, but only the question of a span task, whose answer is a place
 * in the other text.
 */
function fieldsOf(kind: TaskKind, { texts }: Example): readonly number[] {
  return kind === 'span' ? [0] : texts.map((_, field) => field);
}

/** What must be rewritten for a version of an example; its stream is named by (version, id, field). */
export function jobsOf(kind: TaskKind, example: Example, version: VersionPath): TextJob[] {
  return fieldsOf(kind, example).map((field) => ({
    text: example.texts[field] as string,
    name: `${example.id}, texts[${field}]`,
    stream: [...version, example.id, field],
  }));
}

/**
 * A new example of the rewritten texts, with the label of the old one, which stays as it is. A text of labelled words
 * that did not keep their number is left as it was.
 *
 * @param rewritten what became of `jobsOf`, in the same order.
 */
export function augmentedExample(
  kind: TaskKind,
  example: Example,
  id: string,
  rewritten: readonly string[],
): Example {
  if (kind === 'token-classification') {
    const words = rewritten[0]?.split(' ') ?? [];
    return words.length === example.words?.length
      ? { ...example, id, words, texts: [words.join(' ')] }
      : { ...example, id };
  }
  const texts = [...example.texts];
  fieldsOf(kind, example).forEach((field, index) => {
    texts[field] = rewritten[index] as string;
  });
  return { ...example, id, texts: texts as unknown as Texts };
}
