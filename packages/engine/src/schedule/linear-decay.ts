import { defineComponent, type Schedule } from '@distiller/core';
import { z } from 'zod';

/**
 * Falls linearly from 1: 1 − s / S, the share of the training that is left. For the weight of a term that is to count
 * less and less; with `linearGrowth` on another term it hands over from one to the other.
 */
export function linearDecay(): Schedule {
  return { factor: (step, total) => 1 - step / total };
}

export const linearDecayComponent = defineComponent({
  kind: 'schedule',
  name: 'linear-decay',
  summary: 'Falls linearly from 1 towards 0 over all steps, without a warm-up.',
  settings: z.strictObject({}),
  needs: {},
  create: linearDecay,
});
