import { defineComponent, type Schedule } from '@distiller/core';
import { z } from 'zod';
import { warmedUp, warmupSettings, warmupSteps, type WarmupOptions } from './warmup.js';

/**
 * Rises linearly from 0 over the warm-up steps, then stays at the peak.
 *
 * @param options no warm-up by default.
 * @throws DistillerError `config` when an option is out of its range.
 */
export function constantSchedule(options: WarmupOptions = {}): Schedule {
  const warmupOf = warmupSteps('constant', 0, options);
  return { factor: (step, total) => warmedUp(step, warmupOf(total)) };
}

export const constantScheduleComponent = defineComponent({
  kind: 'schedule',
  name: 'constant',
  summary: 'The same learning rate at every step, after an optional linear warm-up.',
  settings: z.strictObject(warmupSettings(0)),
  needs: {},
  create: constantSchedule,
});
