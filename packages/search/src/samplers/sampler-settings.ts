import { z } from 'zod';

const distinct = z
  .boolean()
  .default(true)
  .describe('Propose nothing twice while a finite space has configurations left.');

/** Settings of a sampler, as a study file has them. */
export const SAMPLER = z.discriminatedUnion('use', [
  z.strictObject({
    use: z.literal('grid'),
    floatPoints: z
      .exactOptional(z.int().min(2).max(1000))
      .describe('Evenly spaced values of each float; a space with floats needs it.'),
    shuffle: z.boolean().default(true).describe('In an order drawn from the seed.'),
  }),
  z.strictObject({ use: z.literal('random'), distinct }),
]);

export type SamplerSettings = z.output<typeof SAMPLER>;
