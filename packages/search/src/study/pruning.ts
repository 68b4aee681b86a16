import type { TrialReport } from '../trial.js';
import type { TrialJob } from './trial-job.js';

/** Whether a trial ends where its last report was made. */
export function isPruned(job: TrialJob, reports: readonly TrialReport[]): boolean {
  return job.pruner === undefined && reports.length < 0;
}
