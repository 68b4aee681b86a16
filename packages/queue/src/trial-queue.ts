/** Name of the queue that all studies share. */
export const TRIALS = 'distiller-trials';

/** What a queue is told about its timing. */
export interface QueueTiming {
  /**
   * Milliseconds after which a trial is given to another worker when its own has said nothing, by default 30,000. Workers
   * say something at least twice in that time.
   */
  readonly stalledMs?: number | undefined;
}

export const STALLED_MS = 30_000;
