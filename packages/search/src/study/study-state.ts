import { DistillerError } from '@distiller/core';
import type { Configuration } from '../space.js';
import type { Trial } from '../trial.js';
import type { JournalRecord, StudyRecord, TrialOutcome } from './journal-record.js';

/** What a journal says about one trial. */
export interface TrialEntry {
  readonly number: number;
  readonly configuration: Configuration;
  /** Times that its worker was gone. */
  readonly losses: number;
  /** Absent until it has finished. */
  readonly outcome?: TrialOutcome;
}

/** Where a study stands. */
export class StudyState {
  readonly #trials: TrialEntry[] = [];
  #study: StudyRecord | undefined;

  /** @throws DistillerError `input` for records that don't follow from each other. */
  constructor(records: readonly JournalRecord[] = []) {
    for (const record of records) this.apply(record);
  }

  /** Absent before the first record. */
  get study(): StudyRecord | undefined {
    return this.#study;
  }

  /** By number, without gaps. */
  get trials(): readonly TrialEntry[] {
    return this.#trials;
  }

  /**
   * Takes a record in.
   * @throws DistillerError `input` for one that doesn't follow, such as a trial that finishes twice; the state stays.
   */
  apply(record: JournalRecord): void {
    if (record.kind === 'study') {
      if (this.#study) throw damaged('it begins a second study');
      this.#study = record;
      return;
    }
    if (!this.#study) throw damaged('it does not begin with the study');
    const { trial: number } = record;
    if (record.kind === 'proposed') {
      if (number !== this.#trials.length)
        throw damaged(`trial ${number} follows trial ${this.#trials.length - 1}`);
      this.#trials.push({ number, configuration: record.configuration, losses: 0 });
      return;
    }
    const entry = this.#trials[number];
    if (!entry) throw damaged(`trial ${number} was never proposed`);
    if (entry.outcome) throw damaged(`trial ${number} goes on after its end`);
    this.#trials[number] =
      record.kind === 'lost'
        ? { ...entry, losses: entry.losses + 1 }
        : { ...entry, outcome: record.outcome };
  }

  /** True when all trials up to this number have finished; also for negative numbers. */
  isFinishedUpTo(number: number): boolean {
    return (
      number < this.#trials.length &&
      this.#trials.every((trial) => trial.number > number || trial.outcome)
    );
  }

  /**
   * The trials that may influence trial `number`: those up to `number` − `concurrency` as they finished, and the others before it as
   * running, whether they have finished by now or not.
   */
  seenBy(number: number, concurrency: number): readonly Trial[] {
    return this.#trials
      .slice(0, number)
      .map((entry) =>
        entry.number <= number - concurrency
          ? trialOf(entry)
          : trialOf({ ...entry, outcome: undefined }),
      );
  }
}

/** An entry as samplers and pruners see it. */
export function trialOf(
  entry: Omit<TrialEntry, 'outcome'> & { outcome?: TrialOutcome | undefined },
): Trial {
  const { number, configuration, outcome } = entry;
  if (!outcome) return { number, configuration, state: 'running', reports: [] };
  const { state, reports } = outcome;
  return {
    number,
    configuration,
    state,
    reports,
    ...(state === 'complete' && { values: outcome.values }),
  };
}

function damaged(problem: string): DistillerError {
  return new DistillerError(
    'input',
    `The journal contradicts itself: ${problem}. Restore it from a copy.`,
  );
}
