import { defineComponent, type Schedule } from '@distiller/core';
import { z } from 'zod';

/**
 * Grows linearly from 0: s / S, the share of the training that is done. For the weight of a term that is to count more
 * and more.
 */
export function linearGrowth(): Schedule {
  return { factor: (step, total) => step / total };
}

export const linearGrowthComponent = defineComponent({
  kind: 'schedule',
  name: 'linear-growth',
  summary: 'Grows linearly from 0 towards 1 over all steps.',
  settings: z.strictObject({}),
  needs: {},
  create: linearGrowth,
});
