import { z } from 'zod';

const distinct = z
  .boolean()
  .default(true)
  .describe('Propose nothing twice while a finite space has configurations left.');

const probability = z.number().min(0).max(1);

/** Settings of a sampler, as a study file has them. */
export const SAMPLER = z.discriminatedUnion('use', [
  z.strictObject({
    use: z.literal('grid'),
    floatPoints: z
      .exactOptional(z.int().min(2).max(1000))
      .describe('Evenly spaced values of each float; a space with floats needs it.'),
    shuffle: z.boolean().default(true).describe('In an order drawn from the seed.'),
  }),
  z.strictObject({
    use: z.literal('list'),
    configurations: z
      .array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])))
      .min(1)
      .describe('What is tried, in this order: a value for each parameter that is active.'),
  }),
  z.strictObject({ use: z.literal('random'), distinct }),
  z.strictObject({ use: z.literal('quasi-random'), distinct }),
  z.strictObject({
    use: z.literal('tpe'),
    startupTrials: z.int().min(1).max(1000).default(10).describe('Random trials before the model.'),
    candidates: z.int().min(1).max(1000).default(24).describe('Drawn for each proposal.'),
    goodShare: z.number().gt(0).max(0.5).default(0.1).describe('γ: the share of good trials.'),
    mostGood: z.int().min(1).default(25).describe('Good trials at most.'),
    priorWeight: z.number().gt(0).max(100).default(1).describe('Beside observations of weight 1.'),
    distinct,
  }),
  z.strictObject({
    use: z.literal('nsga-ii'),
    population: z.int().min(2).max(10_000).default(50).describe('Trials of a generation.'),
    crossover: probability.default(0.9).describe('Probability of two parents.'),
    mutation: z
      .exactOptional(probability)
      .describe('Of a parameter; 1 / their number if left out.'),
    distinct,
  }),
]);

export type SamplerSettings = z.output<typeof SAMPLER>;
