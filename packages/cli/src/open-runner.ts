import { DistillerError } from '@distiller/core';
import type { TrialRunner } from '@distiller/search';
import { localWorkers } from './open-study.js';

/**
 * What runs the trials of a study: processes of this machine, or with a queue whoever takes them from there.
 *
 * @param queue address of a Redis.
 * @throws DistillerError `missing-package` when the package of the queue is not installed.
 */
export async function openRunner(slots: number, queue?: string): Promise<TrialRunner> {
  if (queue === undefined) return localWorkers(slots);
  const { QueueRunner } = await queuePackage();
  return QueueRunner.open(queue, slots);
}

/** Loaded when it is needed: it brings a Redis client along, which most do without. */
export async function queuePackage(): Promise<typeof import('@distiller/queue')> {
  try {
    return await import('@distiller/queue');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new DistillerError(
      'missing-package',
      '--queue needs the package @distiller/queue. Install it: npm install @distiller/queue',
      { cause },
    );
  }
}
