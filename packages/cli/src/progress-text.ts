import type { Progress } from '@distiller/core';
import type { Pace } from './pace.js';
import { duration, figure } from './quantity.js';

/** Counts, speed, time left and figures: `120/600 steps · 12.3 steps/s · 39 s left · loss 0.31`. */
export function progressText({ done, total, unit, figures }: Progress, pace: Pace): string {
  const left = pace.left(total);
  const time = done >= total ? `took ${duration(pace.elapsed)}` : left && `${duration(left)} left`;
  return [
    `${done}/${total} ${unit}`,
    pace.rate && `${figure(pace.rate)} ${unit}/s`,
    time,
    ...Object.entries(figures ?? {}).map(([name, value]) => `${name} ${figure(value)}`),
  ]
    .filter(Boolean)
    .join(' · ');
}
