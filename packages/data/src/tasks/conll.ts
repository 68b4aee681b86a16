import { defineComponent, DistillerError, RESOLVE_PATH, type Split } from '@distiller/core';
import { z } from 'zod';
import { readSentences, type SentenceSource, type TaggedSentence } from '../readers/sentences.js';
import { OUTSIDE } from '../metrics/entities.js';
import { makeTask } from './make-task.js';

const source = z.union([
  z.string().min(1),
  z.strictObject({
    words: z.string().min(1).describe('A sentence a line, blanks between the words.'),
    tags: z.string().min(1).optional().describe('The tags in the same way, line by line.'),
  }),
]);

const settings = z.strictObject({
  train: source.optional().describe('File with a word and its tag a line, or a pair of files.'),
  validation: source.optional(),
  test: source.optional().describe('With or without tags.'),
  transfer: source.optional().describe('Sentences on which only the teacher speaks.'),
  word: z.int().nonnegative().default(0).describe('Column of the word, from 0.'),
  tag: z.int().default(-1).describe('Column of the tag, from 0; negative ones count from the end.'),
  delimiter: z
    .string()
    .min(1)
    .optional()
    .describe('Between columns; tabs where a line has some, else blanks.'),
  labels: z
    .array(z.string().min(1))
    .min(2)
    .optional()
    .describe('Tags in id order; found in the training sentences if left out.'),
  selects: z.string().optional().describe('The metric that chooses the best checkpoint.'),
});

/** Words with tags: named entities, slots, parts of speech. */
export const conllTask = defineComponent({
  kind: 'task',
  name: 'conll',
  summary: 'Tags for words (entities, slots) from CoNLL files, or from files of words and of tags.',
  source: 'Tjong Kim Sang and De Meulder 2003, arXiv:cs/0306050',
  settings,
  needs: { resolvePath: RESOLVE_PATH },
  async create(options, { resolvePath }) {
    const { word, tag, delimiter, selects } = options;
    const open = (split: Split): (() => AsyncIterable<TaggedSentence>) | undefined => {
      const given = options[split];
      if (given === undefined) return undefined;
      const place: SentenceSource =
        typeof given === 'string'
          ? { path: resolvePath(given), word, ...(split !== 'transfer' && { tag }), delimiter }
          : {
              words: resolvePath(given.words),
              tags:
                given.tags === undefined || split === 'transfer'
                  ? undefined
                  : resolvePath(given.tags),
            };
      return () => readSentences(place);
    };
    const labels = options.labels ?? (await discoverTags(open('train')));
    const splits = (['train', 'validation', 'test', 'transfer'] as const).flatMap((split) => {
      const sentences = open(split);
      return sentences ? [[split, () => examples(split, sentences(), labels)] as const] : [];
    });
    return makeTask({
      name: 'conll',
      kind: 'token-classification',
      arity: 1,
      labels,
      read: Object.fromEntries(splits),
      selects,
    });
  },
});

/** O first, then the others by character code. */
async function discoverTags(
  open: (() => AsyncIterable<TaggedSentence>) | undefined,
): Promise<readonly string[]> {
  if (open === undefined) {
    throw new DistillerError(
      'config',
      'Task conll has neither "train" nor "labels", so its tags are unknown; give one of them.',
    );
  }
  const found = new Set<string>();
  for await (const { tags = [] } of open()) for (const tag of tags) found.add(tag);
  const sorted = [...found].sort((a, b) => (a < b ? -1 : 1));
  const tags = found.has(OUTSIDE) ? [OUTSIDE, ...sorted.filter((tag) => tag !== OUTSIDE)] : sorted;
  if (tags.length >= 2) return tags;
  throw new DistillerError(
    'input',
    `The training sentences have ${tags.length === 0 ? 'no tag' : `only the tag ${tags[0]}`}; two or more are needed. Check the column of the tag.`,
  );
}

async function* examples(
  split: Split,
  sentences: AsyncIterable<TaggedSentence>,
  labels: readonly string[],
) {
  const ids = new Map(labels.map((label, id) => [label, id]));
  let number = 0;
  for await (const { words, tags, place } of sentences) {
    if (tags === undefined && (split === 'train' || split === 'validation')) {
      throw new DistillerError('input', `${place}: no tags; the ${split} split needs one a word.`);
    }
    yield {
      id: `${split}/${number++}`,
      texts: [words.join(' ')] as const,
      words,
      ...(tags && { label: tags.map((tag) => tagId(ids, tag, place)) }),
    };
  }
  if (number === 0) throw new DistillerError('input', `The ${split} split has no sentences.`);
}

/** A tag that no label names would be learned as nothing. */
function tagId(ids: ReadonlyMap<string, number>, tag: string, place: string): number {
  const id = ids.get(tag);
  if (id !== undefined) return id;
  throw new DistillerError(
    'input',
    `${place}: the tag ${JSON.stringify(tag)} is unknown. Known: ${[...ids.keys()].join(', ')}. Mend the file, or list all tags under "labels".`,
  );
}
