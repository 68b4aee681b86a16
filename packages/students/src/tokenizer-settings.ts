import { z } from 'zod';

/** Where a student's tokenizer comes from. */
export const tokenizerSetting = z.union([
  z.literal('teacher'),
  z.strictObject({
    folder: z.string().min(1).describe('Hugging Face folder with a tokenizer.'),
  }),
  z.strictObject({
    train: z.strictObject({
      vocabularySize: z.int().min(100).default(8192).describe('Tokens at most.'),
      lowercase: z.boolean().default(true).describe('Lower-case and strip accents.'),
    }),
  }),
]);

export type TokenizerChoice = z.output<typeof tokenizerSetting>;
export type TokenizerOption = z.input<typeof tokenizerSetting>;
