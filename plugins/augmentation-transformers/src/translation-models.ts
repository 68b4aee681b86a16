import { DistillerError } from '@distiller/core';
import { z } from 'zod';

const name = z.string().min(1);
const folder = name.describe('Folder with config.json, tokenizer.json and ONNX files.');

/** A model of one direction, such as Marian's or T5's. */
const oneDirection = z.strictObject({
  folder,
  from: name.describe('Language of its texts, as recipes call it.'),
  to: name.describe('Language of its translations.'),
  prefix: z
    .string()
    .default('')
    .describe(
      'Put before each text: `translate English to German: ` for a T5, `>>spa<< ` for a Marian of several.',
    ),
});

/** A model between any two of its languages, such as M2M100, NLLB or mBART. */
const manyLanguages = z.strictObject({
  folder,
  languages: z
    .record(name, name)
    .describe('What the model calls each language: `{ eng: en, spa: es }`.'),
});

export const modelSettings = z
  .array(z.union([oneDirection, manyLanguages]))
  .min(1)
  .describe(
    'Models, each of one direction or of many languages; the first that knows a direction translates it.',
  );

export type TranslationModel = z.output<typeof modelSettings>[number];

/** How one direction is asked for. */
export interface Direction {
  readonly folder: string;
  readonly prefix: string;
  /** Codes for a model of many languages. */
  readonly codes?: { readonly src_lang: string; readonly tgt_lang: string };
}

/** @throws DistillerError `config` naming the directions that there are. */
export function directionOf(
  models: readonly TranslationModel[],
  from: string,
  to: string,
): Direction {
  for (const model of models) {
    if ('languages' in model) {
      const { folder, languages } = model;
      const [source, target] = [languages[from], languages[to]];
      if (source !== undefined && target !== undefined && from !== to)
        return { folder, prefix: '', codes: { src_lang: source, tgt_lang: target } };
    } else if (model.from === from && model.to === to) {
      return model;
    }
  }
  const known = models.map((model) =>
    'languages' in model
      ? `any two of ${Object.keys(model.languages).join(', ')}`
      : `${model.from} to ${model.to}`,
  );
  throw new DistillerError(
    'config',
    `translator transformers: no model goes from "${from}" to "${to}"; there are ${known.join('; ')}. Add one to its models.`,
  );
}
