import { defineComponent, type Schedule } from '@distiller/core';
import { z } from 'zod';
import { progress, warmedUp, warmupSettings, warmupSteps, type WarmupOptions } from './warmup.js';

const DEFAULT_WARMUP = 0.1;

/**
 * Rises linearly from 0 over the W warm-up steps, then falls linearly to 0 at the end: s / W before step W,
 * (S − s) / (S − W) from there on. The same as `get_linear_schedule_with_warmup` of transformers.
 *
 * @param options `warmup` is 0.1 by default.
 * @throws DistillerError `config` when an option is out of its range.
 */
export function linearSchedule(options: WarmupOptions = {}): Schedule {
  const warmupOf = warmupSteps('linear', DEFAULT_WARMUP, options);
  return {
    factor: (step, total) => {
      const warmup = warmupOf(total);
      return step < warmup ? warmedUp(step, warmup) : 1 - progress(step, total, warmup);
    },
  };
}

export const linearScheduleComponent = defineComponent({
  kind: 'schedule',
  name: 'linear',
  summary: 'Linear warm-up, then linear decay to 0.',
  settings: z.strictObject(warmupSettings(DEFAULT_WARMUP)),
  needs: {},
  create: linearSchedule,
});
