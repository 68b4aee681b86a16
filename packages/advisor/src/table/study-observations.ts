import type { Configuration, TrialEntry } from '@distiller/search';

/** One training of a pipeline, as a file of trials has it. */
export interface TrialRow {
  readonly task: string;
  readonly teacher: string;
  readonly student: string;
  readonly configuration: Configuration;
  readonly ratio: number;
}

/** What the trials of a study have in common. */
export interface StudyFacts {
  readonly task: string;
  readonly teacher: string;
  /** On the metric that selects, on the same examples as the trials' scores; above 0. */
  readonly teacherScore: number;
  /** The student of a configuration, and the configuration without what says so. */
  studentOf(configuration: Configuration): {
    readonly student: string;
    readonly configuration: Configuration;
  };
  /** Take pruned trials in by an estimate, see `studyRows`. */
  readonly estimatePruned?: boolean;
}

/**
 * The trials of a study as rows to learn from: one for each training of a complete trial.
 *
 * With `estimatePruned` a pruned trial counts, too, with what it had when it ended plus what the complete trials of the study have
 * gained from the same point on average: an estimate, too good where the pruner was right. Where no complete trial was compared at
 * that point, it is left out.
 */
export function studyRows(
  trials: readonly TrialEntry[],
  { task, teacher, teacherScore, studentOf, estimatePruned = false }: StudyFacts,
): TrialRow[] {
  return trials.flatMap(({ configuration, outcome }) => {
    const row = (score: number): TrialRow => ({
      task,
      teacher,
      ...studentOf(configuration),
      ratio: score / teacherScore,
    });
    if (outcome?.state === 'complete')
      return outcome.runs.map(({ scores, metric }) => row(scores[metric] as number));
    const last = outcome?.state === 'pruned' ? outcome.reports.at(-1) : undefined;
    if (!estimatePruned || !last) return [];
    const gain = meanGain(trials, last.budget);
    return gain === undefined ? [] : [row(last.value + gain)];
  });
}

/** What complete trials gained from a budget to their end, in their first run, which is the one that was compared. */
function meanGain(trials: readonly TrialEntry[], budget: number): number | undefined {
  const gains = trials.flatMap(({ outcome }) => {
    if (outcome?.state !== 'complete') return [];
    const before = outcome.reports.find((report) => report.budget === budget);
    const [first] = outcome.runs;
    const after = first && first.scores[first.metric];
    return before && after !== undefined ? [after - before.value] : [];
  });
  return gains.length === 0 ? undefined : gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
}
