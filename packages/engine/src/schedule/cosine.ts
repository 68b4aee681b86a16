import { defineComponent, type Schedule } from '@distiller/core';
import { z } from 'zod';
import { progress, warmedUp, warmupSettings, warmupSteps, type WarmupOptions } from './warmup.js';

const DEFAULT_WARMUP = 0.1;

/**
 * Rises linearly from 0 over the W warm-up steps, then falls to 0 along half a cosine: s / W before step W,
 * ½ (1 + cos(π (s − W) / (S − W))) from there on. The same as `get_cosine_schedule_with_warmup` of
 * transformers with its default half cycle.
 *
 * @param options `warmup` is 0.1 by default.
 * @throws DistillerError `config` when an option is out of its range.
 * @see Loshchilov, Hutter, "SGDR", 2017, §3, arXiv:1608.03983 (one cycle, without restarts)
 */
export function cosineSchedule(options: WarmupOptions = {}): Schedule {
  const warmupOf = warmupSteps('cosine', DEFAULT_WARMUP, options);
  return {
    factor: (step, total) => {
      const warmup = warmupOf(total);
      if (step < warmup) return warmedUp(step, warmup);
      return 0.5 * (1 + Math.cos(Math.PI * progress(step, total, warmup)));
    },
  };
}

export const cosineScheduleComponent = defineComponent({
  kind: 'schedule',
  name: 'cosine',
  summary: 'Linear warm-up, then half a cosine down to 0.',
  source: 'Loshchilov & Hutter 2017, §3, arXiv:1608.03983',
  settings: z.strictObject(warmupSettings(DEFAULT_WARMUP)),
  needs: {},
  create: cosineSchedule,
});
