import {
  DistillerError,
  type StudentRequest,
  type Task,
  type Texts,
  type TokenizerModel,
} from '@distiller/core';
import {
  bertTokenizerConfig,
  loadTokenizer,
  tokenizerFromJson,
  trainWordPiece,
} from '@distiller/data';
import type { TokenizerChoice } from './tokenizer-settings.js';

type Trained = Extract<TokenizerChoice, { train: unknown }>['train'];

/**
 * The tokenizer of a student that is made from nothing.
 *
 * @param resolvePath makes a folder of the recipe absolute.
 * @param who begins a message.
 * @throws DistillerError `config` when it should be the teacher's and there is none; `input` as `loadTokenizer`.
 */
export async function studentTokenizer(
  choice: TokenizerChoice,
  { task, teacher, tokenizer }: StudentRequest,
  resolvePath: (path: string) => string,
  who = 'student bert',
): Promise<TokenizerModel> {
  if (choice === 'teacher') {
    const known = teacher?.tokenizer ?? tokenizer;
    if (known) return known;
    throw new DistillerError(
      'config',
      `${who}: its tokenizer is the teacher's, but there is no teacher whose tokenizer can be had. Set tokenizer to ` +
        '{ folder: … }, or to { train: { vocabularySize: … } } to learn one from the texts of the task.',
    );
  }
  if ('folder' in choice) return loadTokenizer(resolvePath(choice.folder));
  return trainedTokenizer(task, choice.train);
}

/** A WordPiece learnt from every text that the student may be trained on. */
async function trainedTokenizer(
  task: Task,
  { vocabularySize, lowercase }: Trained,
): Promise<TokenizerModel> {
  const json = await trainWordPiece(singleTexts(task), { vocabularySize, lowercase });
  return tokenizerFromJson(json, bertTokenizerConfig({ lowercase }));
}

async function* singleTexts(task: Task): AsyncIterable<string> {
  for await (const texts of trainingTexts(task)) yield* texts;
}

/** Every text, or pair of them, that the student may be trained on. */
export async function* trainingTexts(task: Task): AsyncIterable<Texts> {
  for (const split of ['train', 'transfer'] as const) {
    if (!task.splits.includes(split)) continue;
    for await (const { texts } of task.read(split)) yield texts;
  }
}
