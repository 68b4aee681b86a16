import { z } from 'zod';

const halving = {
  minimum: z.number().positive().default(1).describe('Budget of the first rung.'),
  reduction: z.number().min(2).max(100).default(3).describe('η: one in so many trials stays.'),
};

/** Settings of a pruner, as a study file has them. Budgets are in the study's unit. */
export const PRUNER = z.discriminatedUnion('use', [
  z.strictObject({ use: z.literal('none') }),
  z.strictObject({
    use: z.literal('median'),
    startupTrials: z.int().min(0).default(5).describe('Complete trials before any is stopped.'),
    warmup: z.number().min(0).default(0).describe('No trial is stopped below this budget.'),
  }),
  z.strictObject({ use: z.literal('asha'), ...halving }),
  z.strictObject({ use: z.literal('hyperband'), ...halving }),
]);

export type PrunerSettings = z.output<typeof PRUNER>;
