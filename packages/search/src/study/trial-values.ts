import { DistillerError, didYouMean } from '@distiller/core';
import type { StudyObjective } from '../trial.js';
import type { TrialRun } from './journal-record.js';

/** Objectives that are no metric of the task. */
export const GENERAL_OBJECTIVES = [
  'score',
  'retained',
  'bytes',
  'parameters',
  'latencyMs',
  'trainSeconds',
] as const;

/**
 * One run's value of an objective: `score` is the metric that selects, `retained` its share of the teacher's, and any other name
 * that is not general is a metric of the task.
 *
 * @throws DistillerError `config` for a metric that the task does not have, `numeric` for a value that is not finite.
 */
export function runValue({ name }: StudyObjective, run: TrialRun): number {
  const value = measured(name, run);
  if (value === undefined) {
    const known = [...GENERAL_OBJECTIVES, ...Object.keys(run.scores)];
    throw new DistillerError(
      'config',
      `objectives: the task has no metric "${name}". ${didYouMean(name, known)}`,
    );
  }
  if (Number.isFinite(value)) return value;
  throw new DistillerError('numeric', `objectives: ${name} is ${value}, which can't be compared.`);
}

/** The score behind an objective among those of an evaluation; undefined for an objective that is no score. */
export function scoreOf(
  name: string,
  scores: Readonly<Record<string, number>>,
  selects: string,
): number | undefined {
  return scores[name === 'score' ? selects : name];
}

function measured(name: string, run: TrialRun): number | undefined {
  switch (name) {
    case 'retained':
      return (run.scores[run.metric] ?? NaN) / (run.teacherScores?.[run.metric] ?? NaN);
    case 'bytes':
    case 'parameters':
    case 'trainSeconds':
      return run[name];
    case 'latencyMs':
      return run.latencyMs ?? NaN;
    default:
      return scoreOf(name, run.scores, run.metric);
  }
}

/** Mean of each objective over the runs, and with several runs the standard deviation with n − 1 in the denominator. */
export function trialValues(
  objectives: readonly StudyObjective[],
  runs: readonly TrialRun[],
): { readonly values: number[]; readonly spread?: number[] } {
  const columns = objectives.map((objective) => runs.map((run) => runValue(objective, run)));
  const values = columns.map(mean);
  if (runs.length < 2) return { values };
  const spread = columns.map((column, i) => {
    const squares = column.map((value) => (value - (values[i] as number)) ** 2);
    return Math.sqrt(squares.reduce((a, b) => a + b, 0) / (column.length - 1));
  });
  return { values, spread };
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
