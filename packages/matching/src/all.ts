import { defineComponent, type Matching } from '@distiller/core';
import { z } from 'zod';
import { checkDepths } from './match-depths.js';

/**
 * Every student layer learns from every teacher layer alike: n · m pairs of weight 1/m for hidden states and attention,
 * so that each student layer has weight 1 in all. Embeddings learn from embeddings.
 *
 * @throws DistillerError `config` when the student is deeper than the teacher.
 */
export function all(): Matching {
  return {
    pairs(feature, n, m) {
      checkDepths('all', n, m);
      const first = feature === 'hidden' ? 1 : 0;
      const between = Array.from({ length: n * m }, (_, k) => ({
        student: first + Math.floor(k / m),
        teacher: first + (k % m),
        weight: 1 / m,
      }));
      return feature === 'hidden' ? [{ student: 0, teacher: 0, weight: 1 }, ...between] : between;
    },
  };
}

export const allComponent = defineComponent({
  kind: 'matching',
  name: 'all',
  summary: 'Every student layer learns from every teacher layer alike.',
  settings: z.strictObject({}),
  needs: {},
  create: all,
});
