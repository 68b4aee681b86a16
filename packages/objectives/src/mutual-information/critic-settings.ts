import { z } from 'zod';

/** How the token vectors of a text become what is compared. The first token of the embeddings is the same in every text: `cls` learns nothing there. */
export const POOLS = ['cls', 'mean', 'tokens'] as const;

export const TOKENS_PER_TEXT = z
  .int()
  .positive()
  .max(64)
  .default(4)
  .describe('with pool tokens: rows that a text gives');

const count = z.int().positive();
const common = {
  out: count.max(4096).default(64).describe('width of what is compared'),
  pool: z.enum(POOLS).default('mean'),
  tokens: TOKENS_PER_TEXT,
  temperature: z.number().min(0.02).max(10).default(0.1).describe('initial; it is learned'),
  shared: z.boolean().default(false).describe('one critic for all pairs instead of one for each'),
};
const rate = z.number().min(0).lt(1);

/** Settings of a critic. */
export const CRITIC = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('mlp'),
      hidden: count.max(16_384).default(512),
      layers: count.max(8).default(3).describe('linear maps, with a ReLU between two of them'),
      dropout: rate.default(0),
      ...common,
    }),
    z.strictObject({
      kind: z.literal('transformer'),
      hidden: count.max(16_384).default(512).describe('width inside the feed-forward part'),
      layers: count.max(8).default(2),
      heads: count.default(8).describe('a divisor of the width of student and teacher'),
      dropout: rate.default(0.1),
      ...common,
    }),
  ])
  .prefault({ kind: 'mlp' });

export type CriticSettings = Readonly<z.output<typeof CRITIC>>;
export type MlpSettings = Extract<CriticSettings, { kind: 'mlp' }>;
export type TransformerSettings = Extract<CriticSettings, { kind: 'transformer' }>;
export type PoolSettings = Pick<CriticSettings, 'pool' | 'tokens'>;
