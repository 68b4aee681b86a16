import { resolve } from 'node:path';
import {
  defineComponent,
  ENGINE,
  RESOLVE_PATH,
  validateRecipe,
  type Augmenter,
  type Engine,
  type Rng,
  type TextModel,
} from '@distiller/core';
import { loadModel } from '@distiller/transformer';
import { z } from 'zod';
import { stopIfAsked, streamOf } from './by-text.js';
import { inCaseOf } from './letter-case.js';
import { drawFromNucleus, likeliest } from './likely-ids.js';
import { MaskedPredictor } from './masked-predictor.js';
import { PieceText } from './piece-text.js';
import { WordPieces } from './word-pieces.js';
import { drawFrom, shareSettings, wordsToTouch } from './words-to-touch.js';

const sampling = {
  topK: z.int().positive().default(100).describe('Candidates that are considered for a word.'),
  topP: z
    .number()
    .gt(0)
    .max(1)
    .default(0.8)
    .describe('Share of their probability that is drawn from, likeliest first.'),
  temperature: z.number().positive().default(1).describe('Above 1: bolder choices.'),
  ...shareSettings,
  batchSize: z.int().positive().default(32).describe('Texts that the model reads at once.'),
};

const settings = z.strictObject({
  model: z
    .string()
    .min(1)
    .describe('Hugging Face folder of a masked language model with a BERT tokenizer.'),
  ...sampling,
});

const options = z.strictObject(sampling);

export type ContextualOptions = z.input<typeof options>;

interface ContextualServices {
  readonly engine: Engine;
  /** By default relative paths count from the working directory. */
  readonly resolvePath?: (path: string) => string;
}

/** A text on its way: its words to be replaced, from right to left. */
interface Pending {
  readonly text: PieceText;
  readonly targets: readonly number[];
  readonly rng: Rng;
}

/**
 * Replaces n = clamp(⌊p·length⌋, min, max) words by what a masked language model thinks likely in their place: a word is
 * masked as a whole, its replacement drawn from the nucleus of the likeliest whole words other than itself, and the next
 * word to the left predicted with the replacement in place. Words beyond the model's input stay.
 *
 * @param model a masked language model; stays the caller's.
 * @throws DistillerError `config` when its tokenizer is not BERT's, and listing every problem of the options.
 * @see nlpaug 1.1.4, ContextualWordEmbsAug, action `substitute`
 * @see Kobayashi, "Contextual Augmentation", 2018, §3, arXiv:1805.06201
 */
export function contextual(
  model: TextModel,
  engine: Engine,
  given: ContextualOptions = {},
): Augmenter {
  const { topK, topP, temperature, batchSize, ...share } = validateRecipe(
    options,
    given,
    'augmenter contextual',
  );
  const pieces = new WordPieces(model.tokenizer, 'augmenter contextual: the model');
  const predictor = new MaskedPredictor(model, engine, batchSize);

  const begin = (text: string, rng: Rng): Pending => {
    const pieceText = new PieceText(text, pieces, model.description.maxLength);
    const visible = Array.from({ length: pieceText.visible }, (_, i) => i);
    const targets = drawFrom(visible, wordsToTouch(pieceText.words.length, share), rng);
    return { text: pieceText, targets: targets.sort((a, b) => b - a), rng };
  };
  const substitute = ({ text, rng }: Pending, i: number, logits: Float32Array) => {
    const word = text.words[i] as string;
    const ids = likeliest(logits, topK, (candidate) => pieces.isOtherWord(candidate, word));
    if (ids.length === 0) return;
    const id = drawFromNucleus(logits, ids, { topP, temperature }, rng.uniform());
    text.replace(i, inCaseOf(word, pieces.words[id] as string), [id]);
  };

  return {
    async augment(texts, rngs, signal) {
      stopIfAsked('contextual', signal);
      const all = texts.map((text, i) => begin(text, streamOf('contextual', rngs, i)));
      const rounds = all.reduce((most, { targets }) => Math.max(most, targets.length), 0);
      for (let round = 0; round < rounds; round++) {
        const pending = all.filter(({ targets }) => targets.length > round);
        await predictor.predict(
          pending.map(({ text, targets }) => text.masked(targets[round] as number)),
          (row, logits) => {
            const one = pending[row] as Pending;
            substitute(one, one.targets[round] as number, logits);
          },
          () => stopIfAsked('contextual', signal),
        );
      }
      return all.map(({ text }) => text.toString());
    },
    dispose: () => predictor.dispose(),
  };
}

export const contextualComponent = defineComponent({
  kind: 'augmenter',
  name: 'contextual',
  summary: 'Replaces words by what a masked language model finds likely in their place.',
  source: 'Kobayashi 2018, arXiv:1805.06201',
  settings,
  needs: { engine: ENGINE, resolvePath: RESOLVE_PATH },
  async create({ model, ...rest }, { engine, resolvePath = resolve }: ContextualServices) {
    return contextual(await loadModel(resolvePath(model), { maskedLm: true }), engine, rest);
  },
});
