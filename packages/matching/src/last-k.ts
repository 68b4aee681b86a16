import { defineComponent, DistillerError, type Matching } from '@distiller/core';
import { z } from 'zod';
import { checkDepths } from './match-depths.js';

const settings = z.strictObject({
  k: z
    .int()
    .positive()
    .default(1)
    .describe('How many of the last layers of each side are matched.'),
});

export type LastKOptions = z.input<typeof settings>;

/**
 * The last k layers of the student learn from the last k of the teacher, the last from the last. MiniLM matches one.
 *
 * @throws DistillerError `config` when the student has fewer than k layers or is deeper than the teacher.
 * @see Wang et al., "MiniLM: Deep Self-Attention Distillation …", 2020, §3, arXiv:2002.10957 (k = 1)
 */
export function lastK({ k = 1 }: LastKOptions = {}): Matching {
  return {
    pairs(feature, n, m) {
      checkDepths('last-k', n, m);
      if (k > n) {
        throw new DistillerError(
          'config',
          `matching last-k: k is ${k}, but the student has ${n} layers. Choose a k of at most ${n}.`,
        );
      }
      const end = feature === 'hidden' ? 1 : 0;
      return Array.from({ length: k }, (_, index) => ({
        student: n + end - k + index,
        teacher: m + end - k + index,
        weight: 1,
      }));
    },
  };
}

export const lastKComponent = defineComponent({
  kind: 'matching',
  name: 'last-k',
  summary: "The student's last k layers learn from the teacher's last k.",
  source: 'Wang et al. 2020, §3, arXiv:2002.10957',
  settings,
  needs: {},
  create: lastK,
});
