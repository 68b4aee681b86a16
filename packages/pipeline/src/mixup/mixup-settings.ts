import { z } from 'zod';

/** The `mixup` block of a recipe. */
export const mixupSettings = z.strictObject({
  alpha: z
    .number()
    .positive()
    .default(0.4)
    .describe(
      'λ is drawn from Beta(alpha, alpha) for every batch: the smaller, the nearer to 0 or 1.',
    ),
  mask: z
    .enum(['union', 'first'])
    .default('union')
    .describe(
      'Where a mixed text has tokens: where either text has one, or where the first has one.',
    ),
});

export type Mixup = Readonly<z.output<typeof mixupSettings>>;
export type MixupOptions = Readonly<z.input<typeof mixupSettings>>;
