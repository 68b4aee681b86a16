import type { TrialReport } from '../trial.js';
import type { TrialOutcome } from './journal-record.js';
import type { TrialJob } from './trial-job.js';

/** Hears what a trial reports while it runs; for show only. */
export type ReportListener = (report: TrialReport) => void;

/** Runs trials somewhere: in processes of this machine, or on others. */
export interface TrialRunner {
  /** Trials that it takes at a time. */
  readonly slots: number;
  /**
   * @param signal aborted when the study is to stop; what was trained is kept.
   * @throws WorkerLost when the worker was gone before the trial ended; DistillerError `cancelled` when it was stopped.
   */
  run(job: TrialJob, hear: ReportListener, signal: AbortSignal): Promise<TrialOutcome>;
  close(): Promise<void>;
}

/** The worker of a trial is gone: killed, out of memory, crashed. The trial itself may be sound. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost';
}
