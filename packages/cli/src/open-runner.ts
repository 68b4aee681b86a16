import type { TrialRunner } from '@distiller/search';
import { localWorkers } from './open-study.js';

/**
 * What runs the trials of a study: processes of this machine, or with a queue whoever takes them from there.
 *
 * @param queue address of a Redis.
 */
export async function openRunner(slots: number, queue?: string): Promise<TrialRunner> {
  if (queue === undefined) return localWorkers(slots);
  throw new Error('not yet');
}
