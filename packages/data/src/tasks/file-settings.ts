import { z } from 'zod';

/** A file or several: always a list. */
export const paths = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((value) => (typeof value === 'string' ? [value] : value));

/** Where the validation split comes from: files of its own, or a share of the training set, by default `fraction`. */
export function validationSetting(fraction: number) {
  return z
    .union([
      z.strictObject({
        fraction: z.number().positive().lt(1).describe('Share of the training examples.'),
        seed: z
          .int()
          .min(0)
          .max(2 ** 32 - 1)
          .default(0),
      }),
      paths,
    ])
    .default({ fraction, seed: 0 });
}
