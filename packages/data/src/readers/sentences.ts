import { DistillerError } from '@distiller/core';
import { readTextBlocks } from './text-blocks.js';

/** A file with a word a line, or a file of sentences with one of their tags. */
export type SentenceSource =
  | {
      readonly path: string;
      /** Columns; `tag` may count from the end, and is absent where tags are not wanted. */
      readonly word: number;
      readonly tag?: number;
      readonly delimiter?: string | undefined;
    }
  | { readonly words: string; readonly tags?: string | undefined };

export interface TaggedSentence {
  readonly words: readonly string[];
  /** As many as words; absent when the source has none. */
  readonly tags?: readonly string[];
  /** `file:line` of its first line. */
  readonly place: string;
}

/**
 * Streams tagged sentences. In a file of words sentences end at empty lines, and `-DOCSTART-` lines are left out; when no
 * line of it has a second column there are no tags.
 *
 * @throws DistillerError `input` naming file and line.
 */
export function readSentences(source: SentenceSource): AsyncIterable<TaggedSentence> {
  return 'path' in source ? readColumns(source) : readPair(source.words, source.tags);
}

async function* readColumns({
  path,
  word,
  tag,
  delimiter,
}: Extract<SentenceSource, { path: string }>): AsyncGenerator<TaggedSentence, void, undefined> {
  let words: string[] = [];
  let tags: string[] = [];
  let place = path;
  const take = (): TaggedSentence[] => {
    if (words.length === 0) return [];
    const sentence = { words, place, ...(tags.length > 0 && { tags }) };
    if (tags.length > 0 && tags.length !== words.length) {
      throw new DistillerError(
        'input',
        `${place}: a sentence of ${words.length} words has ${tags.length} tags; each word needs one, or none has.`,
      );
    }
    [words, tags] = [[], []];
    return [sentence];
  };
  for await (const { line, where } of lines(path)) {
    if (line.trim() === '') {
      yield* take();
      continue;
    }
    const cells = line.split(delimiter ?? (line.includes('\t') ? '\t' : /\s+/));
    const given = cells[word];
    if (given === '-DOCSTART-') continue;
    if (given === undefined || given === '') {
      throw new DistillerError('input', `${where}: no word in column ${word}: "${line}".`);
    }
    if (words.length === 0) place = where;
    words.push(given);
    if (tag === undefined || cells.length < 2) continue;
    const found = cells.at(tag);
    if (found === undefined || found === '') {
      throw new DistillerError('input', `${where}: no tag in column ${tag}: "${line}".`);
    }
    tags.push(found);
  }
  yield* take();
}

async function* readPair(
  wordFile: string,
  tagFile: string | undefined,
): AsyncGenerator<TaggedSentence, void, undefined> {
  const tagLines = tagFile === undefined ? undefined : lines(tagFile);
  for await (const { line, where: place } of lines(wordFile)) {
    const words = cut(line);
    const next = await tagLines?.next();
    const tags = next && (next.done ? [] : cut(next.value.line));
    if (tags && tags.length !== words.length) {
      throw new DistillerError(
        'input',
        `${place} has ${words.length} words but ${tagFile} has ${tags.length} tags on this line.`,
      );
    }
    if (words.length > 0) yield { words, place, ...(tags && { tags }) };
  }
}

const cut = (line: string) => line.split(/\s+/).filter((word) => word !== '');

async function* lines(
  path: string,
): AsyncGenerator<{ readonly line: string; readonly where: string }, void, undefined> {
  for await (const block of readTextBlocks(path, 'utf-8')) {
    const all = block.text.replace(/\n$/, '').split('\n');
    for (const [i, line] of all.entries()) {
      yield { line: line.replace(/\r$/, ''), where: `${path}:${block.line + i}` };
    }
  }
}
