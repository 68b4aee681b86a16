import { FAMILIES } from '@distiller/transformer';
import { z } from 'zod';
import { tokenizerSetting } from './tokenizer-settings.js';
import { PRESET_NAMES } from './presets.js';

const count = z.int().positive();

/** Settings that only make sense for a network made from nothing. */
const SIZES = [
  'preset',
  'family',
  'layers',
  'hiddenSize',
  'heads',
  'intermediateSize',
  'embeddingSize',
  'maxLength',
] as const;

const NEEDED_WITHOUT_PRESET = ['layers', 'hiddenSize', 'heads', 'intermediateSize'] as const;

export const bertSettings = z
  .strictObject({
    preset: z
      .enum(PRESET_NAMES)
      .optional()
      .describe('A published size; the settings below override it.'),
    family: z
      .enum(FAMILIES)
      .optional()
      .describe("Architecture; by default the preset's, else bert."),
    layers: count.optional().describe('Number of blocks.'),
    hiddenSize: count.optional().describe('Width of the hidden states; a multiple of heads.'),
    heads: count.optional().describe('Attention heads in a block.'),
    intermediateSize: count.optional().describe('Width inside the feed-forward part.'),
    embeddingSize: count
      .optional()
      .describe('Width of the embeddings, where the family (electra, albert) lets it differ.'),
    maxLength: count.optional().describe('Longest input in tokens. Default 512.'),
    dropout: z
      .number()
      .min(0)
      .lt(1)
      .optional()
      .describe('Rate of every dropout in training. Default 0.1, or as in the folder or teacher.'),
    initialise: z
      .union([
        z.literal('random'),
        z.strictObject({
          teacherLayers: z
            .array(z.int().min(0))
            .min(1)
            .describe(
              "Blocks of the teacher to copy, from 0, one for each block of the student; the rest is the teacher's too.",
            ),
        }),
        z.strictObject({
          truncate: z.strictObject({
            teacherLayers: z
              .array(z.int().min(0))
              .min(1)
              .describe('Blocks of the teacher, from 0, one for each block of the student.'),
            hiddenSize: count.describe("The first features of the teacher's hidden states."),
            heads: count.describe(
              "The first of the teacher's heads, each cut to hiddenSize / heads.",
            ),
            intermediateSize: count.describe('The first features inside the feed-forward part.'),
          }),
        }),
        z.strictObject({
          folder: z.string().min(1).describe('Hugging Face folder of a pre-trained model.'),
        }),
      ])
      .default('random')
      .describe('Where the first weights come from.'),
    vocabulary: z
      .strictObject({
        prune: z
          .union([z.literal(true), z.int().min(2)])
          .describe(
            'true: tokens of the training and transfer texts only; a number: those that come so often.',
          ),
      })
      .optional()
      .describe('Leaves out tokens that the task does not need. WordPiece only.'),
    tokenizer: tokenizerSetting
      .optional()
      .describe(
        "The teacher's, one of a folder, or a WordPiece learnt from the task's texts. Default: the one that the first weights belong to, else the teacher's.",
      ),
  })
  .superRefine((settings, context) => {
    const { initialise, tokenizer } = settings;
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (initialise === 'random') {
      if (settings.preset) return;
      const missing = NEEDED_WITHOUT_PRESET.filter((name) => settings[name] === undefined);
      if (missing.length > 0)
        refuse(
          'preset',
          `Choose a preset (${PRESET_NAMES.join(', ')}), or give ${missing.join(', ')}.`,
        );
      return;
    }
    const source = 'folder' in initialise ? 'the folder' : 'the teacher';
    for (const name of SIZES) {
      if (settings[name] !== undefined)
        refuse(name, `The first weights come from ${source}, which decides this; remove it.`);
    }
    if (tokenizer !== undefined && !(tokenizer === 'teacher' && source === 'the teacher')) {
      refuse(
        'tokenizer',
        `The first weights belong to the tokenizer of ${source}; remove this setting.`,
      );
    }
  });

export type BertSettings = z.output<typeof bertSettings>;
/** The settings as a recipe writes them, defaults left out. */
export type BertOptions = z.input<typeof bertSettings>;
